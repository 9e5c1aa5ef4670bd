/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desktop/portal.h"

#include "desktop/portal-call.h"

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

static void ask_next (GTask *task);

static void
properties_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Look *look = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GVariant) properties = aloqa_portal_get_properties_finish (result, &error);

  if (properties == NULL) {
    g_task_return_error (task, error);
    return;
  }

  g_variant_lookup (properties, "version", "u",
                    G_STRUCT_MEMBER_P (&look->offer, interfaces[look->n_asked].offset));
  look->n_asked++;
  ask_next (task);
}

static void
ask_next (GTask *task)
{
  Look *look = g_task_get_task_data (task);

  if (look->n_asked == G_N_ELEMENTS (interfaces))
    g_task_return_boolean (task, TRUE);
  else
    aloqa_portal_get_properties_async (look->bus, interfaces[look->n_asked].interface,
                                       g_task_get_cancellable (task), properties_cb,
                                       g_object_ref (task));
}

static void
begin (GTask *task, GDBusConnection *bus)
{
  ((Look *) g_task_get_task_data (task))->bus = g_object_ref (bus);
  ask_next (task);
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
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, aloqa_portal_look_async);
  g_task_set_task_data (task, g_new0 (Look, 1), free_look);
  aloqa_portal_reach (task, bus, begin);
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
