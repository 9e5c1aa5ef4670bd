/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desktop/camera-portal.h"

#include "desktop/portal-call.h"
#include "desktop/portal-request.h"

#define INTERFACE "org.freedesktop.portal.Camera"

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  int fd = aloqa_portal_open_pipewire_finish (result, &error);

  if (fd >= 0)
    g_task_return_int (task, fd);
  else
    g_task_return_error (task, error);
}

static void
accessed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GVariant) results = aloqa_portal_request_finish (result, &error);

  if (results != NULL)
    aloqa_portal_open_pipewire_async (g_task_get_task_data (task), INTERFACE, NULL,
                                      g_task_get_cancellable (task), opened_cb,
                                      g_object_ref (task));
  else
    g_task_return_error (task, error);
}

static void
ask (GTask *task, GDBusConnection *bus)
{
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);

  g_task_set_task_data (task, g_object_ref (bus), g_object_unref);
  aloqa_portal_request_async (bus, INTERFACE, "AccessCamera", g_variant_new_tuple (NULL, 0),
                              &options, g_task_get_cancellable (task), accessed_cb,
                              g_object_ref (task));
}

/**
 * aloqa_camera_portal_open_async:
 * @bus: (nullable): where the portal is; %NULL for the session bus
 * @cancellable: (nullable): takes the question away, too
 *
 * Asks for a connection to PipeWire that sees cameras and nothing else. The desktop asks the person
 * the first time, and remembers the answer.
 */
void
aloqa_camera_portal_open_async (GDBusConnection *bus, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, aloqa_camera_portal_open_async);
  aloqa_portal_reach (task, bus, ask);
}

/**
 * aloqa_camera_portal_open_finish:
 * @error: %ALOQA_PORTAL_ERROR, or %G_IO_ERROR_CANCELLED
 *
 * Returns: a descriptor that is the caller's, for one connection; -1 with @error
 */
int
aloqa_camera_portal_open_finish (GAsyncResult *result, GError **error)
{
  return (int) g_task_propagate_int (G_TASK (result), error);
}
