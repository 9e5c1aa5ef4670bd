/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/peer-feedback.h"

#include "media/bandwidth-estimator.h"

/* Of each packet beyond the payload that GStreamer counts: RTP with its extension, SRTP's tag, UDP
 * and IP. */
#define OVERHEAD_BYTES (12 + 8 + 10 + 8 + 20)
/* One feedback packet is of 50 ms; more than this is not ours. */
#define MAX_REPORTS 2000

struct _AloqaPeerFeedback {
  AloqaPeerFeedbackFunc func;
  gpointer user_data;

  GMutex lock; /* guards what follows */
  AloqaBandwidthEstimator *estimator;
  gboolean has_feedback;
};

static gboolean
read_report (const GValue *value, AloqaPacketReport *report)
{
  const GstStructure *packet = gst_value_get_structure (value);
  guint64 local_ns = GST_CLOCK_TIME_NONE;
  guint64 remote_ns = GST_CLOCK_TIME_NONE;
  gboolean is_lost = FALSE;
  guint size = 0;

  gst_structure_get (packet, "local-ts", G_TYPE_UINT64, &local_ns, "remote-ts", G_TYPE_UINT64,
                     &remote_ns, "size", G_TYPE_UINT, &size, "lost", G_TYPE_BOOLEAN, &is_lost,
                     NULL);
  /* Without a time of sending it is none of ours any more. */
  if (!GST_CLOCK_TIME_IS_VALID (local_ns) || (!is_lost && !GST_CLOCK_TIME_IS_VALID (remote_ns)))
    return FALSE;

  *report = (AloqaPacketReport){ .sent_us = (gint64) (local_ns / 1000),
                                 .arrived_us = is_lost ? 0 : (gint64) (remote_ns / 1000),
                                 .size_bytes = size + OVERHEAD_BYTES,
                                 .is_lost = is_lost };
  return TRUE;
}

static GArray *
read_reports (const GstStructure *structure)
{
  const GValue *value = gst_structure_get_value (structure, "packets");
  GArray *reports = g_array_new (FALSE, FALSE, sizeof (AloqaPacketReport));
  GValueArray *packets = value != NULL ? g_value_get_boxed (value) : NULL;

  for (guint i = 0; packets != NULL && i < MIN (packets->n_values, MAX_REPORTS); i++) {
    AloqaPacketReport report;

    if (read_report (&packets->values[i], &report))
      g_array_append_val (reports, report);
  }
  return reports;
}

static void
take_feedback (AloqaPeerFeedback *self, const GstStructure *structure)
{
  g_autoptr (GArray) reports = read_reports (structure);
  guint kbps;

  if (reports->len == 0)
    return;
  g_mutex_lock (&self->lock);
  self->has_feedback = TRUE;
  /* GStreamer's system clock and GLib's monotonic time are the same. */
  aloqa_bandwidth_estimator_take_feedback (self->estimator, (AloqaPacketReport *) reports->data,
                                           reports->len, g_get_monotonic_time ());
  kbps = aloqa_bandwidth_estimator_get_kbps (self->estimator);
  g_mutex_unlock (&self->lock);

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

AloqaPeerFeedback *
aloqa_peer_feedback_new (guint initial_kbps, guint min_kbps, guint max_kbps,
                         AloqaPeerFeedbackFunc func, gpointer user_data)
{
  AloqaPeerFeedback *self = g_new0 (AloqaPeerFeedback, 1);

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
