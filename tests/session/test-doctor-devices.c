/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/doctor.h"

#include "media/devices.h"
#include "media/media.h"
#include "media/retiring.h"

#include "fakes/fake-clock.h"
#include "support/camera-door.h"
#include "support/device-run.h"

/*
 * The doctor's look at devices, on a real PipeWire of its own. The doctor's deadlines pass when the
 * test says so, so that a busy machine fails nothing.
 */
static AloqaTestSession *session;

typedef struct {
  AloqaClock *clock;
  AloqaMediaSettings *settings;
  AloqaDevices *devices;
  AloqaDoctor *doctor;
  GCancellable *cancellable;
  GHashTable *checks; /* id → AloqaDoctorCheck */
  const char *wanted; /* of some wait */
  gboolean is_over;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->clock = aloqa_fake_clock_new ();
  self->cancellable = g_cancellable_new ();
  self->settings = aloqa_media_settings_new ();
  self->devices = aloqa_devices_dup_shared ();
  self->checks = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_hash_table_unref (self->checks);
  g_assert_finalize_object (self->doctor);
  aloqa_retiring_wait ();
  aloqa_test_drain ();
  g_assert_finalize_object (self->devices);
  aloqa_media_settings_free (self->settings);
  g_object_unref (self->cancellable);
  g_assert_cmpuint (aloqa_fake_clock_get_n_timers (ALOQA_FAKE_CLOCK (self->clock)), ==, 0);
  g_assert_finalize_object (self->clock);
}

static void
checked_cb (AloqaDoctor *doctor, AloqaDoctorCheck *check, Fixture *self)
{
  g_hash_table_insert (self->checks, (gpointer) aloqa_doctor_check_get_id (check),
                       g_object_ref (check));
}

static void
run_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *self = user_data;
  gboolean is_healthy;

  aloqa_doctor_run_finish (ALOQA_DOCTOR (source), result, &is_healthy, NULL);
  self->is_over = TRUE;
}

static gboolean
is_over (gpointer user_data)
{
  return ((Fixture *) user_data)->is_over;
}

static void
set_string (char **value, const char *text)
{
  g_free (*value);
  *value = g_strdup (text);
}

static void
begin (Fixture *self, const char *video_source, const char *audio_source, const char *audio_sink)
{
  set_string (&self->settings->video_source, video_source);
  set_string (&self->settings->audio_source, audio_source);
  set_string (&self->settings->audio_sink, audio_sink);
  self->doctor = aloqa_doctor_new (NULL, NULL, self->clock, self->settings);
  g_signal_connect (self->doctor, "checked", G_CALLBACK (checked_cb), self);
  aloqa_doctor_run_async (self->doctor, self->cancellable, run_cb, self);
}

static void
run (Fixture *self, const char *video_source, const char *audio_source, const char *audio_sink)
{
  begin (self, video_source, audio_source, audio_sink);
  aloqa_test_wait_until (is_over, self);
}

static void
assert_check (Fixture *self, const char *id, AloqaDoctorState state, const char *finding)
{
  AloqaDoctorCheck *check = g_hash_table_lookup (self->checks, id);

  g_assert_cmpstr (aloqa_doctor_check_get_finding (check), ==, finding);
  g_assert_cmpint (aloqa_doctor_check_get_state (check), ==, state);
  g_assert_cmpint (aloqa_doctor_check_get_remedy (check) != NULL, ==, state == ALOQA_DOCTOR_FAILED);
}

static gboolean
has_device (gpointer user_data)
{
  Fixture *self = user_data;

  for (guint kind = 0; kind < ALOQA_DEVICE_N_KINDS; kind++) {
    GListModel *list = aloqa_devices_get_list (self->devices, kind);

    for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
      g_autoptr (AloqaDevice) device = g_list_model_get_item (list, i);

      if (g_str_equal (aloqa_device_get_id (device), self->wanted))
        return TRUE;
    }
  }
  return FALSE;
}

static void
wait_for_device (Fixture *self, const char *id)
{
  self->wanted = id;
  aloqa_test_wait_until (has_device, self);
}

static gboolean
lacks_device (gpointer user_data)
{
  return !has_device (user_data);
}

static void
unplug (Fixture *self, GSubprocess *device, const char *id)
{
  aloqa_test_session_end (session, device);
  self->wanted = id;
  aloqa_test_wait_until (lacks_device, self);
}

static gboolean
is_unlinked (gpointer name)
{
  return aloqa_test_session_count_links (session, name) == 0;
}

/* Asking takes longer than everything that is to happen meanwhile. */
static gboolean
is_linked (gpointer name)
{
  aloqa_test_drain ();
  return !is_unlinked (name);
}

static GSubprocess *
plug_camera_in (Fixture *self)
{
  GSubprocess *camera =
      aloqa_test_session_add_camera (session, "cam", "Test camera", "640x480@30", "YUY2", "100");

  wait_for_device (self, "cam");
  return camera;
}

static void
test_camera (Fixture *self, gconstpointer data)
{
  GSubprocess *camera = plug_camera_in (self);

  run (self, "camera", "none", "null");
  assert_check (self, "camera", ALOQA_DOCTOR_OK, "“Test camera” gives a picture.");
  aloqa_test_wait_until (is_unlinked, (gpointer) "cam");
  unplug (self, camera, "cam");
}

static gboolean
is_opening (gpointer user_data)
{
  return aloqa_fake_clock_get_next_ms (ALOQA_FAKE_CLOCK (((Fixture *) user_data)->clock)) == 4000;
}

/* Its first picture is not waited for here. */
static void
test_blind_camera (Fixture *self, gconstpointer data)
{
  GSubprocess *camera = plug_camera_in (self);

  begin (self, "camera:cam", "none", "null");
  aloqa_test_wait_until (is_opening, self);
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (self->clock), 4000);
  aloqa_test_wait_until (is_over, self);
  assert_check (self, "camera", ALOQA_DOCTOR_FAILED,
                "“Test camera” was opened, but nothing comes from it.");
  aloqa_test_wait_until (is_unlinked, (gpointer) "cam");
  unplug (self, camera, "cam");
}

static void
test_no_camera (Fixture *self, gconstpointer name)
{
  run (self, name, "none", "null");
  assert_check (self, "camera", ALOQA_DOCTOR_FAILED,
                g_str_equal (name, "camera") ? "There is no camera." : "There is no camera “cam”.");
}

/* Another ear for what the session plays. */
typedef struct {
  AloqaAudioCapture *capture;
  AloqaAudioMeter *meter;
  guint n_buffers;
} Ear;

static void
open_ear (Ear *ear, const char *source)
{
  ear->capture = aloqa_audio_capture_new ();
  ear->meter = aloqa_audio_meter_new (aloqa_audio_capture_get_feed (ear->capture));
  ear->n_buffers = 0;
  g_assert_true (aloqa_audio_capture_set_source (ear->capture, source, NULL));
  aloqa_audio_capture_start (ear->capture);
}

static void
close_ear (Ear *ear)
{
  g_object_unref (ear->meter);
  g_object_unref (ear->capture);
}

static gboolean
hears_tone (gpointer user_data)
{
  Ear *ear = user_data;
  AloqaAudioReport report;

  aloqa_audio_meter_take_report (ear->meter, &report);
  return report.level_db > -40;
}

/* Half a second of sound, or of silence. */
static gboolean
has_listened (gpointer user_data)
{
  Ear *ear = user_data;
  AloqaAudioReport report;

  aloqa_audio_meter_take_report (ear->meter, &report);
  ear->n_buffers += report.n_buffers;
  return ear->n_buffers > 25;
}

static gboolean
is_listening (gpointer user_data)
{
  return aloqa_fake_clock_get_next_ms (ALOQA_FAKE_CLOCK (((Fixture *) user_data)->clock)) == 1000;
}

/* From the device's first sound on, as much is heard as @ear hears meanwhile. */
static void
listen (Fixture *self, Ear *ear)
{
  aloqa_test_wait_until (is_listening, self);
  aloqa_test_wait_until (has_listened, ear);
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (self->clock), 1000);
  aloqa_test_wait_until (is_over, self);
}

/* Who is asked takes a minute to think. */
static void
test_camera_behind_a_portal (Fixture *self, gconstpointer data)
{
  GSubprocess *camera =
      aloqa_test_session_add_camera (session, "cam", "Camera", "320x240@30", "I420", "100");

  aloqa_test_camera_door_use (ALOQA_TEST_DOOR_OPENS);
  aloqa_test_camera_door_answer_first (1, ALOQA_TEST_DOOR_WAITS);
  begin (self, "camera", "none", "null");
  aloqa_test_wait_until (aloqa_test_camera_door_is_waited_at, NULL);
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (self->clock), 60000);
  aloqa_test_drain ();
  g_assert_false (self->is_over);
  aloqa_test_camera_door_let ();
  aloqa_test_wait_until (is_over, self);
  assert_check (self, "camera", ALOQA_DOCTOR_OK, "“Camera” gives a picture.");

  aloqa_test_wait_until (is_unlinked, (gpointer) "cam");
  unplug (self, camera, "cam");
  aloqa_test_camera_door_remove ();
}

/* Not the same as that there is none. */
static void
test_camera_that_is_not_allowed (Fixture *self, gconstpointer data)
{
  aloqa_test_camera_door_use (ALOQA_TEST_DOOR_REFUSES);
  run (self, "camera", "none", "null");
  aloqa_test_camera_door_remove ();
  assert_check (self, "camera", ALOQA_DOCTOR_FAILED, "The camera may not be used.");
}

static void
test_silent_microphone (Fixture *self, gconstpointer data)
{
  Ear ear;

  wait_for_device (self, "mic");
  open_ear (&ear, "mic");
  begin (self, "none", "mic", "null");
  listen (self, &ear);
  assert_check (self, "microphone", ALOQA_DOCTOR_FAILED,
                "“Test microphone” gives nothing but silence.");
  close_ear (&ear);
}

static void
test_microphone (Fixture *self, gconstpointer data)
{
  GSubprocess *voice = aloqa_test_session_spawn (
      session, (const char *const[]){ "gst-launch-1.0", "-q", "audiotestsrc", "is-live=true",
                                      "volume=0.2", "!", "pulsesink", "device=mic.in", NULL });
  Ear ear;
  const char *finding;

  open_ear (&ear, "mic");
  aloqa_test_wait_until (hears_tone, &ear);
  begin (self, "none", "mic:Test", "null");
  listen (self, &ear);
  finding = aloqa_doctor_check_get_finding (g_hash_table_lookup (self->checks, "microphone"));
  assert_check (self, "microphone", ALOQA_DOCTOR_OK, finding);
  g_assert_true (g_str_has_prefix (finding, "“Test microphone” gives sound, at -"));
  close_ear (&ear);
  aloqa_test_session_end (session, voice);
}

static void
test_speaker (Fixture *self, gconstpointer data)
{
  Ear ear;

  wait_for_device (self, "speaker");
  open_ear (&ear, "mic:speaker.monitor");
  begin (self, "none", "none", "speaker");
  aloqa_test_wait_until (hears_tone, &ear);
  listen (self, &ear);
  assert_check (self, "speaker", ALOQA_DOCTOR_OK,
                "A short tone was played on “Test speaker”. If you did not hear it, turn it up.");
  close_ear (&ear);
}

static void
test_no_speaker (Fixture *self, gconstpointer data)
{
  run (self, "none", "mic:nothing", "speaker:nothing");
  assert_check (self, "microphone", ALOQA_DOCTOR_FAILED, "There is no microphone “nothing”.");
  assert_check (self, "speaker", ALOQA_DOCTOR_FAILED, "There is no speaker “nothing”.");
}

static void
test_cancel (Fixture *self, gconstpointer data)
{
  wait_for_device (self, "mic");
  begin (self, "none", "mic", "null");
  aloqa_test_wait_until (is_linked, (gpointer) "mic");
  g_cancellable_cancel (self->cancellable);
  aloqa_test_wait_until (is_over, self);
  g_assert_false (g_hash_table_contains (self->checks, "microphone"));
  aloqa_test_wait_until (is_unlinked, (gpointer) "mic");
}

#define ADD(path, data, func) g_test_add (path, Fixture, data, set_up, func, tear_down)

static void
add_tests (void)
{
  ADD ("/doctor/camera/gives-a-picture-and-is-closed", NULL, test_camera);
  ADD ("/doctor/camera/without-a-picture-is-told", NULL, test_blind_camera);
  ADD ("/doctor/camera/behind-a-portal-is-asked-for", NULL, test_camera_behind_a_portal);
  ADD ("/doctor/camera/that-is-not-allowed-is-told", NULL, test_camera_that_is_not_allowed);
  ADD ("/doctor/camera/none-is-told", "camera", test_no_camera);
  ADD ("/doctor/camera/not-the-named-one-is-told", "camera:cam", test_no_camera);
  ADD ("/doctor/microphone/silent-is-told", NULL, test_silent_microphone);
  ADD ("/doctor/microphone/gives-sound", NULL, test_microphone);
  ADD ("/doctor/speaker/plays-a-tone", NULL, test_speaker);
  ADD ("/doctor/speaker/not-the-named-one-is-told", NULL, test_no_speaker);
  ADD ("/doctor/microphone/is-closed-when-cancelled", NULL, test_cancel);
}

int
main (int argc, char **argv)
{
  return aloqa_test_run_with_devices (argc, argv, &session, add_tests);
}
