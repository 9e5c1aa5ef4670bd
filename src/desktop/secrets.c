/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desktop/secrets.h"

#include <libsecret/secret.h>

G_DEFINE_QUARK (aloqa_secrets_error, aloqa_secrets_error)

/*
 * The name is not matched: gnome-keyring forgets it for as long as the keyring is locked, would find
 * nothing, and would not ask to unlock it. An attribute tells our secrets from others' instead.
 */
static const SecretSchema schema = {
  ALOQA_APPLICATION_ID,
  SECRET_SCHEMA_DONT_MATCH_NAME,
  {
      { "application", SECRET_SCHEMA_ATTRIBUTE_STRING },
      { "kind", SECRET_SCHEMA_ATTRIBUTE_STRING },
      { "place", SECRET_SCHEMA_ATTRIBUTE_STRING },
      { "user", SECRET_SCHEMA_ATTRIBUTE_STRING },
      { NULL, 0 },
  },
};

static const char *const kinds[] = {
  [ALOQA_SECRET_REFRESH_TOKEN] = "refresh-token",
  [ALOQA_SECRET_TURN_PASSWORD] = "turn-password",
};

static GHashTable *
make_attributes (AloqaSecretKind kind, const char *place, const char *user)
{
  return secret_attributes_build (&schema, "application", ALOQA_APPLICATION_ID, "kind", kinds[kind],
                                  "place", place, "user", user, NULL);
}

/*
 * Whether @error says that there is no session bus, nobody on it who keeps secrets, or nothing to
 * keep them in: no keyring was ever made, and nobody is asked to make one.
 */
static gboolean
is_no_keyring (const GError *error)
{
  if (error->domain == G_IO_ERROR)
    return error->code != G_IO_ERROR_TIMED_OUT && error->code != G_IO_ERROR_CLOSED &&
           error->code != G_IO_ERROR_DBUS_ERROR;
  if (error->domain != G_DBUS_ERROR)
    return g_error_matches (error, SECRET_ERROR, SECRET_ERROR_NO_SUCH_OBJECT);

  switch ((GDBusError) error->code) {
  case G_DBUS_ERROR_SERVICE_UNKNOWN:
  case G_DBUS_ERROR_NAME_HAS_NO_OWNER:
  case G_DBUS_ERROR_NO_SERVER:
  case G_DBUS_ERROR_SPAWN_EXEC_FAILED:
  case G_DBUS_ERROR_SPAWN_CHILD_EXITED:
  case G_DBUS_ERROR_SPAWN_CHILD_SIGNALED:
  case G_DBUS_ERROR_SPAWN_FAILED:
  case G_DBUS_ERROR_SPAWN_SERVICE_NOT_FOUND:
  case G_DBUS_ERROR_UNKNOWN_METHOD: /* of an object that is not there: the keyring */
  case G_DBUS_ERROR_UNKNOWN_OBJECT:
    return TRUE;
  default:
    return FALSE;
  }
}

static void
return_locked (GTask *task)
{
  g_task_return_new_error (task, ALOQA_SECRETS_ERROR, ALOQA_SECRETS_ERROR_LOCKED,
                           "The keyring is locked. Unlock it, and passwords can be kept in it.");
}

/* Ends @task with what @error means for the one who asked. */
static void
return_failure (GTask *task, GError *error)
{
  g_autoptr (GError) cause = error;

  if (g_task_return_error_if_cancelled (task))
    return;
  /* Cancelled, but not by us: the person closed the keyring's dialog. */
  if (g_error_matches (cause, SECRET_ERROR, SECRET_ERROR_IS_LOCKED) ||
      g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return_locked (task);
  else if (is_no_keyring (cause))
    g_task_return_new_error (task, ALOQA_SECRETS_ERROR, ALOQA_SECRETS_ERROR_NO_KEYRING,
                             "There is no keyring on this desktop (%s). Passwords are kept until "
                             "you quit.",
                             cause->message);
  else
    g_task_return_new_error (task, ALOQA_SECRETS_ERROR, ALOQA_SECRETS_ERROR_FAILED,
                             "The keyring does not work: %s", cause->message);
}

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (secret_password_store_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else
    return_failure (task, error);
}

/**
 * aloqa_secrets_store_async:
 * @place: see #AloqaSecretKind
 * @secret: UTF-8; instead of what was there for this kind, place and user
 */
void
aloqa_secrets_store_async (AloqaSecretKind kind, const char *place, const char *user,
                           const char *secret, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GHashTable) attributes = make_attributes (kind, place, user);
  g_autofree char *label = g_strdup_printf ("Aloqa: %s, %s", user, place);

  secret_password_storev (&schema, attributes, SECRET_COLLECTION_DEFAULT, label, secret,
                          cancellable, stored_cb,
                          g_task_new (NULL, cancellable, callback, user_data));
}

/* Returns: %FALSE with an %ALOQA_SECRETS_ERROR or %G_IO_ERROR_CANCELLED */
gboolean
aloqa_secrets_store_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
searched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GList *items = secret_password_search_finish (result, &error);

  if (error != NULL)
    return_failure (task, error);
  else if (items != NULL)
    return_locked (task);
  else
    g_task_return_pointer (task, NULL, NULL);
  g_list_free_full (items, g_object_unref);
}

/* Without a secret it is asked whether there is one that the person did not let us see. */
static void
looked_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  char *secret = secret_password_lookup_finish (result, &error);

  if (error != NULL)
    return_failure (task, error);
  else if (secret != NULL)
    g_task_return_pointer (task, secret, (GDestroyNotify) aloqa_secrets_free_secret);
  else
    secret_password_searchv (&schema, g_task_get_task_data (task), SECRET_SEARCH_NONE,
                             g_task_get_cancellable (task), searched_cb, g_object_ref (task));
}

void
aloqa_secrets_lookup_async (AloqaSecretKind kind, const char *place, const char *user,
                            GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  GHashTable *attributes = make_attributes (kind, place, user);
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_task_data (task, attributes, (GDestroyNotify) g_hash_table_unref);
  secret_password_lookupv (&schema, attributes, cancellable, looked_up_cb, task);
}

/**
 * aloqa_secrets_lookup_finish:
 * @secret: (out) (nullable): to be freed with aloqa_secrets_free_secret(); %NULL where nothing was
 *   stored
 *
 * Returns: whether the keyring answered; else an %ALOQA_SECRETS_ERROR or %G_IO_ERROR_CANCELLED
 */
gboolean
aloqa_secrets_lookup_finish (GAsyncResult *result, char **secret, GError **error)
{
  g_autoptr (GError) cause = NULL;

  *secret = g_task_propagate_pointer (G_TASK (result), &cause);
  if (cause == NULL)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}

/* Overwrites it first. */
void
aloqa_secrets_free_secret (char *secret)
{
  secret_password_free (secret);
}

static void
cleared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  secret_password_clear_finish (result, &error);
  if (error == NULL)
    g_task_return_boolean (task, TRUE);
  else
    return_failure (task, error);
}

void
aloqa_secrets_clear_async (AloqaSecretKind kind, const char *place, const char *user,
                           GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GHashTable) attributes = make_attributes (kind, place, user);

  secret_password_clearv (&schema, attributes, cancellable, cleared_cb,
                          g_task_new (NULL, cancellable, callback, user_data));
}

/**
 * aloqa_secrets_clear_all_async:
 *
 * Removes everything that this program has ever stored.
 */
void
aloqa_secrets_clear_all_async (GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GHashTable) everything =
      secret_attributes_build (&schema, "application", ALOQA_APPLICATION_ID, NULL);

  secret_password_clearv (&schema, everything, cancellable, cleared_cb,
                          g_task_new (NULL, cancellable, callback, user_data));
}

/* Of both. Returns: %TRUE also where there was nothing to remove */
gboolean
aloqa_secrets_clear_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
