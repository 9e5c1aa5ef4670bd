/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desktop/portal.h"

#define PORTAL_NAME "org.freedesktop.portal.Desktop"
#define PORTAL_PATH "/org/freedesktop/portal/desktop"

/* The first call starts the portal and its backend where they do not run yet. */
#define CALL_LIMIT_MS 5000

G_DEFINE_QUARK (aloqa - portal - error - quark, aloqa_portal_error)

static const struct {
  const char *interface;
  gsize offset; /* in AloqaPortalOffer */
} interfaces[] = {
  { "org.freedesktop.portal.ScreenCast", G_STRUCT_OFFSET (AloqaPortalOffer, screen_cast_version) },
  { "org.freedesktop.portal.Camera", G_STRUCT_OFFSET (AloqaPortalOffer, camera_version) },
};

/* The data of the task. */
typedef struct {
  GDBusConnection *bus;
  AloqaPortalOffer offer;
  gsize n_asked; /* interfaces */
} Look;

static void
free_look (gpointer data)
{
  Look *look = data;

  g_clear_object (&look->bus);
  g_free (look);
}

/* Of a portal that is there, and does not have this interface. */
static gboolean
is_absence (const GError *error)
{
  return g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_INTERFACE) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_PROPERTY) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS);
}

static void
return_failure (GTask *task, GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_task_return_error (task, error);
    return;
  }

  g_dbus_error_strip_remote_error (error);
  if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
      g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER))
    g_task_return_new_error (task, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_NOT_INSTALLED,
                             "There is no xdg-desktop-portal in this session");
  else
    g_task_return_new_error (task, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_FAILED,
                             "xdg-desktop-portal does not answer: %s", error->message);
  g_error_free (error);
}

static void ask_next (GTask *task);

static void
version_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Look *look = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply != NULL) {
    guint *version = G_STRUCT_MEMBER_P (&look->offer, interfaces[look->n_asked].offset);
    g_autoptr (GVariant) value = NULL;

    g_variant_get (reply, "(v)", &value);
    if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32))
      *version = g_variant_get_uint32 (value);
  } else if (!is_absence (error)) {
    return_failure (task, g_steal_pointer (&error));
    return;
  }

  look->n_asked++;
  ask_next (g_steal_pointer (&task));
}

/* @task: (transfer full) */
static void
ask_next (GTask *task)
{
  Look *look = g_task_get_task_data (task);

  if (look->n_asked == G_N_ELEMENTS (interfaces)) {
    g_task_return_boolean (task, TRUE);
    g_object_unref (task);
    return;
  }

  g_dbus_connection_call (look->bus, PORTAL_NAME, PORTAL_PATH, "org.freedesktop.DBus.Properties",
                          "Get",
                          g_variant_new ("(ss)", interfaces[look->n_asked].interface, "version"),
                          G_VARIANT_TYPE ("(v)"), G_DBUS_CALL_FLAGS_NONE, CALL_LIMIT_MS,
                          g_task_get_cancellable (task), version_cb, task);
}

static void
bus_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Look *look = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  look->bus = g_bus_get_finish (result, &error);
  if (look->bus != NULL)
    ask_next (g_steal_pointer (&task));
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_new_error (task, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_NO_SESSION,
                             "There is no desktop session here: %s", error->message);
}

/**
 * aloqa_portal_look_async:
 * @bus: (nullable): where to look; %NULL for the session bus
 *
 * Asks which portals the desktop offers, and starts them where need be. Nothing is opened, and the
 * person is asked nothing.
 */
void
aloqa_portal_look_async (GDBusConnection *bus, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Look *look = g_new0 (Look, 1);

  g_task_set_source_tag (task, aloqa_portal_look_async);
  g_task_set_task_data (task, look, free_look);
  if (bus == NULL) {
    g_bus_get (G_BUS_TYPE_SESSION, cancellable, bus_cb, task);
    return;
  }
  look->bus = g_object_ref (bus);
  ask_next (task);
}

/**
 * aloqa_portal_look_finish:
 * @offer: (out): what there is
 * @error: %ALOQA_PORTAL_ERROR, or %G_IO_ERROR_CANCELLED
 */
gboolean
aloqa_portal_look_finish (GAsyncResult *result, AloqaPortalOffer *offer, GError **error)
{
  GTask *task = G_TASK (result);

  g_return_val_if_fail (g_task_is_valid (task, NULL), FALSE);

  *offer = ((Look *) g_task_get_task_data (task))->offer;
  return g_task_propagate_boolean (task, error);
}
