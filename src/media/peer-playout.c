/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/peer-playout.h"

#include <gst/rtp/rtp.h>
#include <math.h>

#include "media/jitter-estimator.h"
#include "media/lip-sync.h"

/* How long sound is held back before anything is known of its jitter. A picture is shown when it is
 * there: what comes too late is only shown late, where sound would have a hole. */
#define INITIAL_AUDIO_MS 20
/* How long a lost video packet is waited for has no part in when pictures are due; it changes with
 * every measured round trip, of which steps of this are enough. */
#define WAIT_STEP_MS 20
/* While video packets get lost, and a while after, pictures need the time in which these are sent
 * again; they wait for it as far as sound does. */
#define LOSS_MEMORY_US (10 * G_USEC_PER_SEC)
/* No more packets than these are overtaken at a time: a count of lost ones that falls further is another
 * one. */
#define MAX_OVERTAKEN 64
/* Of how much sound and pictures differ on their way, a smaller change is a trifle, and more than
 * this is not so: one of the sender's clocks is wrong. rtpbin thinks the same. */
#define MIN_LEAD_CHANGE_NS ((gint64) (4 * GST_MSECOND))
#define MAX_LEAD_NS ((gint64) (3 * GST_SECOND))
/* A stream that is silent for longer is gone; of sound that is nearly silent others send a packet
 * every 400 ms. */
#define GONE_US (2 * G_USEC_PER_SEC)

#define N_KINDS 2

static const AloqaJitterPolicy policies[N_KINDS] = {
  [ALOQA_SDP_AUDIO] = { .least_ms = 10, .margin_ms = 5, .min_rise_ms = 5, .min_fall_ms = 8 },
  [ALOQA_SDP_VIDEO] = { .least_ms = 0, .margin_ms = 0, .min_rise_ms = 2, .min_fall_ms = 4 },
};

typedef struct {
  AloqaPeerPlayout *playout;
  GstElement *element;
  gint kind; /* -1 until its first packet; atomic */
  /* Guarded by the playout's lock. The sender's clock less the stamps, as last reported. */
  gboolean has_delta;
  gint64 delta_ns;
} Buffer;

struct _AloqaPeerPlayout {
  GMutex lock; /* guards what follows */
  AloqaJitterTarget targets[N_KINDS];
  GstBaseSink *sinks[N_KINDS]; /* or NULL */
  gint delays_ms[N_KINDS];     /* what they have */
  gboolean is_there[N_KINDS];
  gint64 last_packet_us[N_KINDS];
  gint repair_ms; /* for how long sound stays in its decoder */
  gint64 lead_ns; /* by how much sound is quicker on its way than pictures are */
  int payload_types[N_KINDS];
  AloqaJitterEstimator estimators[N_KINDS];
  GPtrArray *buffers; /* of Buffer */
  gint64 most_lost;   /* video packets that were missing at a time */
  gint64 last_loss_us;
};

static void
free_buffer (gpointer data)
{
  Buffer *buffer = data;

  g_signal_handlers_disconnect_by_data (buffer->element, buffer);
  gst_object_unref (buffer->element);
  g_free (buffer);
}

static void
measure (Buffer *self, GstBuffer *packet)
{
  AloqaPeerPlayout *playout = self->playout;
  gint64 now_us = g_get_monotonic_time ();
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  int payload_type;
  gboolean is_last;
  guint32 rtp_time;

  /* What was asked for again is late by nature. */
  if (GST_BUFFER_FLAG_IS_SET (packet, GST_RTP_BUFFER_FLAG_RETRANSMISSION) ||
      !gst_rtp_buffer_map (packet, GST_MAP_READ, &rtp))
    return;
  payload_type = gst_rtp_buffer_get_payload_type (&rtp);
  is_last = gst_rtp_buffer_get_marker (&rtp);
  rtp_time = gst_rtp_buffer_get_timestamp (&rtp);
  gst_rtp_buffer_unmap (&rtp);

  g_mutex_lock (&playout->lock);
  for (int kind = 0; kind < N_KINDS; kind++) {
    if (playout->payload_types[kind] != payload_type)
      continue;
    g_atomic_int_set (&self->kind, kind);
    playout->is_there[kind] = TRUE;
    playout->last_packet_us[kind] = now_us;
    /* A picture is there with its last packet, and one of forty packets counts as one. But its stamp
     * is by its first: of one that is sent bit by bit, the last is late every time. */
    aloqa_jitter_estimator_add (&playout->estimators[kind], now_us, rtp_time,
                                kind == ALOQA_SDP_AUDIO || is_last);
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

/* Where a stream was replaced by another, the last is the one that is played. */
static Buffer *
find_buffer_locked (AloqaPeerPlayout *self, int kind)
{
  for (guint i = self->buffers->len; i > 0; i--) {
    Buffer *buffer = g_ptr_array_index (self->buffers, i - 1);

    if (g_atomic_int_get (&buffer->kind) == kind)
      return buffer;
  }
  return NULL;
}

static void
delay_locked (AloqaPeerPlayout *self, int kind, gint delay_ms)
{
  self->delays_ms[kind] = delay_ms;
  if (self->sinks[kind] != NULL)
    gst_base_sink_set_ts_offset (self->sinks[kind], delay_ms * GST_MSECOND);
}

static void
balance_locked (AloqaPeerPlayout *self)
{
  gint lead_ms = (gint) (self->lead_ns / (gint64) GST_MSECOND);
  AloqaLipSyncStream streams[N_KINDS];
  AloqaLipSyncDelays delays;

  for (int kind = 0; kind < N_KINDS; kind++) {
    streams[kind].is_there = self->is_there[kind];
    streams[kind].needed_ms =
        (gint) self->targets[kind].latency_ms + (kind == ALOQA_SDP_AUDIO ? self->repair_ms : 0);
    streams[kind].offset_ms = MAX (kind == ALOQA_SDP_AUDIO ? lead_ms : -lead_ms, 0);
  }
  delays = aloqa_lip_sync_balance (&streams[ALOQA_SDP_AUDIO], &streams[ALOQA_SDP_VIDEO]);
  delay_locked (self, ALOQA_SDP_AUDIO, delays.audio_ms);
  delay_locked (self, ALOQA_SDP_VIDEO, delays.video_ms);
}

static void
update_lead_locked (AloqaPeerPlayout *self)
{
  Buffer *audio = find_buffer_locked (self, ALOQA_SDP_AUDIO);
  Buffer *video = find_buffer_locked (self, ALOQA_SDP_VIDEO);
  gint64 lead_ns;

  if (audio == NULL || video == NULL || !audio->has_delta || !video->has_delta)
    return;
  lead_ns = audio->delta_ns - video->delta_ns;
  if (ABS (lead_ns) > MAX_LEAD_NS || ABS (lead_ns - self->lead_ns) < MIN_LEAD_CHANGE_NS)
    return;
  self->lead_ns = lead_ns;
  balance_locked (self);
}

/* What the sender's clock showed at a stamp, less that stamp. */
static gboolean
read_delta (const GstStructure *sync, gint64 *delta_ns)
{
  guint64 base_rtp;
  guint64 base_ns;
  guint64 rtp;
  guint64 ntp_ns;
  guint clock_rate_hz;

  if (!gst_structure_get (sync, "base-rtptime", G_TYPE_UINT64, &base_rtp, "base-time",
                          G_TYPE_UINT64, &base_ns, "clock-rate", G_TYPE_UINT, &clock_rate_hz,
                          "sr-ext-rtptime", G_TYPE_UINT64, &rtp, "sr-ntpnstime", G_TYPE_UINT64,
                          &ntp_ns, NULL))
    return FALSE;
  /* All ones: far from what is received. */
  if (clock_rate_hz == 0 || rtp == G_MAXUINT64 || rtp < base_rtp)
    return FALSE;
  *delta_ns = (gint64) (ntp_ns - base_ns -
                        gst_util_uint64_scale (rtp - base_rtp, GST_SECOND, clock_rate_hz));
  return TRUE;
}

/*
 * A sender report, on a thread of its own. rtpbin would move the stamps of the quicker stream by what
 * follows of it, and "latency" would no longer be what a packet is waited for; so it is kept from that
 * (see the engine's elements), and the sinks hold the stream back instead.
 */
static void
sync_cb (GstElement *element, GstStructure *sync, gpointer user_data)
{
  Buffer *self = user_data;
  gint64 delta_ns;

  if (!read_delta (sync, &delta_ns))
    return;
  g_mutex_lock (&self->playout->lock);
  self->has_delta = TRUE;
  self->delta_ns = delta_ns;
  update_lead_locked (self->playout);
  g_mutex_unlock (&self->playout->lock);
}

AloqaPeerPlayout *
aloqa_peer_playout_new (GstPipeline *pipeline)
{
  AloqaPeerPlayout *self = g_new0 (AloqaPeerPlayout, 1);

  g_mutex_init (&self->lock);
  self->buffers = g_ptr_array_new_with_free_func (free_buffer);
  for (int kind = 0; kind < N_KINDS; kind++) {
    self->payload_types[kind] = -1;
    self->targets[kind].policy = &policies[kind];
  }
  self->targets[ALOQA_SDP_AUDIO].latency_ms = INITIAL_AUDIO_MS;
  aloqa_jitter_estimator_init (&self->estimators[ALOQA_SDP_AUDIO], 48000);
  aloqa_jitter_estimator_init (&self->estimators[ALOQA_SDP_VIDEO], 90000);
  /* Each sink has a delay of its own instead. */
  gst_pipeline_set_latency (pipeline, 0);
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
  for (int kind = 0; kind < N_KINDS; kind++)
    gst_clear_object (&self->sinks[kind]);
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
  g_signal_connect (jitter_buffer, "handle-sync", G_CALLBACK (sync_cb), buffer);
  /* The first packet is played when it is there, and packets are asked for again when one after
   * them came, not when a guess says that they are late. */
  g_object_set (jitter_buffer, "latency", ALOQA_PLAYOUT_INITIAL_WAIT_MS, "faststart-min-packets", 1,
                "rtx-next-seqnum", FALSE, NULL);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, packets_cb,
                     buffer, NULL);

  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->buffers, buffer);
  g_mutex_unlock (&self->lock);
}

/**
 * aloqa_peer_playout_set_sink:
 * @sink: what lets go of @kind's frames when they are due
 *
 * Before anything is received.
 */
void
aloqa_peer_playout_set_sink (AloqaPeerPlayout *self, AloqaSdpKind kind, GstBaseSink *sink)
{
  g_return_if_fail (kind < N_KINDS);

  g_mutex_lock (&self->lock);
  gst_object_replace ((GstObject **) &self->sinks[kind], GST_OBJECT (sink));
  delay_locked (self, kind, (gint) self->targets[kind].latency_ms);
  g_mutex_unlock (&self->lock);
}

/**
 * aloqa_peer_playout_set_repair_ms:
 * @repair_ms: how much later than its packet a frame of sound comes out of the decoder
 *
 * Counts from the next update on.
 */
void
aloqa_peer_playout_set_repair_ms (AloqaPeerPlayout *self, gint repair_ms)
{
  g_mutex_lock (&self->lock);
  self->repair_ms = repair_ms;
  g_mutex_unlock (&self->lock);
}

/* How long a lost packet is waited for. Packets that come in order are not held for it. */
static void
set_wait (AloqaPeerPlayout *self, int kind, guint least_ms)
{
  Buffer *buffer;
  guint wait_ms;
  guint old_ms;

  /* Buffers stay until the end, and have locks of their own. */
  g_mutex_lock (&self->lock);
  buffer = find_buffer_locked (self, kind);
  wait_ms = MAX ((guint) self->delays_ms[kind], least_ms);
  g_mutex_unlock (&self->lock);
  if (buffer == NULL)
    return;

  g_object_get (buffer->element, "latency", &old_ms, NULL);
  if (old_ms != wait_ms)
    g_object_set (buffer->element, "latency", wait_ms, NULL);
}

/* A packet that was overtaken is missing for a moment, and then is not: only what is more than ever
 * before was lost. But after a silence, or with a new stream, the count begins again. */
static gboolean
note_lost_locked (AloqaPeerPlayout *self, gint64 n_lost, gint64 now_us)
{
  if (n_lost < self->most_lost - MAX_OVERTAKEN)
    self->most_lost = n_lost;
  if (n_lost > self->most_lost) {
    self->most_lost = n_lost;
    self->last_loss_us = now_us;
  }
  return self->last_loss_us != 0 && now_us - self->last_loss_us <= LOSS_MEMORY_US;
}

/**
 * aloqa_peer_playout_update:
 * @resend_ms: how long a lost video packet takes to be there after all; 0 where it never is
 * @n_lost: how many video packets are missing of all there ever were
 * @now_us: a monotonic time
 *
 * To be called on the main thread a few times a second.
 */
void
aloqa_peer_playout_update (AloqaPeerPlayout *self, double resend_ms, gint64 n_lost, gint64 now_us)
{
  guint wait_ms;
  gboolean is_losing;

  resend_ms = MIN (resend_ms, ALOQA_JITTER_MAX_LATENCY_MS);
  wait_ms = (guint) ceil (resend_ms / WAIT_STEP_MS) * WAIT_STEP_MS;
  wait_ms = MAX (wait_ms, ALOQA_PLAYOUT_INITIAL_WAIT_MS);
  g_mutex_lock (&self->lock);
  is_losing = note_lost_locked (self, n_lost, now_us);
  for (int kind = 0; kind < N_KINDS; kind++) {
    double wanted_ms = aloqa_jitter_estimator_get_ms (&self->estimators[kind]);

    if (kind == ALOQA_SDP_VIDEO && is_losing)
      wanted_ms = MAX (wanted_ms, resend_ms);
    if (wanted_ms > 0)
      aloqa_jitter_target_update (&self->targets[kind], wanted_ms, now_us);
    if (now_us - self->last_packet_us[kind] > GONE_US)
      self->is_there[kind] = FALSE;
  }
  wait_ms = MAX (wait_ms, self->targets[ALOQA_SDP_VIDEO].latency_ms);
  balance_locked (self);
  g_mutex_unlock (&self->lock);
  set_wait (self, ALOQA_SDP_AUDIO, 0);
  set_wait (self, ALOQA_SDP_VIDEO, wait_ms);
}

/**
 * aloqa_peer_playout_get_latency_ms:
 *
 * Returns: how long what arrives of @kind is held back
 */
guint
aloqa_peer_playout_get_latency_ms (AloqaPeerPlayout *self, AloqaSdpKind kind)
{
  guint held_ms;

  g_mutex_lock (&self->lock);
  held_ms = (guint) self->delays_ms[kind];
  g_mutex_unlock (&self->lock);

  return held_ms;
}
