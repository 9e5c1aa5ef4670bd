/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/doctor-report.h"

#include <glib-unix.h>
#include <string.h>

#include "cli/password.h"
#include "cli/report.h"
#include "cli/settings.h"
#include "session/doctor.h"

static const struct {
  const char *name; /* for programs */
  const char *word; /* for people */
  gboolean is_ok;
} states[] = {
  [ALOQA_DOCTOR_OK] = { "ok", "ok", TRUE },
  [ALOQA_DOCTOR_FAILED] = { "failed", "FAILED", FALSE },
  [ALOQA_DOCTOR_NOT_APPLICABLE] = { "not-applicable", "-", TRUE },
  [ALOQA_DOCTOR_SKIPPED] = { "skipped", "skipped", FALSE },
};

/* One run: lives on the stack of aloqa_doctor_report_run(). */
typedef struct {
  GMainLoop *loop;
  AloqaServerChoice *server;
  AloqaAccount *account;
  AloqaDoctor *doctor;
  GCancellable *cancellable;
  gboolean has_password;
  guint n_failed;
  AloqaExit status;
} Run;

static void
checked_cb (AloqaDoctor *doctor, AloqaDoctorCheck *check, Run *run)
{
  AloqaDoctorState state = aloqa_doctor_check_get_state (check);
  const char *remedy = aloqa_doctor_check_get_remedy (check);
  JsonObject *fields = json_object_new ();

  if (state == ALOQA_DOCTOR_FAILED)
    run->n_failed++;
  json_object_set_string_member (fields, "check", aloqa_doctor_check_get_id (check));
  json_object_set_boolean_member (fields, "ok", states[state].is_ok);
  json_object_set_string_member (fields, "state", states[state].name);
  json_object_set_string_member (fields, "finding", aloqa_doctor_check_get_finding (check));
  json_object_set_string_member (fields, "remedy", remedy);
  aloqa_report_event ("check", fields, "%-21s %-8s %s%s%s", aloqa_doctor_check_get_title (check),
                      states[state].word, aloqa_doctor_check_get_finding (check),
                      remedy != NULL ? "\n                               " : "",
                      remedy != NULL ? remedy : "");
}

static void
signed_out_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Run *run = user_data;
  g_autoptr (GError) error = NULL;

  if (!aloqa_account_sign_out_finish (ALOQA_ACCOUNT (source), result, &error))
    g_debug ("Sign-out: %s", error->message);
  g_main_loop_quit (run->loop);
}

static void
report_sum (const Run *run)
{
  JsonObject *fields = json_object_new ();

  json_object_set_int_member (fields, "failed", run->n_failed);
  if (run->n_failed == 0)
    aloqa_report_event ("checked", fields, "Everything that was checked is in order.");
  else
    aloqa_report_event ("checked", fields, "%u %s.", run->n_failed,
                        run->n_failed == 1 ? "check has failed" : "checks have failed");
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Run *run = user_data;
  g_autoptr (GError) error = NULL;
  gboolean is_healthy;

  if (!aloqa_doctor_run_finish (ALOQA_DOCTOR (source), result, &is_healthy, &error))
    run->status = ALOQA_EXIT_ERROR;
  else
    report_sum (run);
  if (!is_healthy)
    run->status = ALOQA_EXIT_ERROR;

  /* A token that was given stays good for the next run. */
  if (run->has_password && aloqa_account_is_signed_in (run->account))
    aloqa_account_sign_out_async (run->account, NULL, signed_out_cb, run);
  else
    g_main_loop_quit (run->loop);
}

static gboolean
signal_cb (gpointer user_data)
{
  Run *run = user_data;

  /* Asked twice: whatever is stuck, go. */
  if (g_cancellable_is_cancelled (run->cancellable))
    g_main_loop_quit (run->loop);
  g_cancellable_cancel (run->cancellable);
  return G_SOURCE_CONTINUE;
}

static void
make_doctor (Run *run, const AloqaOptions *options)
{
  g_autoptr (AloqaMediaSettings) settings = aloqa_options_build_settings (options);
  g_autoptr (AloqaClock) clock = aloqa_clock_new ();

  run->account = aloqa_account_new (run->server->address, run->server->trust, clock);
  run->doctor = aloqa_doctor_new (run->account, run->server->trust, clock, settings);
  aloqa_doctor_set_ice_servers (run->doctor, run->server->ice_servers);
  g_signal_connect (run->doctor, "checked", G_CALLBACK (checked_cb), run);
}

static gboolean
set_credentials (Run *run, const AloqaOptions *options, GError **error)
{
  const char *token = g_getenv ("ALOQA_TOKEN");
  g_autofree char *password = NULL;

  if (token != NULL)
    aloqa_doctor_set_token (run->doctor, token);
  /* Then the check says what is missing. */
  if (token != NULL || options->user == NULL)
    return TRUE;

  password = aloqa_password_read (options->password_file, options->user, error);
  if (password == NULL)
    return FALSE;
  aloqa_doctor_set_password (run->doctor, options->user, password);
  explicit_bzero (password, strlen (password));
  run->has_password = TRUE;
  return TRUE;
}

static void
look (Run *run)
{
  guint signal_sources[2];

  run->loop = g_main_loop_new (NULL, FALSE);
  run->cancellable = g_cancellable_new ();
  signal_sources[0] = g_unix_signal_add (SIGINT, signal_cb, run);
  signal_sources[1] = g_unix_signal_add (SIGTERM, signal_cb, run);
  aloqa_doctor_run_async (run->doctor, run->cancellable, done_cb, run);
  g_main_loop_run (run->loop);

  g_source_remove (signal_sources[0]);
  g_source_remove (signal_sources[1]);
  g_object_unref (run->cancellable);
  g_main_loop_unref (run->loop);
}

/**
 * aloqa_doctor_report_run:
 *
 * Looks at everything that a call with @options needs, and prints what is wrong and what to do.
 *
 * Returns: %ALOQA_EXIT_OK when no check failed
 */
AloqaExit
aloqa_doctor_report_run (const AloqaOptions *options)
{
  Run run = { .status = ALOQA_EXIT_OK };
  g_autoptr (GError) error = NULL;

  run.server = aloqa_options_choose_server (options, &error);
  if (run.server == NULL) {
    aloqa_report_error ("options", error);
    run.status = ALOQA_EXIT_USAGE;
  } else {
    make_doctor (&run, options);
    if (set_credentials (&run, options, &error)) {
      look (&run);
    } else {
      aloqa_report_error ("sign-in", error);
      run.status = ALOQA_EXIT_SIGN_IN;
    }
  }

  g_clear_object (&run.doctor);
  g_clear_object (&run.account);
  g_clear_pointer (&run.server, aloqa_server_choice_free);
  return run.status;
}
