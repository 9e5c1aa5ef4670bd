/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desktop/background.h"

#include "desktop/autostart.h"
#include "desktop/portal-request.h"

#define BACKGROUND_INTERFACE "org.freedesktop.portal.Background"

static void
portal_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  AloqaBackgroundAnswer *answer = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GVariant) results = aloqa_portal_request_finish (result, &error);

  if (results == NULL) {
    g_task_return_error (task, error);
    return;
  }

  g_variant_lookup (results, "background", "b", &answer->may_run);
  g_variant_lookup (results, "autostart", "b", &answer->starts_at_login);
  g_task_return_boolean (task, TRUE);
}

static void
ask_portal (const AloqaBackgroundWish *wish, GDBusConnection *bus, GTask *task)
{
  GVariantDict options;

  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert (&options, "reason", "s", wish->reason);
  g_variant_dict_insert (&options, "autostart", "b", wish->starts_at_login);
  g_variant_dict_insert_value (&options, "commandline", g_variant_new_strv (wish->command, -1));
  aloqa_portal_request_async (
      bus, BACKGROUND_INTERFACE, "RequestBackground",
      g_variant_new ("(s)", wish->parent_window != NULL ? wish->parent_window : ""), &options,
      g_task_get_cancellable (task), portal_cb, task);
}

static void
autostart_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  AloqaBackgroundAnswer *answer = g_task_get_task_data (task);
  GError *error = NULL;

  if (aloqa_autostart_set_finish (result, &error)) {
    g_task_return_boolean (task, TRUE);
    return;
  }
  answer->starts_at_login = !answer->starts_at_login; /* as it was */
  g_task_return_error (task, error);
}

/* Returns: whether a portal has to be asked */
gboolean
aloqa_background_is_sandboxed (void)
{
  return g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS) || g_getenv ("SNAP") != NULL;
}

/**
 * aloqa_background_request_async:
 * @wish: not needed after this call
 * @portal_bus: (nullable): in a sandbox the session bus; %NULL elsewhere
 */
void
aloqa_background_request_async (const AloqaBackgroundWish *wish, GDBusConnection *portal_bus,
                                GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  AloqaBackgroundAnswer *answer = g_new0 (AloqaBackgroundAnswer, 1);

  g_task_set_task_data (task, answer, g_free);
  if (portal_bus != NULL) {
    ask_portal (wish, portal_bus, task);
    return;
  }

  *answer = (AloqaBackgroundAnswer){ TRUE, wish->starts_at_login };
  aloqa_autostart_set_async (wish->starts_at_login ? wish->command : NULL, cancellable,
                             autostart_cb, task);
}

/**
 * aloqa_background_request_finish:
 * @answer: (out): what came of it, where it failed, too: running may be allowed all the same
 *
 * Returns: %FALSE with an %ALOQA_PORTAL_ERROR (DECLINED where the person said no) or a %G_IO_ERROR
 */
gboolean
aloqa_background_request_finish (GAsyncResult *result, AloqaBackgroundAnswer *answer,
                                 GError **error)
{
  *answer = *(AloqaBackgroundAnswer *) g_task_get_task_data (G_TASK (result));
  return g_task_propagate_boolean (G_TASK (result), error);
}
