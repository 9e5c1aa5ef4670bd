/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desktop/screen-cast.h"

#include <unistd.h>

#include "desktop/portal-call.h"
#include "desktop/portal-request.h"
#include "desktop/portal-session.h"

#define INTERFACE "org.freedesktop.portal.ScreenCast"

/* The portal's numbers. */
enum { SOURCE_MONITOR = 1, SOURCE_WINDOW = 2 };
enum { CURSOR_HIDDEN = 1, CURSOR_EMBEDDED = 2, CURSOR_METADATA = 4 };

struct _AloqaScreenCast {
  GObject parent_instance;

  GDBusConnection *bus;
  char *parent_window;
  guint32 sources; /* what the desktop has to offer */
  guint32 cursors;
  AloqaPortalSession *session; /* NULL: closed, or not there yet */
  guint32 node_id;
  int fd; /* -1: taken */
};

enum { CLOSED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AloqaScreenCast, aloqa_screen_cast, G_TYPE_OBJECT)

/**
 * aloqa_screen_cast_close:
 *
 * Gives the grant back. Again does nothing.
 */
void
aloqa_screen_cast_close (AloqaScreenCast *self)
{
  g_clear_pointer (&self->session, aloqa_portal_session_close);
}

static void
closed_cb (gboolean is_portal_gone, gpointer user_data)
{
  g_autoptr (AloqaScreenCast) self = g_object_ref (user_data);

  aloqa_screen_cast_close (self);
  g_signal_emit (self, signals[CLOSED], 0);
}

static void
aloqa_screen_cast_finalize (GObject *object)
{
  AloqaScreenCast *self = ALOQA_SCREEN_CAST (object);

  aloqa_screen_cast_close (self);
  if (self->fd >= 0)
    close (self->fd);
  g_clear_object (&self->bus);
  g_free (self->parent_window);

  G_OBJECT_CLASS (aloqa_screen_cast_parent_class)->finalize (object);
}

static void
aloqa_screen_cast_class_init (AloqaScreenCastClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aloqa_screen_cast_finalize;

  signals[CLOSED] = g_signal_new ("closed", ALOQA_TYPE_SCREEN_CAST, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
}

static void
aloqa_screen_cast_init (AloqaScreenCast *self)
{
  self->fd = -1;
}

/* --- Opening: ask what there is → session → sources → the person's choice → PipeWire ---------- */

static void
fail (GTask *task, const char *message)
{
  g_task_return_new_error (task, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_FAILED, "%s", message);
}

static AloqaScreenCast *
get_self (GTask *task)
{
  return g_task_get_task_data (task);
}

static void
request (GTask *task, const char *method, GVariant *arguments, GVariantDict *options,
         GAsyncReadyCallback callback)
{
  aloqa_portal_request_async (get_self (task)->bus, INTERFACE, method, arguments, options,
                              g_task_get_cancellable (task), callback, g_object_ref (task));
}

static void
remote_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  AloqaScreenCast *self = get_self (task);
  GError *error = NULL;

  self->fd = aloqa_portal_open_pipewire_finish (result, &error);
  if (self->fd < 0)
    g_task_return_error (task, error);
  else if (self->session == NULL)
    fail (task, "The desktop has taken the screen back at once");
  else
    g_task_return_pointer (task, g_object_ref (self), g_object_unref);
}

static gboolean
read_streams (AloqaScreenCast *self, GVariant *results)
{
  g_autoptr (GVariant) streams =
      g_variant_lookup_value (results, "streams", G_VARIANT_TYPE ("a(ua{sv})"));

  if (streams == NULL || g_variant_n_children (streams) == 0)
    return FALSE;
  g_variant_get_child (streams, 0, "(u@a{sv})", &self->node_id, NULL);
  return TRUE;
}

static void
started_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  AloqaScreenCast *self = get_self (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) results = aloqa_portal_request_finish (result, &error);

  if (results == NULL) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }
  if (self->session == NULL || !read_streams (self, results)) {
    fail (task, "The desktop shares the screen, but gives no pictures of it");
    return;
  }

  aloqa_portal_open_pipewire_async (self->bus, INTERFACE,
                                    aloqa_portal_session_get_path (self->session),
                                    g_task_get_cancellable (task), remote_cb, g_object_ref (task));
}

static void
selected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  AloqaScreenCast *self = get_self (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) results = aloqa_portal_request_finish (result, &error);
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);

  if (results == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (self->session == NULL)
    fail (task, "The desktop has taken the screen back at once");
  else
    request (
        task, "Start",
        g_variant_new ("(os)", aloqa_portal_session_get_path (self->session), self->parent_window),
        &options, started_cb);
}

/*
 * The pointer is part of the picture. The desktop draws it there best; where it only tells of it, we do
 * (media/pipewire-pointer.h). What is not offered, as hiding may be, would end the session.
 *
 * Returns: 0 where nothing is to be said
 */
static guint32
choose_cursor (guint32 offered)
{
  static const guint32 modes[] = { CURSOR_EMBEDDED, CURSOR_METADATA, CURSOR_HIDDEN };

  for (gsize i = 0; i < G_N_ELEMENTS (modes); i++) {
    if ((offered & modes[i]) != 0)
      return modes[i];
  }
  return 0;
}

/* One dialog for all there is, but for the new and empty monitor that some desktops can make. */
static void
select_sources (GTask *task)
{
  AloqaScreenCast *self = get_self (task);
  guint32 types = self->sources & (SOURCE_MONITOR | SOURCE_WINDOW);
  guint32 cursor = choose_cursor (self->cursors);
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&options, "types", "u", types != 0 ? types : SOURCE_MONITOR);
  g_variant_dict_insert (&options, "multiple", "b", FALSE);
  if (cursor != 0)
    g_variant_dict_insert (&options, "cursor_mode", "u", cursor);
  request (task, "SelectSources",
           g_variant_new ("(o)", aloqa_portal_session_get_path (self->session)), &options,
           selected_cb);
}

static void
created_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  AloqaScreenCast *self = get_self (task);
  g_autoptr (GError) error = NULL;

  self->session = aloqa_portal_session_create_finish (result, closed_cb, self, &error);
  if (self->session != NULL)
    select_sources (task);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
properties_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  AloqaScreenCast *self = get_self (task);
  GError *error = NULL;
  g_autoptr (GVariant) properties = aloqa_portal_get_properties_finish (result, &error);

  if (properties == NULL) {
    g_task_return_error (task, error);
    return;
  }

  g_variant_lookup (properties, "AvailableSourceTypes", "u", &self->sources);
  g_variant_lookup (properties, "AvailableCursorModes", "u", &self->cursors);
  if (self->sources == 0)
    g_task_return_new_error (task, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_NO_BACKEND,
                             "xdg-desktop-portal has no backend here that can share a screen: "
                             "install the one for your desktop");
  else
    aloqa_portal_session_create_async (self->bus, INTERFACE, g_task_get_cancellable (task),
                                       created_cb, g_object_ref (task));
}

static void
ask_properties (GTask *task, GDBusConnection *bus)
{
  get_self (task)->bus = g_object_ref (bus);
  aloqa_portal_get_properties_async (bus, INTERFACE, g_task_get_cancellable (task), properties_cb,
                                     g_object_ref (task));
}

/**
 * aloqa_screen_cast_open_async:
 * @bus: (nullable): where the portal is; %NULL for the session bus
 * @parent_window: what the dialog belongs to, as portals name windows; "" for none
 * @cancellable: (nullable): takes the dialog away, too
 *
 * Lets the person choose what to show, in one dialog of the desktop's.
 */
void
aloqa_screen_cast_open_async (GDBusConnection *bus, const char *parent_window,
                              GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  AloqaScreenCast *self = g_object_new (ALOQA_TYPE_SCREEN_CAST, NULL);

  self->parent_window = g_strdup (parent_window);
  g_task_set_task_data (task, self, g_object_unref);
  aloqa_portal_reach (task, bus, ask_properties);
}

/**
 * aloqa_screen_cast_open_finish:
 * @error: %ALOQA_PORTAL_ERROR, or %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable): what the person granted
 */
AloqaScreenCast *
aloqa_screen_cast_open_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * aloqa_screen_cast_steal_fd:
 *
 * Returns: a connection to PipeWire on which only the chosen node is seen; the caller's. Once; -1
 *   the second time
 */
int
aloqa_screen_cast_steal_fd (AloqaScreenCast *self)
{
  int fd = self->fd;

  self->fd = -1;
  return fd;
}

guint32
aloqa_screen_cast_get_node_id (AloqaScreenCast *self)
{
  return self->node_id;
}
