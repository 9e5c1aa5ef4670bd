/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/server-check.h"

#include "signaling/rest.h"

static void
health_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  AloqaRest *rest = ALOQA_REST (source);
  GError *error = NULL;

  if (aloqa_rest_check_health_finish (rest, result, &error))
    g_task_return_pointer (
        task, g_strdup (aloqa_server_address_get_origin (aloqa_rest_get_address (rest))), g_free);
  else
    g_task_return_error (task, error);
}

/**
 * aloqa_server_check_async:
 * @text: as the person wrote it; a bare host name is completed
 *
 * Asks the server how it is. Fails with an #AloqaSignalingError.
 */
void
aloqa_server_check_async (const char *text, GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (AloqaClock) clock = aloqa_clock_new ();
  g_autoptr (AloqaServerAddress) address = NULL;
  g_autoptr (AloqaRest) rest = NULL;
  GError *error = NULL;

  address = aloqa_server_address_new (text, NULL, ALOQA_ADDRESS_NONE, &error);
  if (address == NULL) {
    g_task_return_error (task, error);
    return;
  }
  rest = aloqa_rest_new (address, NULL, clock);
  g_task_set_task_data (task, g_object_ref (rest), g_object_unref);
  aloqa_rest_check_health_async (rest, cancellable, health_cb, g_steal_pointer (&task));
}

/* Returns: (transfer full) (nullable): the server's whole address */
char *
aloqa_server_check_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
