/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/peer-playout.h"

#include <gst/rtp/rtp.h>

#include "media/jitter-estimator.h"

/* Sound ahead of its picture by less than this is not noticed (ITU-R BT.1359). */
#define MAX_LEAD_MS 40

#define N_KINDS 2

typedef struct {
  AloqaPeerPlayout *playout;
  GstElement *element;
  gint kind; /* -1 until its first packet; atomic */
} Buffer;

struct _AloqaPeerPlayout {
  GstPipeline *pipeline;              /* not owned: it outlives us */
  guint latency_ms;                   /* main thread: the pipeline's */
  AloqaJitterTarget targets[N_KINDS]; /* main thread */

  GMutex lock; /* guards what follows */
  int payload_types[N_KINDS];
  AloqaJitterEstimator estimators[N_KINDS];
  GPtrArray *buffers; /* of Buffer */
};

static void
free_buffer (gpointer data)
{
  Buffer *buffer = data;

  gst_object_unref (buffer->element);
  g_free (buffer);
}

static void
measure (Buffer *self, GstBuffer *packet)
{
  AloqaPeerPlayout *playout = self->playout;
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  int payload_type;
  guint32 rtp_time;

  /* What was asked for again is late by nature. */
  if (GST_BUFFER_FLAG_IS_SET (packet, GST_RTP_BUFFER_FLAG_RETRANSMISSION) ||
      !gst_rtp_buffer_map (packet, GST_MAP_READ, &rtp))
    return;
  payload_type = gst_rtp_buffer_get_payload_type (&rtp);
  rtp_time = gst_rtp_buffer_get_timestamp (&rtp);
  gst_rtp_buffer_unmap (&rtp);

  g_mutex_lock (&playout->lock);
  for (int kind = 0; kind < N_KINDS; kind++) {
    if (playout->payload_types[kind] == payload_type) {
      g_atomic_int_set (&self->kind, kind);
      aloqa_jitter_estimator_add (&playout->estimators[kind], g_get_monotonic_time (), rtp_time);
    }
  }
  g_mutex_unlock (&playout->lock);
}

static gboolean
measure_listed (GstBuffer **packet, guint index, gpointer user_data)
{
  measure (user_data, *packet);
  return TRUE;
}

static GstPadProbeReturn
packets_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  if ((GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER_LIST) != 0)
    gst_buffer_list_foreach (GST_PAD_PROBE_INFO_BUFFER_LIST (info), measure_listed, user_data);
  else
    measure (user_data, GST_PAD_PROBE_INFO_BUFFER (info));
  return GST_PAD_PROBE_OK;
}

AloqaPeerPlayout *
aloqa_peer_playout_new (GstPipeline *pipeline)
{
  AloqaPeerPlayout *self = g_new0 (AloqaPeerPlayout, 1);

  self->pipeline = pipeline;
  g_mutex_init (&self->lock);
  self->buffers = g_ptr_array_new_with_free_func (free_buffer);
  for (int kind = 0; kind < N_KINDS; kind++) {
    self->payload_types[kind] = -1;
    self->targets[kind].latency_ms = ALOQA_PLAYOUT_INITIAL_MS;
  }
  aloqa_jitter_estimator_init (&self->estimators[ALOQA_SDP_AUDIO], 48000);
  aloqa_jitter_estimator_init (&self->estimators[ALOQA_SDP_VIDEO], 90000);
  self->latency_ms = ALOQA_PLAYOUT_INITIAL_MS;
  gst_pipeline_set_latency (pipeline, ALOQA_PLAYOUT_INITIAL_MS * GST_MSECOND);
  return self;
}

/**
 * aloqa_peer_playout_free:
 *
 * To be called when the pipeline stands still, since its threads use @self.
 */
void
aloqa_peer_playout_free (AloqaPeerPlayout *self)
{
  g_ptr_array_unref (self->buffers);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
aloqa_peer_playout_set_payload_type (AloqaPeerPlayout *self, AloqaSdpKind kind, int payload_type)
{
  g_return_if_fail (kind < N_KINDS);

  g_mutex_lock (&self->lock);
  self->payload_types[kind] = payload_type;
  g_mutex_unlock (&self->lock);
}

/**
 * aloqa_peer_playout_watch:
 * @jitter_buffer: an rtpjitterbuffer that has just been made
 *
 * Any thread.
 */
void
aloqa_peer_playout_watch (AloqaPeerPlayout *self, GstElement *jitter_buffer)
{
  Buffer *buffer = g_new0 (Buffer, 1);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (jitter_buffer, "sink");

  buffer->playout = self;
  buffer->element = gst_object_ref (jitter_buffer);
  buffer->kind = -1;
  /* The first packet is played when it is there, and packets are asked for again when one after
   * them came, not when a guess says that they are late. */
  g_object_set (jitter_buffer, "latency", ALOQA_PLAYOUT_INITIAL_MS, "faststart-min-packets", 1,
                "rtx-next-seqnum", FALSE, NULL);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, packets_cb,
                     buffer, NULL);

  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->buffers, buffer);
  g_mutex_unlock (&self->lock);
}

static void
set_latencies (AloqaPeerPlayout *self)
{
  guint audio_ms = self->targets[ALOQA_SDP_AUDIO].latency_ms;
  guint video_ms = self->targets[ALOQA_SDP_VIDEO].latency_ms;
  guint latency_ms = MAX (audio_ms, MIN (video_ms, audio_ms + MAX_LEAD_MS));
  g_autoptr (GPtrArray) buffers = g_ptr_array_new ();

  /* Not with the lock held: the elements have locks of their own. Buffers stay until the end. */
  g_mutex_lock (&self->lock);
  g_ptr_array_extend (buffers, self->buffers, NULL, NULL);
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < buffers->len; i++) {
    Buffer *buffer = g_ptr_array_index (buffers, i);
    int kind = g_atomic_int_get (&buffer->kind);

    if (kind >= 0)
      g_object_set (buffer->element, "latency", MAX (self->targets[kind].latency_ms, latency_ms),
                    NULL);
  }

  if (latency_ms == self->latency_ms)
    return;
  self->latency_ms = latency_ms;
  gst_pipeline_set_latency (self->pipeline, latency_ms * GST_MSECOND);
  gst_bin_recalculate_latency (GST_BIN (self->pipeline));
}

/**
 * aloqa_peer_playout_update:
 * @resend_ms: how long a lost video packet takes to be there after all; 0 while none is lost
 * @now_us: a monotonic time
 *
 * To be called on the main thread a few times a second.
 */
void
aloqa_peer_playout_update (AloqaPeerPlayout *self, double resend_ms, gint64 now_us)
{
  double wanted_ms[N_KINDS];
  gboolean is_changed = FALSE;

  g_mutex_lock (&self->lock);
  for (int kind = 0; kind < N_KINDS; kind++)
    wanted_ms[kind] = aloqa_jitter_estimator_get_ms (&self->estimators[kind]);
  g_mutex_unlock (&self->lock);
  wanted_ms[ALOQA_SDP_VIDEO] = MAX (wanted_ms[ALOQA_SDP_VIDEO], resend_ms);

  for (int kind = 0; kind < N_KINDS; kind++) {
    if (wanted_ms[kind] > 0)
      is_changed |= aloqa_jitter_target_update (&self->targets[kind], wanted_ms[kind], now_us);
  }
  if (is_changed)
    set_latencies (self);
}

/**
 * aloqa_peer_playout_get_latency_ms:
 *
 * Returns: how long what arrives of @kind is held back; main thread
 */
guint
aloqa_peer_playout_get_latency_ms (AloqaPeerPlayout *self, AloqaSdpKind kind)
{
  return kind == ALOQA_SDP_VIDEO ? MAX (self->targets[kind].latency_ms, self->latency_ms)
                                 : self->latency_ms;
}
