/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/own-ice-servers.h"

#include <glib/gi18n.h>

#include "desktop/secrets.h"
#include "media/ice-check.h"

/* Looking up passwords, one after the other. */
typedef struct {
  GVariantIter pairs;
  GVariant *pairs_variant;
  char *url, *username; /* the one that is looked up */
  GPtrArray *servers;   /* found so far */
  GVariantBuilder missing;
} Load;

static void
free_load (Load *load)
{
  g_variant_unref (load->pairs_variant);
  g_free (load->url);
  g_free (load->username);
  g_ptr_array_unref (load->servers);
  g_variant_builder_clear (&load->missing);
  g_free (load);
}

/* Which one the person is told: its address is not for the log, and may have a password in it. */
static void
leave_out (Load *load, const char *why)
{
  g_message ("A STUN or TURN server is left out: %s", why);
  g_variant_builder_add (&load->missing, "(ss)", load->url, load->username);
}

static void
add_server (Load *load, const char *password)
{
  g_autoptr (GError) error = NULL;
  gboolean is_turn = *load->username != '\0';
  AloqaIceServer *server = aloqa_ice_server_new (load->url, is_turn ? load->username : NULL,
                                                 is_turn ? password : NULL, &error);

  if (server != NULL)
    g_ptr_array_add (load->servers, server);
  else
    leave_out (load, error->message);
}

static void load_next (GTask *task);

static void
looked_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Load *load = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  char *password = NULL;

  if (aloqa_secrets_lookup_finish (result, &password, &error) && password != NULL)
    add_server (load, password);
  else
    leave_out (load, error != NULL ? error->message : "its password is not in the keyring");
  g_clear_pointer (&password, aloqa_secrets_free_secret);
  load_next (task);
}

static void
load_next (GTask *task)
{
  Load *load = g_task_get_task_data (task);

  g_clear_pointer (&load->url, g_free);
  g_clear_pointer (&load->username, g_free);
  while (g_variant_iter_next (&load->pairs, "(ss)", &load->url, &load->username)) {
    if (*load->username != '\0') {
      aloqa_secrets_lookup_async (ALOQA_SECRET_TURN_PASSWORD, load->url, load->username,
                                  g_task_get_cancellable (task), looked_up_cb, task);
      return;
    }
    add_server (load, NULL);
    g_clear_pointer (&load->url, g_free);
    g_clear_pointer (&load->username, g_free);
  }
  g_task_return_pointer (task, g_ptr_array_ref (load->servers), (GDestroyNotify) g_ptr_array_unref);
  g_object_unref (task);
}

/**
 * aloqa_own_ice_servers_load_async:
 * @pairs: "a(ss)"
 *
 * Puts the list together. A server whose password the keyring does not give is left out.
 */
void
aloqa_own_ice_servers_load_async (GVariant *pairs, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Load *load = g_new0 (Load, 1);

  load->pairs_variant = g_variant_ref (pairs);
  g_variant_iter_init (&load->pairs, pairs);
  load->servers = g_ptr_array_new_with_free_func (aloqa_ice_server_unref);
  g_variant_builder_init (&load->missing, G_VARIANT_TYPE ("a(ss)"));
  g_task_set_task_data (task, load, (GDestroyNotify) free_load);
  load_next (task);
}

/**
 * aloqa_own_ice_servers_load_finish:
 * @missing: (out) (optional) (transfer full): the pairs of those that were left out, likewise "a(ss)"
 *
 * Returns: (transfer full) (nullable) (element-type AloqaIceServer): %NULL where it was cancelled
 */
GPtrArray *
aloqa_own_ice_servers_load_finish (GAsyncResult *result, GVariant **missing, GError **error)
{
  Load *load = g_task_get_task_data (G_TASK (result));

  if (missing != NULL)
    *missing = g_variant_ref_sink (g_variant_builder_end (&load->missing));
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * aloqa_own_ice_servers_choose:
 * @servers: what could be loaded
 * @is_any_named: whether the person named any
 * @is_relay_only: whether calls may go through a TURN server only
 *
 * Whoever wants a relay alone named the one they trust: where it cannot be had no other stands in for
 * it, and calls do not connect.
 *
 * Returns: (transfer none) (nullable): for aloqa_session_use_ice_servers()
 */
GPtrArray *
aloqa_own_ice_servers_choose (GPtrArray *servers, gboolean is_any_named, gboolean is_relay_only)
{
  return servers->len > 0 || (is_any_named && is_relay_only) ? servers : NULL;
}

/* Whether there can be such a server; an #AloqaProtocolError says why not. */
gboolean
aloqa_own_ice_servers_check_url (const char *url, const char *username, const char *password,
                                 GError **error)
{
  g_autoptr (AloqaIceServer) server = aloqa_ice_server_new (
      url, *username != '\0' ? username : NULL, *username != '\0' ? password : NULL, error);

  return server != NULL;
}

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (aloqa_secrets_store_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* Keeps the password of a server; without a user name there is none to keep. */
void
aloqa_own_ice_servers_add_async (const char *url, const char *username, const char *password,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);

  if (*username == '\0')
    g_task_return_boolean (task, TRUE);
  else
    aloqa_secrets_store_async (ALOQA_SECRET_TURN_PASSWORD, url, username, password, NULL, stored_cb,
                               g_steal_pointer (&task));
}

gboolean
aloqa_own_ice_servers_add_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
cleared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (!aloqa_secrets_clear_finish (result, &error))
    g_debug ("Nothing to take out of the keyring: %s", error->message);
  g_task_return_boolean (task, TRUE);
}

/* Takes the password of a server out of the keyring. Until it is done none should be added: the
 * keyring looks first, and then deletes what is there by then. */
void
aloqa_own_ice_servers_forget_async (const char *url, const char *username,
                                    GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);

  if (*username == '\0')
    g_task_return_boolean (task, TRUE);
  else
    aloqa_secrets_clear_async (ALOQA_SECRET_TURN_PASSWORD, url, username, NULL, cleared_cb,
                               g_steal_pointer (&task));
}

/* The keyring has answered, whatever it was. */
void
aloqa_own_ice_servers_forget_finish (GAsyncResult *result)
{
  g_task_propagate_boolean (G_TASK (result), NULL);
}

static void
tried_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (AloqaIceCheckResult) found = aloqa_ice_check_finish (result, &error);

  if (found == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (
        task,
        g_strdup (found->relayed_address != NULL ? found->relayed_address : found->seen_address),
        g_free);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (AloqaClock) clock = aloqa_clock_new ();
  GError *error = NULL;
  g_autoptr (GPtrArray) servers = aloqa_own_ice_servers_load_finish (result, NULL, &error);

  if (servers == NULL)
    g_task_return_error (task, error);
  else if (servers->len == 0)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "%s",
                             _ ("Its password is not in the keyring. Remove it and add it again."));
  else
    aloqa_ice_check_async (servers->pdata[0], NULL, clock, g_task_get_cancellable (task), tried_cb,
                           g_object_ref (task));
}

/* Asks the server for what a call would ask. Fails with an #AloqaIceCheckError. */
void
aloqa_own_ice_servers_try_async (const char *url, const char *username, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  GVariant *pair = g_variant_new ("(ss)", url, username);
  g_autoptr (GVariant) pairs = g_variant_ref_sink (g_variant_new_array (NULL, &pair, 1));

  aloqa_own_ice_servers_load_async (pairs, cancellable, loaded_cb, task);
}

/* Returns: (transfer full) (nullable): the address that it gave, to show that it works */
char *
aloqa_own_ice_servers_try_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
