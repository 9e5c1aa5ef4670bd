/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/audio-meter.h"
#include "media/pipeline.h"
#include "media/retiring.h"
#include "media/video-probe.h"
#include "session/calls-rig.h"
#include "session/pair-rig.h"
#include "support/device-run.h"

#include <gst/video/video.h>

/* Devices that come and go in a real call, on a PipeWire of its own. Only ali's are real. */

#define MIC_HZ 1000
#define HEADSET_HZ 700

static AloqaTestSession *session;
static AloqaDevices *devices;

typedef struct {
  Pair pair;
  GPtrArray *news;        /* of strings: "mic lost Headset → Test microphone" */
  const char *wanted;     /* in the test that waits */
  AloqaAudioMeter *meter; /* of what vali hears */
  GstElement *mic_voice, *headset_voice;
} Fixture;

static void
news_cb (Fixture *f, const char *role, int news, const char *name, const char *instead)
{
  g_ptr_array_add (f->news,
                   g_strdup_printf ("%s %s %s%s%s", role, aloqa_device_news_to_string (news), name,
                                    instead != NULL ? " → " : "", instead != NULL ? instead : ""));
  g_test_message ("%s", (char *) g_ptr_array_index (f->news, f->news->len - 1));
}

static gboolean
is_told (gpointer user_data)
{
  Fixture *f = user_data;

  return g_ptr_array_find_with_equal_func (f->news, f->wanted, g_str_equal, NULL);
}

static void
wait_for_news (Fixture *f, const char *news)
{
  f->wanted = news;
  aloqa_test_wait_until (is_told, f);
  g_ptr_array_set_size (f->news, 0);
}

static gboolean
is_source_listed (gpointer name)
{
  return aloqa_devices_lookup (devices, ALOQA_DEVICE_MICROPHONE, name) != NULL;
}

static gboolean
is_sink_listed (gpointer name)
{
  return aloqa_devices_lookup (devices, ALOQA_DEVICE_SPEAKER, name) != NULL;
}

/* Speaks a tone into a microphone; before the Pulse server knows it, it would go elsewhere. */
static GstElement *
speak (const char *sink, guint tone_hz)
{
  g_autofree char *description = g_strdup_printf (
      "audiotestsrc is-live=true freq=%u volume=0.2 ! "
      "audio/x-raw,rate=48000,channels=1 ! pulsesink provide-clock=false device=%s",
      tone_hz, sink);
  GstElement *voice = aloqa_pipeline_parse (description, NULL);

  aloqa_test_wait_until (is_sink_listed, (gpointer) sink);
  aloqa_pipeline_play (voice);
  return voice;
}

static void
start_call (Fixture *f, const char *video, const char *audio, const char *speaker)
{
  g_autoptr (AloqaMediaSettings) ali = calls_rig_make_settings ();
  g_autoptr (AloqaMediaSettings) vali = calls_rig_make_settings ();
  gboolean is_video = g_str_has_prefix (video, "camera");

  g_free (ali->video_source);
  g_free (ali->audio_source);
  g_free (ali->audio_sink);
  ali->video_source = g_strdup (video);
  ali->audio_source = g_strdup (audio);
  ali->audio_sink = g_strdup (speaker);
  ali->processing = ALOQA_AUDIO_PROCESSING_NONE;
  ali->width_px = vali->width_px = 160; /* what a busy machine has time for */
  ali->height_px = vali->height_px = 120;
  ali->fps = vali->fps = 15;
  pair_start (&f->pair, ali, vali);
  f->news = g_ptr_array_new_with_free_func (g_free);
  pair_dial (&f->pair, is_video ? ALOQA_CALL_VIDEO : ALOQA_CALL_AUDIO);
  g_signal_connect_swapped (f->pair.ali.call, "device-news", G_CALLBACK (news_cb), f);
  aloqa_test_wait_until (pair_has_call, &f->pair.vali);
  aloqa_live_call_accept (f->pair.vali.call, is_video);
  aloqa_test_wait_until (pair_is_connected, &f->pair.ali);
  aloqa_test_wait_until (pair_is_connected, &f->pair.vali);
  f->meter = aloqa_audio_meter_new (
      aloqa_call_media_get_remote_audio (aloqa_live_call_get_media (f->pair.vali.call)));
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_clear_object (&f->meter);
  pair_stop (&f->pair);
  g_clear_pointer (&f->mic_voice, aloqa_pipeline_retire);
  g_clear_pointer (&f->headset_voice, aloqa_pipeline_retire);
  aloqa_retiring_wait ();
  g_clear_pointer (&f->news, g_ptr_array_unref);
}

static gboolean
hears_tone (gpointer user_data)
{
  AloqaAudioReport report;

  aloqa_audio_meter_take_report (user_data, &report);
  return report.tone_db > -30;
}

/* Until vali hears that tone of ali's. */
static void
wait_for_tone (Fixture *f, guint tone_hz)
{
  aloqa_audio_meter_set_tone (f->meter, tone_hz);
  aloqa_test_wait_until (hears_tone, f->meter);
}

static gboolean
has_flow (gpointer meter)
{
  AloqaAudioReport report;

  aloqa_audio_meter_take_report (meter, &report);
  return report.n_buffers > 0;
}

static AloqaLocalMedia *
get_local (Fixture *f)
{
  return aloqa_call_controller_get_local_media (aloqa_session_get_controller (f->pair.ali.session));
}

/* What was chosen is used while it is there; what is chosen stays chosen. */
static void
test_unplugged_microphone_is_replaced_and_returns (Fixture *f, gconstpointer data)
{
  aloqa_test_session_add_microphone (session, "headset", "Headset");
  f->headset_voice = speak ("headset.in", HEADSET_HZ);
  start_call (f, "test", "mic:headset", "null");
  wait_for_tone (f, HEADSET_HZ);

  g_clear_pointer (&f->headset_voice, aloqa_pipeline_retire);
  aloqa_retiring_wait ();
  aloqa_test_session_remove_microphone (session, "headset");
  wait_for_news (f, "mic lost Headset → Test microphone");
  f->mic_voice = speak ("mic.in", MIC_HZ);
  wait_for_tone (f, MIC_HZ);
  g_assert_cmpstr (aloqa_local_media_get_audio_source (get_local (f)), ==, "mic:headset");

  aloqa_test_session_add_microphone (session, "headset", "Headset");
  wait_for_news (f, "mic back Headset");
  g_clear_pointer (&f->mic_voice, aloqa_pipeline_retire);
  f->headset_voice = speak ("headset.in", HEADSET_HZ);
  wait_for_tone (f, HEADSET_HZ);
  aloqa_test_session_remove_microphone (session, "headset");
}

static void
test_new_headset_takes_over (Fixture *f, gconstpointer data)
{
  f->mic_voice = speak ("mic.in", MIC_HZ);
  start_call (f, "test", "mic", "null");
  wait_for_tone (f, MIC_HZ);

  aloqa_test_session_add_microphone (session, "headset", "Headset");
  aloqa_test_session_set_default (session, "audio", "headset");
  wait_for_news (f, "mic taken-over Headset");
  f->headset_voice = speak ("headset.in", HEADSET_HZ);
  wait_for_tone (f, HEADSET_HZ);

  g_clear_pointer (&f->headset_voice, aloqa_pipeline_retire);
  aloqa_retiring_wait ();
  aloqa_test_session_remove_microphone (session, "headset");
  wait_for_news (f, "mic lost Headset → Test microphone");
  wait_for_tone (f, MIC_HZ);
}

static gboolean
hears_sound (gpointer user_data)
{
  AloqaAudioReport report;

  aloqa_audio_meter_take_report (user_data, &report);
  return report.level_db > -60;
}

/* Listens to a speaker. */
static void
assert_played (const char *speaker, gboolean (*hears) (gpointer meter))
{
  g_autofree char *monitor = g_strconcat (speaker, ".monitor", NULL);
  g_autofree char *source = g_strconcat ("mic:", monitor, NULL);
  g_autoptr (AloqaAudioCapture) capture = aloqa_audio_capture_new ();
  g_autoptr (AloqaAudioMeter) meter =
      aloqa_audio_meter_new (aloqa_audio_capture_get_feed (capture));

  aloqa_audio_meter_set_tone (meter, 440); /* what vali says */
  aloqa_test_wait_until (is_source_listed, monitor);
  g_assert_true (aloqa_audio_capture_set_source (capture, source, NULL));
  aloqa_audio_capture_start (capture);
  aloqa_test_wait_until (hears, meter);
}

static void
test_unplugged_speaker_is_replaced_and_returns (Fixture *f, gconstpointer data)
{
  aloqa_test_session_add_speaker (session, "second", "Second");
  start_call (f, "test", "test", "speaker:second");
  assert_played ("second", hears_tone);

  aloqa_test_session_remove_node (session, "second");
  wait_for_news (f, "speaker lost Second → Test speaker");
  assert_played ("speaker", hears_tone);

  aloqa_test_session_add_speaker (session, "second", "Second");
  wait_for_news (f, "speaker back Second");
  assert_played ("second", hears_tone);
  aloqa_test_session_remove_node (session, "second");
}

static GSubprocess *
add_camera_named (const char *name, const char *luma)
{
  return aloqa_test_session_add_camera (session, name, "Camera", "160x120@15", "I420", luma);
}

static GSubprocess *
add_camera (void)
{
  return add_camera_named ("cam", "180");
}

static gboolean
is_linked (gpointer name)
{
  return aloqa_test_session_count_links (session, name) > 0;
}

static gboolean
is_unlinked (gpointer name)
{
  return aloqa_test_session_count_links (session, name) == 0;
}

static void
test_camera_is_open_only_while_it_is_sent (Fixture *f, gconstpointer data)
{
  GSubprocess *camera = add_camera ();

  start_call (f, "camera:cam", "test", "null");
  aloqa_test_wait_until (is_linked, (gpointer) "cam");
  aloqa_live_call_set_video (f->pair.ali.call, FALSE);
  aloqa_test_wait_until (is_unlinked, (gpointer) "cam");
  aloqa_live_call_set_video (f->pair.ali.call, TRUE);
  aloqa_test_wait_until (is_linked, (gpointer) "cam");
  aloqa_live_call_set_held (f->pair.ali.call, TRUE);
  aloqa_test_wait_until (is_unlinked, (gpointer) "cam");
  aloqa_live_call_set_held (f->pair.ali.call, FALSE);
  aloqa_test_wait_until (is_linked, (gpointer) "cam");

  aloqa_test_session_end (session, camera);
  wait_for_news (f, "camera lost Camera");
  camera = add_camera ();
  wait_for_news (f, "camera back Camera");
  aloqa_test_wait_until (is_linked, (gpointer) "cam");

  aloqa_live_call_hang_up (f->pair.ali.call);
  aloqa_test_wait_until (is_unlinked, (gpointer) "cam");
  aloqa_test_session_end (session, camera);
}

/* The middle of the last picture that came; atomic. */
static void
luma_cb (GstSample *sample, gpointer user_data)
{
  GstVideoFrame frame;
  GstVideoInfo info;

  if (!gst_video_info_from_caps (&info, gst_sample_get_caps (sample)) ||
      !gst_video_frame_map (&frame, &info, gst_sample_get_buffer (sample), GST_MAP_READ))
    return;
  g_atomic_int_set ((gint *) user_data,
                    *((guint8 *) GST_VIDEO_FRAME_PLANE_DATA (&frame, 0) +
                      (info.height / 2) * GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0) +
                      info.width / 2));
  gst_video_frame_unmap (&frame);
}

static gboolean
is_dark (gpointer luma)
{
  return ABS (g_atomic_int_get ((gint *) luma) - 60) < 12;
}

static gboolean
is_bright (gpointer luma)
{
  return ABS (g_atomic_int_get ((gint *) luma) - 180) < 12;
}

static void
count_cb (guint *n)
{
  (*n)++;
}

/* Seen and heard at the far end, and nothing else of the call changes. */
static void
test_switched_devices_are_seen_and_heard (Fixture *f, gconstpointer data)
{
  GSubprocess *one = add_camera_named ("one", "60"), *two = add_camera_named ("two", "180");
  AloqaCallMedia *media;
  AloqaFeed *pictures;
  guint listener_id, n_phases = 0;
  gint luma = 0;

  aloqa_test_session_add_microphone (session, "headset", "Headset");
  aloqa_test_session_add_speaker (session, "second", "Second");
  f->mic_voice = speak ("mic.in", MIC_HZ);
  start_call (f, "camera:one", "mic:mic", "speaker:speaker");
  media = aloqa_live_call_get_media (f->pair.ali.call);
  pictures = aloqa_call_media_get_remote_video (aloqa_live_call_get_media (f->pair.vali.call));
  listener_id = aloqa_feed_add_listener (pictures, luma_cb, &luma);
  g_signal_connect_swapped (f->pair.ali.call, "notify::phase", G_CALLBACK (count_cb), &n_phases);
  g_signal_connect_swapped (f->pair.vali.call, "notify::phase", G_CALLBACK (count_cb), &n_phases);
  aloqa_test_wait_until (is_dark, &luma);
  wait_for_tone (f, MIC_HZ);
  assert_played ("speaker", hears_tone);

  g_assert_true (aloqa_local_media_set_video_source (get_local (f), "camera:two", NULL));
  aloqa_test_wait_until (is_bright, &luma);
  g_clear_pointer (&f->mic_voice, aloqa_pipeline_retire);
  g_assert_true (aloqa_local_media_set_audio_source (get_local (f), "mic:headset", NULL));
  f->headset_voice = speak ("headset.in", HEADSET_HZ);
  wait_for_tone (f, HEADSET_HZ);
  g_assert_true (aloqa_call_media_set_speaker (media, "speaker:second", NULL));
  assert_played ("second", hears_tone);
  aloqa_test_wait_until (is_unlinked, (gpointer) "one");

  g_assert_true (media == aloqa_live_call_get_media (f->pair.ali.call));
  g_assert_cmpuint (n_phases, ==, 0);
  g_assert_cmpuint (f->news->len, ==, 0);
  g_signal_handlers_disconnect_by_data (f->pair.ali.call, &n_phases);
  g_signal_handlers_disconnect_by_data (f->pair.vali.call, &n_phases);
  aloqa_feed_remove_listener (pictures, &listener_id);
  aloqa_live_call_hang_up (f->pair.ali.call);
  aloqa_test_wait_until (is_unlinked, (gpointer) "two");
  aloqa_test_session_remove_microphone (session, "headset");
  aloqa_test_session_end (session, one);
  aloqa_test_session_end (session, two);
  aloqa_test_session_remove_node (session, "second");
}

static void
test_crashed_daemons_are_survived (Fixture *f, gconstpointer data)
{
  f->mic_voice = speak ("mic.in", MIC_HZ);
  add_camera ();
  start_call (f, "camera", "mic", "speaker");
  wait_for_tone (f, MIC_HZ);
  aloqa_test_wait_until (is_linked, (gpointer) "cam");

  g_clear_pointer (&f->mic_voice, aloqa_pipeline_retire);
  aloqa_retiring_wait ();
  aloqa_test_session_stop_daemons (session);
  wait_for_news (f, "camera lost Camera");
  has_flow (f->meter);
  aloqa_test_wait_until (has_flow, f->meter); /* silence is sent on */

  aloqa_test_session_start_daemons (session);
  aloqa_test_session_add_speaker (session, "speaker", "Test speaker");
  aloqa_test_session_add_microphone (session, "mic", "Test microphone");
  add_camera ();
  aloqa_test_wait_until (is_linked, (gpointer) "cam");
  f->mic_voice = speak ("mic.in", MIC_HZ);
  wait_for_tone (f, MIC_HZ);
  assert_played ("speaker", hears_tone);
  g_assert_true (pair_is_connected (&f->pair.ali));
  g_assert_true (pair_is_connected (&f->pair.vali));
}

static void
test_ringing_moves_and_is_silenced (Fixture *f, gconstpointer data)
{
  g_autoptr (AloqaMediaSettings) ali = calls_rig_make_settings ();
  g_autoptr (AloqaMediaSettings) vali = calls_rig_make_settings ();

  g_free (vali->ring_sink);
  vali->ring_sink = g_strdup ("speaker:second");
  aloqa_test_session_add_speaker (session, "second", "Second");
  pair_start (&f->pair, ali, vali);
  pair_dial (&f->pair, ALOQA_CALL_AUDIO);
  aloqa_test_wait_until (pair_has_call, &f->pair.vali);
  f->news = g_ptr_array_new_with_free_func (g_free);
  g_signal_connect_swapped (f->pair.vali.call, "device-news", G_CALLBACK (news_cb), f);
  assert_played ("second", hears_sound);

  aloqa_test_session_remove_node (session, "second");
  wait_for_news (f, "ring lost Second → Test speaker");
  assert_played ("speaker", hears_sound);
  aloqa_test_session_add_speaker (session, "second", "Second");
  assert_played ("second", hears_sound);

  aloqa_live_call_reject (f->pair.vali.call);
  aloqa_test_wait_until (is_unlinked, (gpointer) "Aloqa");
  aloqa_test_session_remove_node (session, "second");
}

#define ADD(name, func)                                                                            \
  g_test_add ("/session/device-changes/" name, Fixture, NULL, NULL, func, tear_down)

static void
add_tests (void)
{
  devices = aloqa_devices_dup_shared ();
  ADD ("unplugged-microphone-is-replaced-and-returns",
       test_unplugged_microphone_is_replaced_and_returns);
  ADD ("new-headset-takes-over", test_new_headset_takes_over);
  ADD ("unplugged-speaker-is-replaced-and-returns", test_unplugged_speaker_is_replaced_and_returns);
  ADD ("camera-is-open-only-while-it-is-sent", test_camera_is_open_only_while_it_is_sent);
  ADD ("switched-devices-are-seen-and-heard", test_switched_devices_are_seen_and_heard);
  ADD ("ringing-moves-and-is-silenced", test_ringing_moves_and_is_silenced);
  ADD ("crashed-daemons-are-survived", test_crashed_daemons_are_survived);
}

int
main (int argc, char **argv)
{
  int status = aloqa_test_run_with_devices (argc, argv, &session, add_tests);

  g_clear_object (&devices);
  return status;
}
