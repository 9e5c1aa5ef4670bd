/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/peer-feedback.h"

#include "media/bandwidth-estimator.h"

/* Of each packet beyond the payload that GStreamer counts: RTP with its extension, SRTP's tag, UDP
 * and IP. */
#define OVERHEAD_BYTES (12 + 8 + 10 + 8 + 20)
/* Each that a feedback packet tells of makes work. At the highest rate some 300 packets are sent in a
 * second, so that more than this would be of seven. */
#define MAX_REPORTS 2000
#define N_PAYLOAD_TYPES 128

struct _AloqaPeerFeedback {
  AloqaClock *clock;
  AloqaPeerFeedbackFunc func;
  gpointer user_data;

  GMutex lock; /* guards what follows */
  AloqaBandwidthEstimator *estimator;
  gboolean has_feedback;
  gboolean is_covered[N_PAYLOAD_TYPES];
};

/*
 * webrtcbin numbers the packets of every stream, whatever was agreed; a browser that reports on video
 * alone leaves gaps, which read as loss of all the sound. So a stream is believed to be lost only after
 * something of it was reported to have arrived.
 */
static gboolean
is_covered (AloqaPeerFeedback *self, guint8 payload_type, gboolean is_lost)
{
  if (payload_type >= N_PAYLOAD_TYPES)
    return FALSE;
  self->is_covered[payload_type] = self->is_covered[payload_type] || !is_lost;
  return self->is_covered[payload_type];
}

static gboolean
read_report (AloqaPeerFeedback *self, const GValue *value, AloqaPacketReport *report)
{
  const GstStructure *packet = gst_value_get_structure (value);
  guint64 local_ns = GST_CLOCK_TIME_NONE;
  guint64 remote_ns = GST_CLOCK_TIME_NONE;
  gboolean is_lost = FALSE;
  guchar payload_type = N_PAYLOAD_TYPES;
  guint size = 0;

  gst_structure_get (packet, "local-ts", G_TYPE_UINT64, &local_ns, "remote-ts", G_TYPE_UINT64,
                     &remote_ns, "payload-type", G_TYPE_UCHAR, &payload_type, "size", G_TYPE_UINT,
                     &size, "lost", G_TYPE_BOOLEAN, &is_lost, NULL);
  /* Without a time of sending it is none of ours any more. */
  if (!GST_CLOCK_TIME_IS_VALID (local_ns) || (!is_lost && !GST_CLOCK_TIME_IS_VALID (remote_ns)))
    return FALSE;
  if (!is_covered (self, payload_type, is_lost))
    return FALSE;

  *report = (AloqaPacketReport){ .sent_us = (gint64) (local_ns / 1000),
                                 .arrived_us = is_lost ? 0 : (gint64) (remote_ns / 1000),
                                 .size_bytes = size + OVERHEAD_BYTES,
                                 .is_lost = is_lost };
  return TRUE;
}

static GArray *
read_reports (AloqaPeerFeedback *self, const GstStructure *structure)
{
  const GValue *value = gst_structure_get_value (structure, "packets");
  GArray *reports = g_array_new (FALSE, FALSE, sizeof (AloqaPacketReport));
  GValueArray *packets = value != NULL ? g_value_get_boxed (value) : NULL;

  for (guint i = 0; packets != NULL && i < MIN (packets->n_values, MAX_REPORTS); i++) {
    AloqaPacketReport report;

    if (read_report (self, &packets->values[i], &report))
      g_array_append_val (reports, report);
  }
  return reports;
}

static void
take_feedback (AloqaPeerFeedback *self, const GstStructure *structure)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (GArray) reports = read_reports (self, structure);
  guint kbps;

  if (reports->len == 0)
    return;
  self->has_feedback = TRUE;
  aloqa_bandwidth_estimator_take_feedback (self->estimator, (AloqaPacketReport *) reports->data,
                                           reports->len, aloqa_clock_get_now_us (self->clock));
  kbps = aloqa_bandwidth_estimator_get_kbps (self->estimator);
  g_clear_pointer (&locker, g_mutex_locker_free);

  self->func (kbps, self->user_data);
}

static GstPadProbeReturn
event_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  const GstStructure *structure = gst_event_get_structure (event);

  if (structure == NULL || !gst_structure_has_name (structure, "RTPTWCCPackets"))
    return GST_PAD_PROBE_OK;
  take_feedback (user_data, structure);
  return GST_PAD_PROBE_DROP;
}

/**
 * aloqa_peer_feedback_new:
 * @clock: of monotonic time, which GStreamer's system clock counts, too
 */
AloqaPeerFeedback *
aloqa_peer_feedback_new (AloqaClock *clock, guint initial_kbps, guint min_kbps, guint max_kbps,
                         AloqaPeerFeedbackFunc func, gpointer user_data)
{
  AloqaPeerFeedback *self = g_new0 (AloqaPeerFeedback, 1);

  self->clock = g_object_ref (clock);
  self->func = func;
  self->user_data = user_data;
  self->estimator = aloqa_bandwidth_estimator_new (initial_kbps, min_kbps, max_kbps);
  g_mutex_init (&self->lock);
  return self;
}

/**
 * aloqa_peer_feedback_free:
 *
 * To be called when the pipeline stands still, since its threads use @self.
 */
void
aloqa_peer_feedback_free (AloqaPeerFeedback *self)
{
  aloqa_bandwidth_estimator_free (self->estimator);
  g_object_unref (self->clock);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/**
 * aloqa_peer_feedback_watch:
 * @pad: a source pad before webrtcbin: the feedback on all streams comes to each of them, so one is
 *   to be watched
 */
void
aloqa_peer_feedback_watch (AloqaPeerFeedback *self, GstPad *pad)
{
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, event_cb, self, NULL);
}

/**
 * aloqa_peer_feedback_get_kbps:
 *
 * Returns: the estimate of all that may be sent; 0 while the other side has told nothing
 */
guint
aloqa_peer_feedback_get_kbps (AloqaPeerFeedback *self)
{
  guint kbps;

  g_mutex_lock (&self->lock);
  kbps = self->has_feedback ? aloqa_bandwidth_estimator_get_kbps (self->estimator) : 0;
  g_mutex_unlock (&self->lock);

  return kbps;
}
