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

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* Below what one address may have, and one quota may carry. */
#define N_PER_ADDRESS 16

/* What this program calls itself with. */
#define HOSTILE "--hostile"

/* Of quiet and hostile; odd, for a median. */
#define N_ROUNDS 5

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
run_for (Calls *calls, double n_seconds)
{
  calls_run (calls, g_get_monotonic_time () + (gint64) (n_seconds * G_USEC_PER_SEC));
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
  run_for (calls, plan->n_seconds);
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

/* What one round has shown. */
typedef struct {
  double quiet_ms;
  double quiet_load_percent;
  double hostile_ms;
  double hostile_load_percent;
  double ratio;
} Round;

static int
compare_rounds (gconstpointer a, gconstpointer b)
{
  double difference = ((const Round *) a)->ratio - ((const Round *) b)->ratio;

  return difference < 0 ? -1 : difference > 0;
}

/* @load_percent: (out): of the server's one core */
static double
measure_p99_ms (LoadRig *rig, Calls *calls, double n_seconds, double *load_percent)
{
  double cpu_s = load_rig_get_cpu_s (rig);

  run_for (calls, n_seconds);
  *load_percent = (load_rig_get_cpu_s (rig) - cpu_s) / n_seconds * 100;
  return calls_get_percentile_ms (calls, 99);
}

static void
print_round (const Round *round)
{
  g_print ("Relay of honest clients, p99: %.2f ms alone (load %.0f %%), "
           "%.2f ms beside hostile ones (load %.0f %%)\n",
           round->quiet_ms, round->quiet_load_percent, round->hostile_ms,
           round->hostile_load_percent);
}

static GSubprocess *
start_hostile (LoadRig *rig, const Plan *plan, double n_seconds)
{
  g_autofree char *port = g_strdup_printf ("%u", rig->port);
  g_autofree char *first_user = g_strdup_printf ("%u", 1 + plan->n_honest);
  g_autofree char *n_clients = g_strdup_printf ("%u", plan->n_hostile);
  g_autofree char *time_ms = g_strdup_printf ("%.0f", n_seconds * 1000);
  g_autoptr (GError) error = NULL;
  GSubprocess *process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "/proc/self/exe",
                                           HOSTILE, port, first_user, n_clients, time_ms, NULL);

  g_assert_no_error (error);
  return process;
}

/* Returns: how often they have been thrown out */
static guint
wait_hostile (GSubprocess *process)
{
  g_autofree char *out = NULL;

  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, &out, NULL, NULL));
  g_assert_true (g_subprocess_get_successful (process));
  g_object_unref (process);
  return (guint) atoi (out);
}

/* The process of the hostile clients. */
static int
be_hostile (char **words)
{
  LoadRig *rig = load_rig_join ((guint16) atoi (words[0]));
  gint64 until_us = g_get_monotonic_time () + atoi (words[3]) * (gint64) 1000;
  const struct sched_param parameter = { 0 };

  /* It gives way to those who are measured, also where they run with a higher priority. */
  sched_setscheduler (0, SCHED_BATCH, &parameter);
  g_print ("%u\n", hostile_run (rig, (guint) atoi (words[1]), (guint) atoi (words[2]), until_us));
  load_rig_free (rig);
  return EXIT_SUCCESS;
}

/* Quiet and hostile by turns: what else this machine does meanwhile is in both. */
static gboolean
measure_hostile (const char *program, const Plan *plan)
{
  LoadRig *rig = load_rig_new (program, plan->n_honest + plan->n_hostile);
  Crowd *crowd = crowd_new (rig);
  Calls *calls = calls_new (crowd, 1, plan->n_honest / 2, N_PER_ADDRESS);
  double n_seconds = (double) plan->n_seconds / N_ROUNDS;
  Round rounds[N_ROUNDS];
  guint n_thrown_out = 0;
  guint n_done = 0;
  gboolean is_good = TRUE;

  while (!calls_are_open (calls))
    crowd_turn (crowd, 100);
  for (guint i = 0; i < N_ROUNDS; i++) {
    GSubprocess *hostile;

    rounds[i].quiet_ms = measure_p99_ms (rig, calls, n_seconds, &rounds[i].quiet_load_percent);
    hostile = start_hostile (rig, plan, n_seconds);
    rounds[i].hostile_ms = measure_p99_ms (rig, calls, n_seconds, &rounds[i].hostile_load_percent);
    n_thrown_out += wait_hostile (hostile);
    rounds[i].ratio = rounds[i].hostile_ms / MAX (rounds[i].quiet_ms, 0.001);
    n_done += calls_get_n_done (calls);
    is_good &= calls_get_n_frames (calls) > 0;
    print_round (&rounds[i]);
  }
  qsort (rounds, N_ROUNDS, sizeof *rounds, compare_rounds);
  print ("Its multiple of the quiet one, median of the rounds", rounds[N_ROUNDS / 2].ratio, "");
  g_print ("%-52s %10u\n", "Hostile connections thrown out", n_thrown_out);
  g_print ("%-52s %10u done, %u failed\n", "Honest calls", n_done, calls_get_n_failed (calls));
  is_good &= calls_get_n_failed (calls) == 0;

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

  if (argc == 6 && strcmp (argv[1], HOSTILE) == 0)
    return be_hostile (argv + 2);
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
