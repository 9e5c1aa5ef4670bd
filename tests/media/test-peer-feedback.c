/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/peer-feedback.h"

#include "fakes/fake-clock.h"
#include "support/media-run.h"
#include "support/support.h"

#define INITIAL_KBPS 360
#define VIDEO 96
#define AUDIO 111

typedef struct {
  AloqaClock *clock;
  AloqaPeerFeedback *feedback;
  GstPad *pad;
  guint kbps;
} Fixture;

static void
estimated_cb (guint kbps, gpointer user_data)
{
  *(guint *) user_data = kbps;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->clock = aloqa_fake_clock_new ();
  fixture->feedback = aloqa_peer_feedback_new (fixture->clock, INITIAL_KBPS, 60, 2500, estimated_cb,
                                               &fixture->kbps);
  fixture->pad = gst_object_ref_sink (gst_pad_new ("src", GST_PAD_SRC));
  gst_pad_set_active (fixture->pad, TRUE);
  aloqa_peer_feedback_watch (fixture->feedback, fixture->pad);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gst_object_unref (fixture->pad);
  aloqa_peer_feedback_free (fixture->feedback);
  g_object_unref (fixture->clock);
}

/* GStreamer's own type for it, which GLib would rather not see any more. */
G_GNUC_BEGIN_IGNORE_DEPRECATIONS

static void
add_packet (Fixture *fixture, GValueArray *packets, guint payload_type, gboolean is_lost)
{
  GValue value = G_VALUE_INIT;
  guint64 now_ns;

  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (fixture->clock), 10);
  now_ns = (guint64) aloqa_clock_get_now_us (fixture->clock) * 1000;
  g_value_init (&value, GST_TYPE_STRUCTURE);
  g_value_take_boxed (&value,
                      gst_structure_new ("RTPTWCCPacket", "local-ts", G_TYPE_UINT64, now_ns,
                                         "remote-ts", G_TYPE_UINT64,
                                         is_lost ? GST_CLOCK_TIME_NONE : now_ns + 20 * GST_MSECOND,
                                         "payload-type", G_TYPE_UCHAR, payload_type, "size",
                                         G_TYPE_UINT, 1000, "lost", G_TYPE_BOOLEAN, is_lost, NULL));
  g_value_array_append (packets, &value);
  g_value_unset (&value);
}

/* Ten seconds of both streams, with feedback ten times a second. */
static void
report (Fixture *fixture, gboolean is_audio_lost)
{
  for (guint i = 0; i < 100; i++) {
    GValueArray *packets = g_value_array_new (10);
    GValue value = G_VALUE_INIT;
    GstStructure *structure = gst_structure_new_empty ("RTPTWCCPackets");

    for (guint k = 0; k < 5; k++) {
      add_packet (fixture, packets, VIDEO, FALSE);
      add_packet (fixture, packets, AUDIO, is_audio_lost);
    }
    g_value_init (&value, g_value_array_get_type ());
    g_value_take_boxed (&value, packets);
    gst_structure_take_value (structure, "packets", &value);
    gst_pad_send_event (fixture->pad, gst_event_new_custom (GST_EVENT_CUSTOM_UPSTREAM, structure));
  }
}

G_GNUC_END_IGNORE_DEPRECATIONS

static void
test_stream_that_is_never_reported_is_no_loss (Fixture *fixture, gconstpointer data)
{
  report (fixture, TRUE);
  g_assert_cmpuint (fixture->kbps, >=, INITIAL_KBPS);
}

static void
test_stream_that_stops_arriving_is_loss (Fixture *fixture, gconstpointer data)
{
  report (fixture, FALSE);
  report (fixture, TRUE);
  g_assert_cmpuint (fixture->kbps, <, INITIAL_KBPS);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  gst_init (&argc, &argv);
  g_test_add ("/media/peer-feedback/stream-that-is-never-reported-is-no-loss", Fixture, NULL,
              set_up, test_stream_that_is_never_reported_is_no_loss, tear_down);
  g_test_add ("/media/peer-feedback/stream-that-stops-arriving-is-loss", Fixture, NULL, set_up,
              test_stream_that_stops_arriving_is_loss, tear_down);
  return aloqa_test_run_media ();
}
