/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desktop/portal-session.h"

#include "desktop/portal-call.h"
#include "desktop/portal-request.h"

#define SESSION_INTERFACE "org.freedesktop.portal.Session"
#define CALL_LIMIT_MS 5000

struct _AloqaPortalSession {
  GDBusConnection *bus;
  char *path;
  guint closed_subscription;
  guint owner_subscription;
  gboolean is_over; /* the desktop has ended it */
  AloqaPortalSessionFunc closed;
  gpointer user_data;
};

static void
end (AloqaPortalSession *self, gboolean is_portal_gone)
{
  if (self->is_over)
    return;
  self->is_over = TRUE;
  if (self->closed != NULL)
    self->closed (is_portal_gone, self->user_data);
}

static void
closed_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
           const char *signal, GVariant *parameters, gpointer user_data)
{
  end (user_data, FALSE);
}

/* A portal that ends says nothing more, and with it ends what it gave. */
static void
owner_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
          const char *signal, GVariant *parameters, gpointer user_data)
{
  if (aloqa_portal_has_ended (parameters))
    end (user_data, TRUE);
}

static AloqaPortalSession *
watch (GDBusConnection *bus, const char *path)
{
  AloqaPortalSession *self = g_new0 (AloqaPortalSession, 1);

  self->bus = g_object_ref (bus);
  self->path = g_strdup (path);
  self->closed_subscription =
      g_dbus_connection_signal_subscribe (bus, ALOQA_PORTAL_NAME, SESSION_INTERFACE, "Closed", path,
                                          NULL, G_DBUS_SIGNAL_FLAGS_NONE, closed_cb, self, NULL);
  self->owner_subscription = aloqa_portal_watch_owner (bus, owner_cb, self, NULL);
  return self;
}

/**
 * aloqa_portal_session_close:
 * @self: (transfer full)
 *
 * Gives the grant back, where the desktop has not ended it.
 */
void
aloqa_portal_session_close (AloqaPortalSession *self)
{
  g_dbus_connection_signal_unsubscribe (self->bus, self->closed_subscription);
  g_dbus_connection_signal_unsubscribe (self->bus, self->owner_subscription);
  if (!self->is_over)
    g_dbus_connection_call (self->bus, ALOQA_PORTAL_NAME, self->path, SESSION_INTERFACE, "Close",
                            NULL, NULL, G_DBUS_CALL_FLAGS_NONE, CALL_LIMIT_MS, NULL, NULL, NULL);
  g_object_unref (self->bus);
  g_free (self->path);
  g_free (self);
}

/* Returns: (nullable): the session's path: of either type, depending on the portal's version */
static const char *
read_path (GVariant *handle)
{
  const char *path;

  if (handle == NULL || (!g_variant_is_of_type (handle, G_VARIANT_TYPE_STRING) &&
                         !g_variant_is_of_type (handle, G_VARIANT_TYPE_OBJECT_PATH)))
    return NULL;
  path = g_variant_get_string (handle, NULL);
  return g_variant_is_object_path (path) ? path : NULL;
}

static void
created_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GVariant) handle = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) results = aloqa_portal_request_finish (result, &error);
  const char *path;

  if (results == NULL) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }

  handle = g_variant_lookup_value (results, "session_handle", NULL);
  path = read_path (handle);
  if (path != NULL)
    g_task_return_pointer (task, watch (g_task_get_task_data (task), path),
                           (GDestroyNotify) aloqa_portal_session_close);
  else
    g_task_return_new_error (task, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_FAILED,
                             "xdg-desktop-portal answers without a session");
}

/**
 * aloqa_portal_session_create_async:
 * @interface: the portal's, such as "org.freedesktop.portal.ScreenCast"
 *
 * Begins a session, which grants nothing yet.
 */
void
aloqa_portal_session_create_async (GDBusConnection *bus, const char *interface,
                                   GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  g_autofree char *token = g_strdup_printf ("aloqa%u", g_random_int ());
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);

  g_task_set_task_data (task, g_object_ref (bus), g_object_unref);
  g_variant_dict_insert (&options, "session_handle_token", "s", token);
  aloqa_portal_request_async (bus, interface, "CreateSession", g_variant_new_tuple (NULL, 0),
                              &options, cancellable, created_cb, task);
}

/**
 * aloqa_portal_session_create_finish:
 * @closed: called when the desktop ends it
 * @error: %ALOQA_PORTAL_ERROR, or %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable): to be closed by aloqa_portal_session_close()
 */
AloqaPortalSession *
aloqa_portal_session_create_finish (GAsyncResult *result, AloqaPortalSessionFunc closed,
                                    gpointer user_data, GError **error)
{
  AloqaPortalSession *self = g_task_propagate_pointer (G_TASK (result), error);

  if (self == NULL)
    return NULL;
  if (self->is_over) {
    aloqa_portal_session_close (self);
    g_set_error (error, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_FAILED,
                 "The desktop has ended at once what it had granted");
    return NULL;
  }
  self->closed = closed;
  self->user_data = user_data;
  return self;
}

const char *
aloqa_portal_session_get_path (AloqaPortalSession *self)
{
  return self->path;
}
