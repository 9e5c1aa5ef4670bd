/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/echo-canceller.h"

#include "media/audio-format.h"
#include "media/echo-crossing.h"
#include "media/echo-reference.h"

typedef struct {
  GstElement *probe;
  GstPad *feeder; /* into the probe */
  GstPad *drain;  /* out of it */
  guint64 n_samples;
  AloqaEchoFollower *follower;
  AloqaEchoCrossing *crossing;
} Canceller;

static guint last_number; /* of the probes, which are found by name; atomic */

/*
 * The canceller of webrtc-audio-processing 1.0 and later is agile (media/echo-follower.h). Its plug-in
 * is told by a switch of the old one, which stays off whatever it is set to.
 */
static gboolean
is_agile (GstElement *processor)
{
  gboolean is_old = FALSE;

  if (g_object_class_find_property (G_OBJECT_GET_CLASS (processor), "extended-filter") != NULL)
    g_object_get (processor, "extended-filter", &is_old, NULL);
  return !is_old;
}

/* Returns: (transfer full): what the speakers played that is heard in @heard, if there is an echo */
static GstBuffer *
make_reference (Canceller *self, const gint16 *heard, gsize n_samples)
{
  gint16 *played = g_new (gint16, n_samples);

  aloqa_echo_follower_fill (self->follower, played, heard, n_samples);
  return gst_buffer_new_wrapped (played, n_samples * sizeof (gint16));
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
  gsize n_samples;
  GstMapInfo map;

  GST_PAD_PROBE_INFO_DATA (info) = heard;
  if (!gst_buffer_map (heard, &map, GST_MAP_READWRITE))
    return GST_PAD_PROBE_DROP;

  n_samples = map.size / sizeof (gint16);
  aloqa_echo_crossing_work (self->crossing, (gint16 *) map.data, n_samples);
  played = make_reference (self, (const gint16 *) map.data, n_samples);
  GST_BUFFER_FLAG_UNSET (heard, GST_BUFFER_FLAG_DISCONT);
  GST_BUFFER_PTS (heard) = GST_BUFFER_PTS (played) =
      gst_util_uint64_scale (self->n_samples, GST_SECOND, ALOQA_AUDIO_RATE_HZ);
  self->n_samples += n_samples;
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
  aloqa_echo_crossing_free (self->crossing);
  aloqa_echo_follower_free (self->follower);
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
aloqa_echo_canceller_attach (GstElement *processor, AloqaEchoNow get_now)
{
  Canceller *self = g_new0 (Canceller, 1);
  g_autofree char *name = g_strdup_printf ("aloqa-played-%d", g_atomic_int_add (&last_number, 1));
  g_autoptr (GstPad) sink_pad = gst_element_get_static_pad (processor, "sink");

  aloqa_echo_reference_acquire ();
  self->follower = aloqa_echo_follower_new (get_now, is_agile (processor));
  self->crossing = aloqa_echo_crossing_new (self->follower, get_now);
  self->probe = gst_object_ref_sink (gst_element_factory_make ("webrtcechoprobe", name));
  start_probe (self);
  g_object_set (processor, "echo-cancel", TRUE, "probe", name, NULL);
  gst_pad_add_probe (sink_pad, GST_PAD_PROBE_TYPE_BUFFER, heard_cb, self, NULL);
  g_object_set_data_full (G_OBJECT (processor), "aloqa-echo-canceller", self, free_canceller);
}
