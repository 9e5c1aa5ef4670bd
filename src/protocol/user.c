/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/user.h"

#include "protocol/error.h"
#include "protocol/json.h"
#include "protocol/limits.h"

#include <string.h>

G_DEFINE_BOXED_TYPE (AloqaUser, aloqa_user, aloqa_user_copy, aloqa_user_free)

/**
 * aloqa_user_new:
 *
 * Returns: (transfer full): an active user of no particular role with everything else unset, for the
 *   caller to fill
 */
AloqaUser *
aloqa_user_new (gint64 id, const char *username)
{
  AloqaUser *self = g_new0 (AloqaUser, 1);

  self->id = id;
  self->username = g_strdup (username);
  self->role = ALOQA_USER_ROLE_USER;
  self->is_active = TRUE;
  return self;
}

AloqaUser *
aloqa_user_copy (const AloqaUser *self)
{
  AloqaUser *copy = aloqa_user_new (self->id, self->username);

  copy->first_name = g_strdup (self->first_name);
  copy->last_name = g_strdup (self->last_name);
  copy->role = self->role;
  copy->profile_pic = g_strdup (self->profile_pic);
  copy->bio = g_strdup (self->bio);
  copy->is_active = self->is_active;
  copy->created_at = g_strdup (self->created_at);
  copy->updated_at = g_strdup (self->updated_at);
  return copy;
}

void
aloqa_user_free (AloqaUser *self)
{
  g_free (self->username);
  g_free (self->first_name);
  g_free (self->last_name);
  g_free (self->profile_pic);
  g_free (self->bio);
  g_free (self->created_at);
  g_free (self->updated_at);
  g_free (self);
}

/* aloqa_display_name() of @self. */
char *
aloqa_user_dup_display_name (const AloqaUser *self)
{
  return aloqa_display_name (self->username, self->first_name, self->last_name);
}

static gboolean
read_username (AloqaUser *self, JsonObject *object, GError **error)
{
  const char *username =
      aloqa_json_get_string (object, "username", ALOQA_MAX_USERNAME_BYTES, error);

  if (username == NULL)
    return FALSE;
  if (!aloqa_username_is_valid (username)) {
    aloqa_protocol_error_set (error, ALOQA_PROTOCOL_ERROR_BAD_MESSAGE, "username",
                              "is empty or has control characters");
    return FALSE;
  }
  self->username = g_strdup (username);
  return TRUE;
}

/* What is only shown may be of any length that fits the body; it is cut. */
static gboolean
read_shown (JsonObject *object, const char *name, gsize max_chars, char **value, GError **error)
{
  const char *text;

  if (!aloqa_json_get_optional_string (object, name, ALOQA_MAX_BODY_BYTES, &text, error))
    return FALSE;
  *value = aloqa_text_clean (text, max_chars);
  return TRUE;
}

static gboolean
read_profile_pic (AloqaUser *self, JsonObject *object, GError **error)
{
  const char *value;

  if (!aloqa_json_get_optional_string (object, "profile_pic", ALOQA_MAX_BODY_BYTES, &value, error))
    return FALSE;
  if (value != NULL && aloqa_profile_pic_is_valid (value))
    self->profile_pic = g_strdup (value);
  return TRUE;
}

static gboolean
read_role (AloqaUser *self, JsonObject *object, GError **error)
{
  const char *role;

  if (!aloqa_json_get_optional_string (object, "role", ALOQA_MAX_BODY_BYTES, &role, error))
    return FALSE;
  self->role = g_strcmp0 (role, "admin") == 0 ? ALOQA_USER_ROLE_ADMIN : ALOQA_USER_ROLE_USER;
  return TRUE;
}

/**
 * aloqa_user_from_object:
 * @error: %ALOQA_PROTOCOL_ERROR: BAD_MESSAGE or TOO_LARGE, with the field
 *
 * Needs an id and a user name. A profile picture that is no plain file name is left out.
 *
 * Returns: (transfer full): the user, or %NULL
 */
AloqaUser *
aloqa_user_from_object (JsonObject *object, GError **error)
{
  g_autoptr (AloqaUser) self = aloqa_user_new (0, NULL);

  if (aloqa_json_get_id (object, "id", &self->id, error) && read_username (self, object, error) &&
      read_shown (object, "first_name", ALOQA_MAX_NAME_CHARS, &self->first_name, error) &&
      read_shown (object, "last_name", ALOQA_MAX_NAME_CHARS, &self->last_name, error) &&
      read_role (self, object, error) && read_profile_pic (self, object, error) &&
      read_shown (object, "bio", ALOQA_MAX_BIO_CHARS, &self->bio, error) &&
      aloqa_json_get_boolean (object, "is_active", &self->is_active, error) &&
      read_shown (object, "created_at", ALOQA_MAX_TIME_CHARS, &self->created_at, error) &&
      read_shown (object, "updated_at", ALOQA_MAX_TIME_CHARS, &self->updated_at, error))
    return g_steal_pointer (&self);
  return NULL;
}

/**
 * aloqa_user_parse:
 * @text: the body of GET /users/me or /users/{id}
 * @length: its size in bytes, or -1 where it ends with a NUL
 * @error: %ALOQA_PROTOCOL_ERROR: BAD_MESSAGE or TOO_LARGE, with the field
 *
 * Returns: (transfer full): the user, or %NULL
 */
AloqaUser *
aloqa_user_parse (const char *text, gssize length, GError **error)
{
  g_autoptr (JsonObject) object =
      aloqa_json_parse_object (text, length, ALOQA_MAX_BODY_BYTES, error);

  return object != NULL ? aloqa_user_from_object (object, error) : NULL;
}

/* One account that cannot be read must not hide all the others. */
static void
append_user (GPtrArray *users, JsonArray *array, guint index)
{
  JsonNode *node = json_array_get_element (array, index);
  g_autoptr (GError) error = NULL;
  AloqaUser *user = NULL;

  if (JSON_NODE_HOLDS_OBJECT (node))
    user = aloqa_user_from_object (json_node_get_object (node), &error);
  if (user != NULL)
    g_ptr_array_add (users, user);
  else
    g_debug ("left out user %u of the list: %s", index,
             error != NULL ? error->message : "not an object");
}

/**
 * aloqa_user_parse_list:
 * @text: the body of GET /users/list
 * @length: its size in bytes, or -1 where it ends with a NUL
 * @error: %ALOQA_PROTOCOL_ERROR: BAD_MESSAGE or TOO_LARGE
 *
 * Returns: (transfer full) (element-type AloqaUser): the users that are valid, in the server's
 *   order, of the first %ALOQA_MAX_USERS; or %NULL where the body is no array
 */
GPtrArray *
aloqa_user_parse_list (const char *text, gssize length, GError **error)
{
  g_autoptr (JsonNode) root = aloqa_json_parse (text, length, ALOQA_MAX_USERS_BYTES, error);
  g_autoptr (GPtrArray) users = NULL;
  JsonArray *array;
  guint n_users;

  if (root == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_ARRAY (root)) {
    aloqa_protocol_error_set (error, ALOQA_PROTOCOL_ERROR_BAD_MESSAGE, NULL,
                              "The list of users is not an array");
    return NULL;
  }
  users = g_ptr_array_new_with_free_func ((GDestroyNotify) aloqa_user_free);
  array = json_node_get_array (root);
  n_users = MIN (json_array_get_length (array), ALOQA_MAX_USERS);
  for (guint i = 0; i < n_users; i++)
    append_user (users, array, i);
  return g_steal_pointer (&users);
}

/**
 * aloqa_user_to_object:
 *
 * Returns: (transfer full): all ten members of a "User", null for what is not there
 */
JsonObject *
aloqa_user_to_object (const AloqaUser *self)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "id", self->id);
  json_object_set_string_member (object, "username", self->username);
  json_object_set_string_member (object, "first_name", self->first_name);
  json_object_set_string_member (object, "last_name", self->last_name);
  json_object_set_string_member (object, "role",
                                 self->role == ALOQA_USER_ROLE_ADMIN ? "admin" : "user");
  json_object_set_string_member (object, "profile_pic", self->profile_pic);
  json_object_set_string_member (object, "bio", self->bio);
  json_object_set_boolean_member (object, "is_active", self->is_active);
  json_object_set_string_member (object, "created_at", self->created_at);
  json_object_set_string_member (object, "updated_at", self->updated_at);
  return object;
}

/* Returns: (transfer full): @self as the body of GET /users/me */
char *
aloqa_user_to_json (const AloqaUser *self)
{
  return aloqa_json_to_string (aloqa_user_to_object (self));
}

/**
 * aloqa_user_list_to_json:
 * @users: (element-type AloqaUser)
 *
 * Returns: (transfer full): @users as the body of GET /users/list
 */
char *
aloqa_user_list_to_json (GPtrArray *users)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_ARRAY);
  JsonArray *array = json_array_sized_new (users->len);

  for (guint i = 0; i < users->len; i++)
    json_array_add_object_element (array, aloqa_user_to_object (g_ptr_array_index (users, i)));
  json_node_take_array (node, array);
  return json_to_string (node, FALSE);
}
