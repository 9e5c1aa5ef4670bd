/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desktop/global-shortcuts.h"

#include "desktop/portal-call.h"
#include "desktop/portal-request.h"
#include "desktop/portal-session.h"

#define INTERFACE "org.freedesktop.portal.GlobalShortcuts"

/* Longer than desktops usually wait before a key that is held down repeats: X11 does after 660 ms. */
#define REPEAT_LIMIT_US (700 * 1000)

typedef struct {
  gboolean is_down;
  gint64 pressed_us; /* the last time */
} Key;

struct _AloqaGlobalShortcuts {
  GObject parent_instance;

  GDBusConnection *bus;
  AloqaClock *clock;
  char *parent_window;
  GVariant *wishes;            /* as BindShortcuts takes them */
  GHashTable *keys;            /* id → Key */
  gboolean tells_releases;     /* it has, once */
  AloqaPortalSession *session; /* NULL: closed, or not there yet */
  guint subscription;
  guint watch_id;         /* while a portal has to come back */
  GCancellable *retaking; /* since it has */
};

enum { ACTIVATED, DEACTIVATED, CLOSED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AloqaGlobalShortcuts, aloqa_global_shortcuts, G_TYPE_OBJECT)

static void
release (AloqaGlobalShortcuts *self, const char *id, Key *key)
{
  if (!key->is_down)
    return;
  key->is_down = FALSE;
  g_signal_emit (self, signals[DEACTIVATED], 0, id);
}

/* Some desktops repeat a key as long as it is held down, and some never tell that it was let go. Where
 * that is told, the key is down until then; else what comes soon after the one before is a repetition,
 * and later the person has pressed it anew. */
static void
press (AloqaGlobalShortcuts *self, const char *id, Key *key)
{
  gint64 now_us = aloqa_clock_get_now_us (self->clock);
  gboolean is_soon = now_us - key->pressed_us < REPEAT_LIMIT_US;
  gboolean is_repeated = key->is_down && (self->tells_releases || is_soon);

  key->is_down = TRUE;
  key->pressed_us = now_us;
  if (!is_repeated)
    g_signal_emit (self, signals[ACTIVATED], 0, id);
}

static void
signal_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
           const char *signal, GVariant *parameters, gpointer user_data)
{
  g_autoptr (AloqaGlobalShortcuts) self = g_object_ref (user_data);
  const char *session, *id;
  Key *key;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(osta{sv})")))
    return;
  g_variant_get (parameters, "(&o&st@a{sv})", &session, &id, NULL, NULL);
  key = g_hash_table_lookup (self->keys, id);
  if (key == NULL || !g_str_equal (session, aloqa_portal_session_get_path (self->session)))
    return;

  if (g_str_equal (signal, "Activated")) {
    press (self, id, key);
  } else if (g_str_equal (signal, "Deactivated")) {
    self->tells_releases = TRUE;
    release (self, id, key);
  }
}

/* What there is, and what is being asked for again. */
static void
drop (AloqaGlobalShortcuts *self)
{
  if (self->retaking != NULL)
    g_cancellable_cancel (self->retaking);
  g_clear_object (&self->retaking);
  if (self->subscription != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->subscription);
  self->subscription = 0;
  g_clear_pointer (&self->session, aloqa_portal_session_close);
}

/**
 * aloqa_global_shortcuts_close:
 *
 * Gives the keys back; nothing is told of them any more. Again does nothing.
 */
void
aloqa_global_shortcuts_close (AloqaGlobalShortcuts *self)
{
  g_clear_handle_id (&self->watch_id, g_bus_unwatch_name);
  drop (self);
}

static void
aloqa_global_shortcuts_finalize (GObject *object)
{
  AloqaGlobalShortcuts *self = ALOQA_GLOBAL_SHORTCUTS (object);

  aloqa_global_shortcuts_close (self);
  g_clear_object (&self->bus);
  g_clear_pointer (&self->wishes, g_variant_unref);
  g_hash_table_unref (self->keys);
  g_clear_object (&self->clock);
  g_free (self->parent_window);

  G_OBJECT_CLASS (aloqa_global_shortcuts_parent_class)->finalize (object);
}

static void
aloqa_global_shortcuts_class_init (AloqaGlobalShortcutsClass *klass)
{
  const GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = aloqa_global_shortcuts_finalize;

  signals[ACTIVATED] = g_signal_new ("activated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[DEACTIVATED] = g_signal_new ("deactivated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[CLOSED] =
      g_signal_new ("closed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
aloqa_global_shortcuts_init (AloqaGlobalShortcuts *self)
{
  self->keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/* --- Binding: session → the person's choice; and again where the portal comes back ------------ */

static void
portal_appeared_cb (GDBusConnection *bus, const char *name, const char *owner, gpointer user_data);

static AloqaGlobalShortcuts *
get_self (GTask *task)
{
  return g_task_get_task_data (task);
}

static void
bound_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  AloqaGlobalShortcuts *self = get_self (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) results = aloqa_portal_request_finish (result, &error);

  if (results == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (self->session == NULL)
    g_task_return_new_error (task, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_FAILED,
                             "The desktop has taken the shortcuts back at once");
  else
    g_task_return_pointer (task, g_object_ref (self), g_object_unref);
}

static void
session_closed_cb (gboolean is_portal_gone, gpointer user_data)
{
  g_autoptr (AloqaGlobalShortcuts) self = g_object_ref (user_data);
  GHashTableIter iter;
  gpointer id, key;

  drop (self);
  if (is_portal_gone && self->watch_id == 0)
    self->watch_id =
        g_bus_watch_name_on_connection (self->bus, ALOQA_PORTAL_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                        portal_appeared_cb, NULL, self, NULL);
  g_hash_table_iter_init (&iter, self->keys);
  while (g_hash_table_iter_next (&iter, &id, &key))
    release (self, id, key);
  if (!is_portal_gone)
    g_signal_emit (self, signals[CLOSED], 0);
}

static void
created_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  AloqaGlobalShortcuts *self = get_self (task);
  g_autoptr (GError) error = NULL;
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  const char *path;

  self->session = aloqa_portal_session_create_finish (result, session_closed_cb, self, &error);
  if (self->session == NULL) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }

  self->subscription = g_dbus_connection_signal_subscribe (
      self->bus, ALOQA_PORTAL_NAME, INTERFACE, NULL, ALOQA_PORTAL_PATH, NULL,
      G_DBUS_SIGNAL_FLAGS_NONE, signal_cb, self, NULL);
  path = aloqa_portal_session_get_path (self->session);
  aloqa_portal_request_async (
      self->bus, INTERFACE, "BindShortcuts",
      g_variant_new ("(o@a(sa{sv})s)", path, self->wishes, self->parent_window), &options,
      g_task_get_cancellable (task), bound_cb, g_object_ref (task));
}

static void
create_session (GTask *task, GDBusConnection *bus)
{
  g_set_object (&get_self (task)->bus, bus);
  aloqa_portal_session_create_async (bus, INTERFACE, g_task_get_cancellable (task), created_cb,
                                     g_object_ref (task));
}

static void
retaken_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  AloqaGlobalShortcuts *self = get_self (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaGlobalShortcuts) bound = aloqa_global_shortcuts_bind_finish (result, &error);

  if (bound != NULL) {
    g_clear_object (&self->retaking);
    g_clear_handle_id (&self->watch_id, g_bus_unwatch_name);
  } else if (g_error_matches (error, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_DECLINED)) {
    aloqa_global_shortcuts_close (self);
    g_signal_emit (self, signals[CLOSED], 0);
  } else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_debug ("The global shortcuts are not back yet: %s", error->message);
    drop (self);
  }
}

static void
portal_appeared_cb (GDBusConnection *bus, const char *name, const char *owner, gpointer user_data)
{
  AloqaGlobalShortcuts *self = user_data;
  g_autoptr (GTask) task = NULL;

  drop (self);
  g_free (self->parent_window);
  self->parent_window = g_strdup (""); /* that window may be gone by now */
  self->retaking = g_cancellable_new ();
  task = g_task_new (NULL, self->retaking, retaken_cb, NULL);
  g_task_set_task_data (task, g_object_ref (self), g_object_unref);
  create_session (task, bus);
}

static void
take_wishes (AloqaGlobalShortcuts *self, const AloqaGlobalShortcut *shortcuts, gsize n_shortcuts)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(sa{sv})"));
  for (gsize i = 0; i < n_shortcuts; i++) {
    GVariantDict options;

    g_variant_dict_init (&options, NULL);
    g_variant_dict_insert (&options, "description", "s", shortcuts[i].description);
    g_variant_dict_insert (&options, "preferred_trigger", "s", shortcuts[i].trigger);
    g_variant_builder_add (&builder, "(s@a{sv})", shortcuts[i].id, g_variant_dict_end (&options));
    g_hash_table_insert (self->keys, g_strdup (shortcuts[i].id), g_new0 (Key, 1));
  }
  self->wishes = g_variant_ref_sink (g_variant_builder_end (&builder));
}

/**
 * aloqa_global_shortcuts_bind_async:
 * @bus: (nullable): where the portal is; %NULL for the session bus
 * @clock: what tells a key that repeats from one that is pressed anew
 * @shortcuts: not needed after this call
 * @parent_window: what the dialog belongs to, as portals name windows; "" for none
 * @cancellable: (nullable): takes the dialog away, too
 *
 * Asks for all of them. The desktop asks the person the first time, and remembers the keys.
 */
void
aloqa_global_shortcuts_bind_async (GDBusConnection *bus, AloqaClock *clock,
                                   const AloqaGlobalShortcut *shortcuts, gsize n_shortcuts,
                                   const char *parent_window, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  AloqaGlobalShortcuts *self = g_object_new (ALOQA_TYPE_GLOBAL_SHORTCUTS, NULL);

  self->clock = g_object_ref (clock);
  self->parent_window = g_strdup (parent_window);
  take_wishes (self, shortcuts, n_shortcuts);
  g_task_set_task_data (task, self, g_object_unref);
  aloqa_portal_reach (task, bus, create_session);
}

/**
 * aloqa_global_shortcuts_bind_finish:
 * @error: %ALOQA_PORTAL_ERROR (DECLINED where the person said no, NO_BACKEND where the desktop has no
 *   such thing), or %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable): what the person granted
 */
AloqaGlobalShortcuts *
aloqa_global_shortcuts_bind_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
