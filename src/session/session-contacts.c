/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who can be called, asked of the server; see session/roster.h for the list that is kept. */
#include "session/session.h"

static void
users_listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GPtrArray) users = NULL;
  GPtrArray *contacts;
  GError *error = NULL;

  users = aloqa_rest_list_users_finish (ALOQA_REST (source), result, &error);
  if (users == NULL) {
    g_task_return_error (task, error);
    return;
  }

  contacts = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < users->len; i++)
    g_ptr_array_add (contacts, aloqa_contact_new_from_user (users->pdata[i]));
  g_task_return_pointer (task, contacts, (GDestroyNotify) g_ptr_array_unref);
}

/**
 * aloqa_session_list_contacts_async:
 * @search: (nullable): a part of a name
 *
 * Asks the server who can be called.
 */
void
aloqa_session_list_contacts_async (AloqaSession *self, const char *search,
                                   GAsyncReadyCallback callback, gpointer user_data)
{
  aloqa_rest_list_users_async (aloqa_account_get_rest (aloqa_session_get_account (self)), search,
                               NULL, users_listed_cb, g_task_new (self, NULL, callback, user_data));
}

/* Returns: (transfer full) (nullable) (element-type AloqaContact) */
GPtrArray *
aloqa_session_list_contacts_finish (AloqaSession *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
user_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (AloqaUser) user = NULL;
  GError *error = NULL;

  user = aloqa_rest_get_user_finish (ALOQA_REST (source), result, &error);
  if (user != NULL)
    g_task_return_pointer (task, aloqa_contact_new_from_user (user), g_object_unref);
  else
    g_task_return_error (task, error);
}

/* A user name wins over an id of the same digits. */
static void
name_listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  AloqaSession *self = ALOQA_SESSION (source);
  const char *wanted = g_task_get_task_data (task);
  g_autoptr (GPtrArray) contacts = NULL;
  GError *error = NULL;
  guint64 id;

  contacts = aloqa_session_list_contacts_finish (self, result, &error);
  if (contacts == NULL) {
    g_task_return_error (task, error);
    return;
  }
  for (guint i = 0; i < contacts->len; i++) {
    if (g_str_equal (aloqa_contact_get_username (contacts->pdata[i]), wanted)) {
      g_task_return_pointer (task, g_object_ref (contacts->pdata[i]), g_object_unref);
      return;
    }
  }

  if (g_ascii_string_to_unsigned (wanted, 10, 1, G_MAXINT32, &id, NULL))
    aloqa_rest_get_user_async (aloqa_account_get_rest (aloqa_session_get_account (self)),
                               (gint64) id, NULL, user_found_cb, g_steal_pointer (&task));
  else
    g_task_return_new_error (task, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_NOT_FOUND,
                             "There is nobody called '%s' on this server.", wanted);
}

/**
 * aloqa_session_find_contact_async:
 * @name_or_id: a whole user name, or an id in digits
 *
 * Fails with %ALOQA_SIGNALING_ERROR_NOT_FOUND where there is nobody by that name.
 */
void
aloqa_session_find_contact_async (AloqaSession *self, const char *name_or_id,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_task_data (task, g_strdup (name_or_id), g_free);
  aloqa_session_list_contacts_async (self, name_or_id, name_listed_cb, task);
}

/* Returns: (transfer full) (nullable) */
AloqaContact *
aloqa_session_find_contact_finish (AloqaSession *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
