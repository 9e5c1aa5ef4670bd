/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desktop/camera-portal.h"

#include "desktop/portal-request.h"

#include <gio/gunixfdlist.h>

#define PORTAL_NAME "org.freedesktop.portal.Desktop"
#define PORTAL_PATH "/org/freedesktop/portal/desktop"
#define INTERFACE "org.freedesktop.portal.Camera"
#define CALL_LIMIT_MS 5000

static void
remote_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_with_unix_fd_list_finish (
      G_DBUS_CONNECTION (source), &fds, result, &error);
  gint32 index;
  int fd = -1;

  if (reply != NULL && fds != NULL) {
    g_variant_get (reply, "(h)", &index);
    fd = g_unix_fd_list_get (fds, index, &error);
  }

  if (fd >= 0) {
    g_task_return_int (task, fd);
  } else if (!g_task_return_error_if_cancelled (task)) {
    if (error != NULL)
      g_dbus_error_strip_remote_error (error);
    g_task_return_new_error (task, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_FAILED,
                             "xdg-desktop-portal gives no way to the camera: %s",
                             error != NULL ? error->message : "no descriptor");
  }
}

static void
accessed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) results = aloqa_portal_request_finish (result, &error);
  GVariantBuilder options;

  if (results == NULL) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }

  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  g_dbus_connection_call_with_unix_fd_list (
      g_task_get_task_data (task), PORTAL_NAME, PORTAL_PATH, INTERFACE, "OpenPipeWireRemote",
      g_variant_new ("(a{sv})", &options), G_VARIANT_TYPE ("(h)"), G_DBUS_CALL_FLAGS_NONE,
      CALL_LIMIT_MS, NULL, g_task_get_cancellable (task), remote_cb, g_object_ref (task));
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

static void
bus_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);

  if (bus != NULL)
    ask (task, bus);
  else if (!g_task_return_error_if_cancelled (task))
    g_task_return_new_error (task, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_NO_SESSION,
                             "There is no desktop session here: %s", error->message);
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
  if (bus != NULL)
    ask (task, bus);
  else
    g_bus_get (G_BUS_TYPE_SESSION, cancellable, bus_cb, g_object_ref (task));
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
