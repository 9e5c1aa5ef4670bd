/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desktop/network.h"

#include "desktop/route.h"
#include "fakes/fake-clock.h"
#include "support/own-network.h"
#include "support/support.h"
#include "support/test-bus.h"

#define SKIPPED 77

/* A watch on a network that this program has to itself. */
typedef struct {
  AloqaClock *clock;
  AloqaNetworkWatch *watch;
  guint n_changes;
} Rig;

static void
changed_cb (Rig *rig)
{
  rig->n_changes++;
}

static void
start_watch (Rig *rig, GDBusConnection *bus)
{
  rig->watch = aloqa_network_watch_new_for (rig->clock, g_network_monitor_get_default (), bus);
  g_signal_connect_swapped (rig->watch, "changed", G_CALLBACK (changed_cb), rig);
}

static void
advance_ms (Rig *rig, gint64 duration_ms)
{
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (rig->clock), duration_ms);
}

static guint
count_timers (Rig *rig)
{
  return aloqa_fake_clock_get_n_timers (ALOQA_FAKE_CLOCK (rig->clock));
}

typedef struct {
  gulong handler;
  gboolean is_told;
} Step;

static void
step_cb (GNetworkMonitor *monitor, gboolean is_available, Step *step)
{
  step->is_told = TRUE;
}

static gboolean
is_told (gpointer step)
{
  return ((Step *) step)->is_told;
}

/* Changes the network, and waits until the system has told so. */
static void
change (const char *command)
{
  GNetworkMonitor *monitor = g_network_monitor_get_default ();
  Step step = { 0 };

  step.handler = g_signal_connect_after (monitor, "network-changed", G_CALLBACK (step_cb), &step);
  g_assert_true (aloqa_test_ip (command));
  aloqa_test_wait_until (is_told, &step);
  g_signal_handler_disconnect (monitor, step.handler);
  aloqa_test_drain ();
}

/* No way out, and two addresses to have one from. */
static void
set_up (Rig *rig, gconstpointer data)
{
  aloqa_test_ip ("route del default");
  aloqa_test_drain ();
  rig->clock = aloqa_fake_clock_new ();
}

static void
tear_down (Rig *rig, gconstpointer data)
{
  if (rig->watch != NULL)
    g_assert_finalize_object (rig->watch);
  g_assert_cmpuint (count_timers (rig), ==, 0);
  g_assert_finalize_object (rig->clock);
}

static void
test_route_is_described (Rig *rig, gconstpointer data)
{
  g_autofree char *none = aloqa_route_describe ();
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  g_assert_cmpstr (none, ==, "");
  change ("route replace default dev lo src 10.9.8.1");
  first = aloqa_route_describe ();
  g_assert_cmpstr (first, ==, "10.9.8.1 ");
  change ("route replace default dev lo src 10.9.8.2");
  second = aloqa_route_describe ();
  g_assert_cmpstr (second, ==, "10.9.8.2 ");
}

static void
test_new_way_out_is_told_once (Rig *rig, gconstpointer data)
{
  start_watch (rig, NULL);
  change ("route replace default dev lo src 10.9.8.1");
  g_assert_cmpuint (rig->n_changes, ==, 0);
  advance_ms (rig, 499);
  g_assert_cmpuint (rig->n_changes, ==, 0);
  advance_ms (rig, 1);
  g_assert_cmpuint (rig->n_changes, ==, 1);
  advance_ms (rig, 10000);
  g_assert_cmpuint (rig->n_changes, ==, 1);

  change ("route replace default dev lo src 10.9.8.2");
  advance_ms (rig, 500);
  g_assert_cmpuint (rig->n_changes, ==, 2);
}

/* As when a container starts: no call goes that way. */
static void
test_network_beside_the_way_out_is_no_news (Rig *rig, gconstpointer data)
{
  change ("route replace default dev lo src 10.9.8.1");
  start_watch (rig, NULL);
  change ("route add 172.17.0.0/16 dev lo");
  g_assert_cmpuint (count_timers (rig), ==, 1);
  advance_ms (rig, 10000);
  g_assert_cmpuint (rig->n_changes, ==, 0);
  change ("route del 172.17.0.0/16 dev lo");
  advance_ms (rig, 10000);
  g_assert_cmpuint (rig->n_changes, ==, 0);
}

/* Gone and back with the same address may be another network. */
static void
test_way_out_that_was_gone_is_news (Rig *rig, gconstpointer data)
{
  change ("route replace default dev lo src 10.9.8.1");
  start_watch (rig, NULL);
  change ("route del default");
  change ("route replace default dev lo src 10.9.8.1");
  advance_ms (rig, 500);
  g_assert_cmpuint (rig->n_changes, ==, 1);
}

static void
test_network_that_never_settles_is_told_after_three_seconds (Rig *rig, gconstpointer data)
{
  start_watch (rig, NULL);
  for (guint i = 0; i < 8; i++) {
    change (i % 2 == 0 ? "route replace default dev lo src 10.9.8.1"
                       : "route replace default dev lo src 10.9.8.2");
    g_assert_cmpuint (rig->n_changes, ==, i < 8 ? 0 : 1);
    if (i < 7)
      advance_ms (rig, 400);
  }
  advance_ms (rig, 200);
  g_assert_cmpuint (rig->n_changes, ==, 1);
}

static void
test_watch_may_go_while_the_network_settles (Rig *rig, gconstpointer data)
{
  start_watch (rig, NULL);
  change ("route replace default dev lo src 10.9.8.1");
  g_assert_cmpuint (count_timers (rig), ==, 1);
}

static void
send_sleep (GDBusConnection *connection, GVariant *parameters)
{
  g_autoptr (GError) error = NULL;

  g_dbus_connection_emit_signal (connection, NULL, "/org/freedesktop/login1",
                                 "org.freedesktop.login1.Manager", "PrepareForSleep", parameters,
                                 &error);
  g_assert_no_error (error);
}

/* What @sender has sent so far has arrived at @receiver: signals and answers keep their order. */
static void
await_delivery (GDBusConnection *sender, GDBusConnection *receiver)
{
  aloqa_test_bus_settle (sender);
  aloqa_test_bus_settle (receiver);
}

static gboolean
has_changed (gpointer rig)
{
  return ((Rig *) rig)->n_changes > 0;
}

static void
test_waking_is_told_at_once (Rig *rig, gconstpointer data)
{
  g_autoptr (GTestDBus) bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  GDBusConnection *logind, *stranger, *own;

  g_test_dbus_up (bus);
  logind = aloqa_test_bus_connect (bus);
  stranger = aloqa_test_bus_connect (bus);
  own = aloqa_test_bus_connect (bus);
  aloqa_test_bus_own_name (logind, "org.freedesktop.login1");
  start_watch (rig, own);
  await_delivery (own, own);

  send_sleep (stranger, g_variant_new ("(b)", FALSE));
  await_delivery (stranger, own);
  send_sleep (logind, g_variant_new ("(s)", "nonsense"));
  send_sleep (logind, g_variant_new ("(b)", TRUE));
  await_delivery (logind, own);
  g_assert_cmpuint (rig->n_changes, ==, 0);

  send_sleep (logind, g_variant_new ("(b)", FALSE));
  aloqa_test_wait_until (has_changed, rig);
  g_assert_cmpuint (rig->n_changes, ==, 1);

  g_assert_finalize_object (rig->watch);
  rig->watch = NULL;
  aloqa_test_bus_disconnect (&logind);
  aloqa_test_bus_disconnect (&stranger);
  aloqa_test_bus_disconnect (&own);
  g_test_dbus_down (bus);
}

static gboolean
is_bus_refused (gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SYSTEM, NULL, &error);

  return bus == NULL;
}

static void
test_no_system_bus_is_nothing_to_speak_of (Rig *rig, gconstpointer data)
{
  rig->watch = aloqa_network_watch_new (rig->clock);
  aloqa_test_wait_until (is_bus_refused, NULL);
  aloqa_test_drain ();
  g_assert_finalize_object (rig->watch);
  rig->watch = aloqa_network_watch_new (rig->clock);
}

#define ADD(name, func) g_test_add ("/desktop/network/" name, Rig, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  if (!aloqa_test_enter_own_network ()) {
    g_printerr ("No network namespace can be made here, or ip is not installed\n");
    return SKIPPED;
  }

  g_setenv ("GIO_USE_NETWORK_MONITOR", "netlink", TRUE);
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/invalid/bus", TRUE);
  aloqa_test_init (&argc, &argv);
  ADD ("route-is-described", test_route_is_described);
  ADD ("new-way-out-is-told-once", test_new_way_out_is_told_once);
  ADD ("network-beside-the-way-out-is-no-news", test_network_beside_the_way_out_is_no_news);
  ADD ("way-out-that-was-gone-is-news", test_way_out_that_was_gone_is_news);
  ADD ("network-that-never-settles-is-told-after-three-seconds",
       test_network_that_never_settles_is_told_after_three_seconds);
  ADD ("watch-may-go-while-the-network-settles", test_watch_may_go_while_the_network_settles);
  ADD ("waking-is-told-at-once", test_waking_is_told_at_once);
  ADD ("no-system-bus-is-nothing-to-speak-of", test_no_system_bus_is_nothing_to_speak_of);
  return g_test_run ();
}
