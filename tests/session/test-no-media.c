/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/doctor.h"

#include <gst/gst.h>

#include "fakes/fake-clock.h"
#include "session/calls-rig.h"

/* A machine whose GStreamer does not start: this one is taken before the library's. */
gboolean
gst_init_check (int *argc, char **argv[], GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "it is broken");
  return FALSE;
}

static void
run_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  gboolean is_healthy;

  aloqa_doctor_run_finish (ALOQA_DOCTOR (source), result, &is_healthy, NULL);
  g_assert_false (is_healthy);
  *(gboolean *) user_data = TRUE;
}

static gboolean
is_true (gpointer user_data)
{
  return *(gboolean *) user_data;
}

static void
test_doctor_says_it (void)
{
  static const char *const ids[] = { "camera", "microphone", "speaker", "codecs" };
  AloqaClock *clock = aloqa_fake_clock_new ();
  AloqaMediaSettings *settings = aloqa_media_settings_new ();
  AloqaDoctor *doctor = aloqa_doctor_new (NULL, NULL, clock, settings);
  GListModel *checks = aloqa_doctor_get_checks (doctor);
  gboolean is_over = FALSE;
  guint n_told = 0;

  aloqa_doctor_run_async (doctor, NULL, run_cb, &is_over);
  aloqa_test_wait_until (is_true, &is_over);
  for (guint i = 0; i < g_list_model_get_n_items (checks); i++) {
    g_autoptr (AloqaDoctorCheck) check = g_list_model_get_item (checks, i);

    if (n_told < G_N_ELEMENTS (ids) &&
        g_str_equal (aloqa_doctor_check_get_id (check), ids[n_told])) {
      g_assert_cmpint (aloqa_doctor_check_get_state (check), ==, ALOQA_DOCTOR_FAILED);
      g_assert_cmpstr (aloqa_doctor_check_get_finding (check), ==,
                       "GStreamer does not start: it is broken.");
      g_assert_cmpstr (aloqa_doctor_check_get_remedy (check), ==,
                       "Install what is missing, and start again.");
      n_told++;
    }
  }
  g_assert_cmpuint (n_told, ==, G_N_ELEMENTS (ids));
  g_assert_finalize_object (doctor);
  aloqa_test_drain ();
  aloqa_media_settings_free (settings);
  g_assert_finalize_object (clock);
}

static gboolean
has_ended (gpointer user_data)
{
  return aloqa_live_call_get_end (user_data) != NULL;
}

static void
check_end (AloqaLiveCall *call)
{
  const AloqaCallEnd *end;

  aloqa_test_wait_until (has_ended, call);
  end = aloqa_live_call_get_end (call);
  g_assert_cmpint (end->reason, ==, ALOQA_ENDED_MEDIA_ERROR);
  g_assert_cmpint (end->cause, ==, ALOQA_MEDIA_CAUSE_ERROR);
  g_assert_cmpstr (end->detail, ==, "GStreamer does not start: it is broken");
  g_assert_false (end->was_connected);
}

static void
test_call_ends_with_it (CallsRig *rig, gconstpointer data)
{
  g_autoptr (AloqaContact) vali = aloqa_contact_new (3, "vali", "Vali", NULL);

  aloqa_call_controller_dial (aloqa_session_get_controller (rig->session), vali, ALOQA_CALL_VIDEO,
                              ALOQA_DIAL_NEW, 0);
  g_assert_cmpuint (rig->calls->len, ==, 1);
  check_end (rig->calls->pdata[0]);
}

static void
test_who_calls_hears_it (CallsRig *rig, gconstpointer data)
{
  check_end (calls_rig_ring (rig));
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  g_test_add_func ("/no-media/doctor-says-it", test_doctor_says_it);
  g_test_add ("/no-media/call-ends-with-it", CallsRig, NULL, calls_rig_set_up,
              test_call_ends_with_it, calls_rig_tear_down);
  g_test_add ("/no-media/who-calls-hears-it", CallsRig, NULL, calls_rig_set_up,
              test_who_calls_hears_it, calls_rig_tear_down);
  return g_test_run ();
}
