/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desktop/portal-call.h"

#include <gio/gunixfdlist.h>

/* The first call starts the portal and its backend where they do not run yet. */
#define CALL_LIMIT_MS 5000

G_DEFINE_QUARK (aloqa_portal_error, aloqa_portal_error)

static gboolean
is_dbus_error (const GError *error, GDBusError code)
{
  return g_error_matches (error, G_DBUS_ERROR, (int) code);
}

/* A portal that is there, without a backend that could do it. */
static gboolean
is_without_interface (const GError *error)
{
  return is_dbus_error (error, G_DBUS_ERROR_UNKNOWN_INTERFACE) ||
         is_dbus_error (error, G_DBUS_ERROR_UNKNOWN_METHOD);
}

/* Under a bare window manager there is no session that its service may belong to: systemd refuses to
 * start it, the bus says why, or nobody ever answers. */
static gboolean
is_without_start (const GError *error)
{
  static const char *const prefixes[] = { "org.freedesktop.DBus.Error.Spawn.",
                                          "org.freedesktop.systemd1." };
  g_autofree char *name = g_dbus_error_get_remote_error (error);

  for (gsize i = 0; name != NULL && i < G_N_ELEMENTS (prefixes); i++) {
    if (g_str_has_prefix (name, prefixes[i]))
      return TRUE;
  }
  return is_dbus_error (error, G_DBUS_ERROR_NO_REPLY) ||
         is_dbus_error (error, G_DBUS_ERROR_TIMEOUT) ||
         is_dbus_error (error, G_DBUS_ERROR_TIMED_OUT) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
}

/**
 * aloqa_portal_return_error:
 * @error: (transfer full): why a call came to nothing
 *
 * Returns the task with it as an %ALOQA_PORTAL_ERROR, or %G_IO_ERROR_CANCELLED.
 */
void
aloqa_portal_return_error (GTask *task, GError *error)
{
  g_autoptr (GError) cause = error;

  if (g_task_return_error_if_cancelled (task))
    return;

  g_dbus_error_strip_remote_error (cause);
  if (is_dbus_error (cause, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
      is_dbus_error (cause, G_DBUS_ERROR_NAME_HAS_NO_OWNER))
    g_task_return_new_error (task, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_NOT_INSTALLED,
                             "There is no xdg-desktop-portal here: install it and the "
                             "backend of your desktop");
  else if (is_without_interface (cause))
    g_task_return_new_error (task, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_NO_BACKEND,
                             "xdg-desktop-portal has no backend here for it: install the one of "
                             "your desktop");
  else
    g_task_return_new_error (task, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_FAILED,
                             "xdg-desktop-portal does not answer: %s", cause->message);
}

typedef struct {
  GTask *task;
  AloqaPortalNext next;
} Reaching;

static void
bus_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Reaching *reaching = user_data;
  g_autoptr (GTask) task = reaching->task;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);

  if (bus != NULL)
    reaching->next (task, bus);
  else if (!g_task_return_error_if_cancelled (task))
    g_task_return_new_error (task, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_NO_SESSION,
                             "There is no desktop session here: %s", error->message);
}

/**
 * aloqa_portal_reach:
 * @bus: (nullable): where the portal is; %NULL for the session bus
 * @next: what the task does there; without a bus the task is returned, and this not called
 */
void
aloqa_portal_reach (GTask *task, GDBusConnection *bus, AloqaPortalNext next)
{
  Reaching *reaching;

  if (bus != NULL) {
    next (task, bus);
    return;
  }

  reaching = g_new (Reaching, 1);
  *reaching = (Reaching){ g_object_ref (task), next };
  g_bus_get (G_BUS_TYPE_SESSION, g_task_get_cancellable (task), bus_cb, reaching);
}

/**
 * aloqa_portal_watch_owner:
 * @owner_cb: asks aloqa_portal_has_ended() about its parameters
 *
 * Returns: to be given to g_dbus_connection_signal_unsubscribe()
 */
guint
aloqa_portal_watch_owner (GDBusConnection *bus, GDBusSignalCallback owner_cb, gpointer user_data,
                          GDestroyNotify free_user_data)
{
  return g_dbus_connection_signal_subscribe (bus, "org.freedesktop.DBus", "org.freedesktop.DBus",
                                             "NameOwnerChanged", "/org/freedesktop/DBus",
                                             ALOQA_PORTAL_NAME, G_DBUS_SIGNAL_FLAGS_NONE, owner_cb,
                                             user_data, free_user_data);
}

/* Returns: whether the portal that was there is no more; another may have taken its place */
gboolean
aloqa_portal_has_ended (GVariant *parameters)
{
  const char *old_owner;

  g_variant_get (parameters, "(&s&s&s)", NULL, &old_owner, NULL);
  return *old_owner != '\0';
}

static void
properties_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  GVariant *properties = NULL;

  if (reply != NULL)
    g_variant_get (reply, "(@a{sv})", &properties);
  else if (is_without_interface (error) || is_dbus_error (error, G_DBUS_ERROR_INVALID_ARGS))
    properties = g_variant_ref_sink (g_variant_new ("a{sv}", NULL));

  if (properties != NULL) {
    g_task_return_pointer (task, properties, (GDestroyNotify) g_variant_unref);
  } else if (is_without_start (error) && !g_task_return_error_if_cancelled (task)) {
    g_dbus_error_strip_remote_error (error);
    g_task_return_new_error (task, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_UNREACHABLE,
                             "xdg-desktop-portal does not start: %s", error->message);
  } else {
    aloqa_portal_return_error (task, g_steal_pointer (&error));
  }
}

/**
 * aloqa_portal_get_properties_async:
 *
 * The first thing that any portal is asked: this starts it.
 */
void
aloqa_portal_get_properties_async (GDBusConnection *bus, const char *interface,
                                   GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_dbus_connection_call (bus, ALOQA_PORTAL_NAME, ALOQA_PORTAL_PATH,
                          "org.freedesktop.DBus.Properties", "GetAll",
                          g_variant_new ("(s)", interface), G_VARIANT_TYPE ("(a{sv})"),
                          G_DBUS_CALL_FLAGS_NONE, CALL_LIMIT_MS, cancellable, properties_cb, task);
}

/**
 * aloqa_portal_get_properties_finish:
 *
 * Returns: (transfer full) (nullable): an a{sv}, empty where no backend has the interface; or %NULL
 *   with @error as aloqa_portal_return_error() makes it, or %ALOQA_PORTAL_ERROR_UNREACHABLE
 */
GVariant *
aloqa_portal_get_properties_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GUnixFDList) fds = NULL;
  GError *error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_with_unix_fd_list_finish (
      G_DBUS_CONNECTION (source), &fds, result, &error);
  gint32 index;

  if (reply == NULL) {
    aloqa_portal_return_error (task, error);
    return;
  }

  g_variant_get (reply, "(h)", &index);
  if (fds != NULL && index >= 0 && index < g_unix_fd_list_get_length (fds))
    g_task_return_int (task, g_unix_fd_list_get (fds, index, NULL));
  else
    g_task_return_new_error (task, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_FAILED,
                             "xdg-desktop-portal gives no way to the pictures");
}

/**
 * aloqa_portal_open_pipewire_async:
 * @interface: the portal's, such as "org.freedesktop.portal.Camera"
 * @session_path: (nullable): the session, for portals that have one
 *
 * Asks for a connection to PipeWire that sees what was granted, and nothing else.
 */
void
aloqa_portal_open_pipewire_async (GDBusConnection *bus, const char *interface,
                                  const char *session_path, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_dbus_connection_call_with_unix_fd_list (
      bus, ALOQA_PORTAL_NAME, ALOQA_PORTAL_PATH, interface, "OpenPipeWireRemote",
      session_path != NULL ? g_variant_new ("(oa{sv})", session_path, NULL)
                           : g_variant_new ("(a{sv})", NULL),
      G_VARIANT_TYPE ("(h)"), G_DBUS_CALL_FLAGS_NONE, CALL_LIMIT_MS, NULL, cancellable, opened_cb,
      task);
}

/* Returns: a descriptor that is the caller's; or -1 with an %ALOQA_PORTAL_ERROR or cancelled */
int
aloqa_portal_open_pipewire_finish (GAsyncResult *result, GError **error)
{
  return (int) g_task_propagate_int (G_TASK (result), error);
}
