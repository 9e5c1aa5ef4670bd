/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * What the server carries, and how long it takes: many connections of which some are in calls, and
 * honest clients beside hostile ones. It fails where a call fails; times are printed, for they are
 * this machine's.
 *
 * Usage: load PROGRAM [CONNECTIONS CALLS SECONDS HONEST HOSTILE]
 */
#include "calls.h"
#include "hostile.h"

#include <stdlib.h>
#include <sys/resource.h>

/* Below what one address may have, and one quota may carry. */
#define N_PER_ADDRESS 16

typedef struct {
  guint n_connections;
  guint n_calls;
  guint n_seconds;
  guint n_honest;
  guint n_hostile;
} Plan;

static void
raise_descriptor_limit (void)
{
  struct rlimit limit;

  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
}

static gboolean
are_open (GPtrArray *peers)
{
  for (guint i = 0; i < peers->len; i++) {
    if (!((Peer *) g_ptr_array_index (peers, i))->is_open)
      return FALSE;
  }
  return TRUE;
}

static void
wait_open (Crowd *crowd, GPtrArray *peers)
{
  gint64 until_us = g_get_monotonic_time () + 60 * (gint64) G_USEC_PER_SEC;

  while (!are_open (peers)) {
    crowd_turn (crowd, 100);
    if (g_get_monotonic_time () > until_us)
      g_error ("not every connection was opened");
  }
}

static void
print (const char *name, double value, const char *unit)
{
  g_print ("%-52s %10.2f %s\n", name, value, unit);
}

static void
print_latencies (const char *name, Calls *calls)
{
  g_print ("%-52s %10.2f ms p50, %.2f ms p99, %.2f ms at most (%u frames)\n", name,
           calls_get_percentile_ms (calls, 50), calls_get_percentile_ms (calls, 99),
           calls_get_percentile_ms (calls, 100), calls_get_n_frames (calls));
}

static void
run_for (Calls *calls, guint n_seconds, void (*meanwhile) (gpointer), gpointer user_data)
{
  calls_run (calls, g_get_monotonic_time () + n_seconds * (gint64) G_USEC_PER_SEC, meanwhile,
             user_data);
}

static GPtrArray *
open_idle (Crowd *crowd, guint first_user, guint n_idle)
{
  GPtrArray *idle = g_ptr_array_new_with_free_func ((GDestroyNotify) peer_free);

  for (guint i = 0; i < n_idle; i++) {
    g_ptr_array_add (idle, peer_new (crowd, first_user + i, (first_user + i) / N_PER_ADDRESS));
    crowd_turn (crowd, 0);
  }
  wait_open (crowd, idle);
  return idle;
}

/* Returns: whether no call has failed */
static gboolean
measure_crowd (const char *program, const Plan *plan)
{
  LoadRig *rig = load_rig_new (program, plan->n_connections);
  Crowd *crowd = crowd_new (rig);
  guint n_idle = plan->n_connections - 2 * plan->n_calls;
  double pss_kib = load_rig_get_pss_kib (rig);
  double cpu_s = load_rig_get_cpu_s (rig);
  GPtrArray *idle = open_idle (crowd, 1 + 2 * plan->n_calls, n_idle);
  Calls *calls;
  gboolean is_good;

  print ("An idle connection", (load_rig_get_pss_kib (rig) - pss_kib) / n_idle, "KiB");
  print ("A connection, with its token", (load_rig_get_cpu_s (rig) - cpu_s) / n_idle * 1000,
         "ms of the server's processor");
  calls = calls_new (crowd, 1, plan->n_calls, N_PER_ADDRESS);
  while (!calls_are_open (calls))
    crowd_turn (crowd, 100);
  cpu_s = load_rig_get_cpu_s (rig);
  run_for (calls, plan->n_seconds, NULL, NULL);
  print ("Load of the server's one core",
         (load_rig_get_cpu_s (rig) - cpu_s) / plan->n_seconds * 100, "%");
  print ("Frames passed on", (double) calls_get_n_frames (calls) / plan->n_seconds, "a second");
  print_latencies ("Relay with all connections and calls", calls);
  g_print ("%-52s %10u done, %u failed\n", "Calls", calls_get_n_done (calls),
           calls_get_n_failed (calls));
  is_good = calls_get_n_failed (calls) == 0 && calls_get_n_frames (calls) > 0;

  calls_free (calls);
  g_ptr_array_unref (idle);
  crowd_free (crowd);
  load_rig_free (rig);
  return is_good;
}

static gboolean
measure_hostile (const char *program, const Plan *plan)
{
  LoadRig *rig = load_rig_new (program, plan->n_honest + plan->n_hostile);
  Crowd *crowd = crowd_new (rig);
  Calls *calls = calls_new (crowd, 1, plan->n_honest / 2, N_PER_ADDRESS);
  Hostile *hostile;
  double quiet_ms;
  gboolean is_good;

  while (!calls_are_open (calls))
    crowd_turn (crowd, 100);
  run_for (calls, plan->n_seconds, NULL, NULL);
  quiet_ms = calls_get_percentile_ms (calls, 99);
  print_latencies ("Relay of honest clients alone", calls);
  hostile = hostile_new (crowd, 1 + plan->n_honest, plan->n_hostile);
  run_for (calls, plan->n_seconds, hostile_act, hostile);
  print_latencies ("Relay of honest clients beside hostile ones", calls);
  print ("Its p99 as a multiple of the quiet one",
         calls_get_percentile_ms (calls, 99) / MAX (quiet_ms, 0.001), "");
  g_print ("%-52s %10u\n", "Hostile connections thrown out", hostile_get_n_thrown_out (hostile));
  g_print ("%-52s %10u done, %u failed\n", "Honest calls", calls_get_n_done (calls),
           calls_get_n_failed (calls));
  is_good = calls_get_n_failed (calls) == 0 && calls_get_n_frames (calls) > 0;

  hostile_free (hostile);
  calls_free (calls);
  crowd_free (crowd);
  load_rig_free (rig);
  return is_good;
}

int
main (int argc, char **argv)
{
  Plan plan = { 5000, 500, 10, 200, 20 };
  gboolean is_good;

  if (argc != 2 && argc != 7) {
    g_printerr ("Usage: load PROGRAM [CONNECTIONS CALLS SECONDS HONEST HOSTILE]\n");
    return 2;
  }
  if (argc == 7)
    plan = (Plan){ (guint) atoi (argv[2]), (guint) atoi (argv[3]), (guint) atoi (argv[4]),
                   (guint) atoi (argv[5]), (guint) atoi (argv[6]) };
  raise_descriptor_limit ();
  is_good = measure_crowd (argv[1], &plan);
  is_good &= measure_hostile (argv[1], &plan);
  return is_good ? EXIT_SUCCESS : EXIT_FAILURE;
}
