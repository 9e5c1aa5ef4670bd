/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desktop/network.h"

#include "desktop/route.h"

#define LOGIND_NAME "org.freedesktop.login1"
#define LOGIND_PATH "/org/freedesktop/login1"
#define LOGIND_MANAGER "org.freedesktop.login1.Manager"

/* A link, an address, a route, then another family's: a network comes up within half a second. */
#define SETTLE_US (500 * 1000)

/* One that never settles is told all the same. */
#define MAX_SETTLE_US (3 * G_USEC_PER_SEC)

struct _AloqaNetworkWatch {
  GObject parent_instance;

  AloqaClock *clock;
  GNetworkMonitor *monitor;
  GCancellable *cancellable;
  GDBusConnection *bus; /* NULL until it is there; the system's, for logind */
  guint subscription;

  char *route;      /* as last seen */
  guint timer;      /* until the network has settled */
  gint64 since_us;  /* of the first step that was not told yet */
  gboolean is_news; /* the route was another one meanwhile */
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE (AloqaNetworkWatch, aloqa_network_watch, G_TYPE_OBJECT)

static void
emit_changed (AloqaNetworkWatch *self)
{
  aloqa_clock_clear_timer (self->clock, &self->timer);
  self->is_news = FALSE;
  g_signal_emit (self, changed_signal, 0);
}

static void
settled_cb (gpointer user_data)
{
  AloqaNetworkWatch *self = user_data;

  self->timer = 0;
  if (self->is_news)
    emit_changed (self);
}

/* Containers and the like change networks that no call goes through: the way out stays as it is. */
static void
note_route (AloqaNetworkWatch *self)
{
  g_autofree char *route = aloqa_route_describe ();

  if (*route == '\0' || g_strcmp0 (route, self->route) != 0)
    self->is_news = TRUE;
  g_free (self->route);
  self->route = g_steal_pointer (&route);
}

static void
network_changed_cb (AloqaNetworkWatch *self)
{
  gint64 now_us = aloqa_clock_get_now_us (self->clock);
  gint64 rest_us;

  note_route (self);
  if (self->timer == 0)
    self->since_us = now_us;
  rest_us = self->since_us + MAX_SETTLE_US - now_us;
  aloqa_clock_clear_timer (self->clock, &self->timer);
  self->timer =
      aloqa_clock_add_timer (self->clock, CLAMP (rest_us, 0, SETTLE_US), settled_cb, self);
}

static void
prepare_for_sleep_cb (GDBusConnection *bus, const char *sender, const char *path,
                      const char *interface, const char *signal, GVariant *parameters,
                      gpointer user_data)
{
  AloqaNetworkWatch *self = user_data;
  gboolean is_falling_asleep;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    return;
  g_variant_get (parameters, "(b)", &is_falling_asleep);
  g_debug (is_falling_asleep ? "Going to sleep" : "Awake");
  if (!is_falling_asleep)
    emit_changed (self);
}

static void
set_bus (AloqaNetworkWatch *self, GDBusConnection *bus)
{
  self->bus = g_object_ref (bus);
  self->subscription = g_dbus_connection_signal_subscribe (
      bus, LOGIND_NAME, LOGIND_MANAGER, "PrepareForSleep", LOGIND_PATH, NULL,
      G_DBUS_SIGNAL_FLAGS_NONE, prepare_for_sleep_cb, self, NULL);
}

static void
bus_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (bus == NULL) {
    g_debug ("Sleep is not noticed: %s", error->message);
    return;
  }

  /* A call goes on without the system's bus. */
  g_dbus_connection_set_exit_on_close (bus, FALSE);
  set_bus (ALOQA_NETWORK_WATCH (user_data), bus);
}

static void
aloqa_network_watch_finalize (GObject *object)
{
  AloqaNetworkWatch *self = ALOQA_NETWORK_WATCH (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->bus != NULL)
    g_dbus_connection_signal_unsubscribe (self->bus, self->subscription);
  g_clear_object (&self->bus);
  aloqa_clock_clear_timer (self->clock, &self->timer);
  g_clear_object (&self->monitor);
  g_clear_object (&self->clock);
  g_free (self->route);

  G_OBJECT_CLASS (aloqa_network_watch_parent_class)->finalize (object);
}

static void
aloqa_network_watch_class_init (AloqaNetworkWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aloqa_network_watch_finalize;

  changed_signal = g_signal_new ("changed", ALOQA_TYPE_NETWORK_WATCH, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
aloqa_network_watch_init (AloqaNetworkWatch *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * aloqa_network_watch_new_for:
 * @bus: (nullable): where logind is, or %NULL to notice no sleep
 *
 * Returns: (transfer full): a watch on another monitor and bus than the system's
 */
AloqaNetworkWatch *
aloqa_network_watch_new_for (AloqaClock *clock, GNetworkMonitor *monitor, GDBusConnection *bus)
{
  AloqaNetworkWatch *self = g_object_new (ALOQA_TYPE_NETWORK_WATCH, NULL);

  self->clock = g_object_ref (clock);
  self->monitor = g_object_ref (monitor);
  self->route = aloqa_route_describe ();
  g_signal_connect_object (monitor, "network-changed", G_CALLBACK (network_changed_cb), self,
                           G_CONNECT_SWAPPED);
  if (bus != NULL)
    set_bus (self, bus);
  return self;
}

/**
 * aloqa_network_watch_new:
 *
 * Returns: (transfer full): a watch on this machine; without a system bus or logind sleep is not
 *   noticed, and that is all
 */
AloqaNetworkWatch *
aloqa_network_watch_new (AloqaClock *clock)
{
  AloqaNetworkWatch *self =
      aloqa_network_watch_new_for (clock, g_network_monitor_get_default (), NULL);

  g_bus_get (G_BUS_TYPE_SYSTEM, self->cancellable, bus_cb, self);
  return self;
}
