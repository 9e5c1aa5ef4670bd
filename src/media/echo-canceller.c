/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/echo-canceller.h"

#include "media/audio-format.h"
#include "media/audio-timing.h"
#include "media/echo-delay.h"
#include "media/echo-reference.h"

/* All in samples. */
#define MS(ms) ((gint64) (ms) *ALOQA_AUDIO_RATE_HZ / 1000)

/* What is read of the reference has been written by then, even where its buffers come late. No echo
 * is faster: a speaker is handed its sound 40 ms ahead. */
#define READ_BEHIND MS (30)

/* The canceller's filter is 48 ms long, and the echo with its reverberation should fall into it. */
#define ECHO_PLACE MS (12)
#define ECHO_TOLERANCE MS (8)

/* As long as nothing was found: the delay of most machines falls into the filter. */
#define FIRST_SHIFT MS (30)

/* The two clocks drift apart by one sample in some 20 to 500 ms; the smoothed error is corrected by
 * single samples. Beyond the limit one of the two stood still, and all begins anew. */
#define DRIFT_SMOOTHING 256
#define DRIFT_LIMIT 24
#define JUMP_LIMIT MS (20)

typedef struct {
  AloqaEchoCancellerNow get_now;
  GstElement *probe;
  GstPad *feeder; /* into the probe */
  GstPad *drain;  /* out of it */
  guint64 n_samples;

  AloqaEchoDelay *delay;
  AloqaAudioTiming timing;
  gboolean is_following;
  gint64 position; /* in the reference, of the next sample to be heard */
  gint64 shift;    /* how much earlier than that the canceller is given */
  double drift;
} Canceller;

static guint last_number; /* of the probes, which are found by name; atomic */

static void
follow (Canceller *self, gsize n_samples)
{
  GstClockTime now = self->get_now ();
  GstClockTime duration = gst_util_uint64_scale (n_samples, GST_SECOND, ALOQA_AUDIO_RATE_HZ);
  GstClockTime begin;
  gint64 target, error;

  begin = aloqa_audio_timing_follow (&self->timing, now > duration ? now - duration : 0);
  aloqa_audio_timing_advance (&self->timing, n_samples);
  if (!aloqa_echo_reference_find (begin, &target))
    return;

  target -= READ_BEHIND;
  error = target - self->position;
  if (!self->is_following || ABS (error) > JUMP_LIMIT) {
    self->is_following = TRUE;
    self->position = target;
    self->drift = 0;
    return;
  }

  self->drift += ((double) error - self->drift) / DRIFT_SMOOTHING;
  if (ABS (self->drift) > DRIFT_LIMIT) {
    gint step = self->drift > 0 ? 1 : -1;

    self->position += step;
    self->drift -= step;
  }
}

static void
find_shift (Canceller *self, const gint16 *heard, gsize n_samples)
{
  g_autofree gint16 *played = g_new (gint16, n_samples);
  gsize delay = 0;
  gint64 wanted;

  aloqa_echo_reference_read (self->position, played, n_samples);
  aloqa_echo_delay_add (self->delay, played, heard, n_samples);
  if (!aloqa_echo_delay_get (self->delay, &delay))
    return;

  wanted = MAX ((gint64) delay - ECHO_PLACE, 0);
  if (ABS (wanted - self->shift) <= ECHO_TOLERANCE)
    return;

  g_debug ("The echo comes after %" G_GINT64_FORMAT " ms",
           (gint64) (delay + READ_BEHIND) * 1000 / ALOQA_AUDIO_RATE_HZ);
  self->shift = wanted;
}

/* Returns: (transfer full): what the speakers played that is heard in @heard, if there is an echo */
static GstBuffer *
make_reference (Canceller *self, const gint16 *heard, gsize n_samples)
{
  gint16 *samples = g_new0 (gint16, n_samples);

  follow (self, n_samples);
  if (self->is_following) {
    find_shift (self, heard, n_samples);
    aloqa_echo_reference_read (self->position - self->shift, samples, n_samples);
    self->position += n_samples;
  }

  return gst_buffer_new_wrapped (samples, n_samples * sizeof (gint16));
}

/*
 * The probe gets as much as the processor, just before, stamped the same: so the two never get out
 * of step. After a break the processor would forget what it has not worked on, and so must not see
 * it.
 */
static GstPadProbeReturn
heard_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Canceller *self = user_data;
  GstBuffer *heard = gst_buffer_make_writable (GST_PAD_PROBE_INFO_BUFFER (info));
  GstBuffer *played;
  GstMapInfo map;

  GST_PAD_PROBE_INFO_DATA (info) = heard;
  if (!gst_buffer_map (heard, &map, GST_MAP_READ))
    return GST_PAD_PROBE_DROP;

  played = make_reference (self, (const gint16 *) map.data, map.size / sizeof (gint16));
  GST_BUFFER_FLAG_UNSET (heard, GST_BUFFER_FLAG_DISCONT);
  GST_BUFFER_PTS (heard) = GST_BUFFER_PTS (played) =
      gst_util_uint64_scale (self->n_samples, GST_SECOND, ALOQA_AUDIO_RATE_HZ);
  self->n_samples += map.size / sizeof (gint16);
  gst_buffer_unmap (heard, &map);
  gst_pad_push (self->feeder, played);

  return GST_PAD_PROBE_OK;
}

static GstFlowReturn
drain_cb (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  gst_buffer_unref (buffer);
  return GST_FLOW_OK;
}

static gboolean
drain_event_cb (GstPad *pad, GstObject *parent, GstEvent *event)
{
  gst_event_unref (event);
  return TRUE;
}

static GstPad *
link_pad (Canceller *self, const char *probe_pad)
{
  g_autoptr (GstPad) other = gst_element_get_static_pad (self->probe, probe_pad);
  gboolean is_feeder = GST_PAD_IS_SINK (other);
  GstPad *pad = gst_object_ref_sink (gst_pad_new (NULL, is_feeder ? GST_PAD_SRC : GST_PAD_SINK));

  if (!is_feeder) {
    gst_pad_set_chain_function (pad, drain_cb);
    gst_pad_set_event_function (pad, drain_event_cb);
  }
  gst_pad_set_active (pad, TRUE);
  if (is_feeder)
    gst_pad_link (pad, other);
  else
    gst_pad_link (other, pad);

  return pad;
}

/* The probe's latency is 0: what it is given was played as long ago as it should be. */
static void
start_probe (Canceller *self)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (ALOQA_AUDIO_CAPS);
  GstSegment segment;

  self->drain = link_pad (self, "src");
  self->feeder = link_pad (self, "sink");
  gst_element_set_state (self->probe, GST_STATE_PLAYING);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (self->feeder, gst_event_new_stream_start ("played"));
  gst_pad_push_event (self->feeder, gst_event_new_caps (caps));
  gst_pad_push_event (self->feeder, gst_event_new_segment (&segment));
  gst_pad_push_event (self->drain, gst_event_new_latency (0));
}

static void
free_canceller (gpointer user_data)
{
  Canceller *self = user_data;

  gst_element_set_state (self->probe, GST_STATE_NULL);
  gst_pad_set_active (self->feeder, FALSE);
  gst_pad_set_active (self->drain, FALSE);
  gst_object_unref (self->feeder);
  gst_object_unref (self->drain);
  gst_object_unref (self->probe);
  aloqa_echo_delay_free (self->delay);
  aloqa_echo_reference_release ();
  g_free (self);
}

/**
 * aloqa_echo_canceller_attach:
 * @processor: a `webrtcdsp` that has not been started, to be given sound of media/audio-format.h
 * @get_now: the time of media/timeline.h
 *
 * Lets @processor take out what is played from now on, as long as it lives.
 */
void
aloqa_echo_canceller_attach (GstElement *processor, AloqaEchoCancellerNow get_now)
{
  Canceller *self = g_new0 (Canceller, 1);
  g_autofree char *name = g_strdup_printf ("aloqa-played-%d", g_atomic_int_add (&last_number, 1));
  g_autoptr (GstPad) sink_pad = gst_element_get_static_pad (processor, "sink");

  aloqa_echo_reference_acquire ();
  self->get_now = get_now;
  self->delay = aloqa_echo_delay_new ();
  self->timing.next = GST_CLOCK_TIME_NONE;
  self->shift = FIRST_SHIFT;
  self->probe = gst_object_ref_sink (gst_element_factory_make ("webrtcechoprobe", name));
  start_probe (self);
  g_object_set (processor, "echo-cancel", TRUE, "probe", name, NULL);
  gst_pad_add_probe (sink_pad, GST_PAD_PROBE_TYPE_BUFFER, heard_cb, self, NULL);
  g_object_set_data_full (G_OBJECT (processor), "aloqa-echo-canceller", self, free_canceller);
}
