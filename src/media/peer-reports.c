/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/peer-reports.h"

#include <gst/rtp/gstrtcpbuffer.h>

/* We send sound and pictures. */
#define MAX_STREAMS 2

typedef struct {
  guint32 ssrc;
  gboolean has_report;
  AloqaPeerReport report;
} Stream;

/* A report comes back within a second or two of the sender's; there are some twenty of those in a
 * second. */
#define MAX_SENT 128

/* When a sender report left, by the middle of its NTP time, which comes back with a block. */
typedef struct {
  guint32 ntp;
  gint64 t_us;
} Sent;

struct _AloqaPeerReports {
  GMutex lock; /* guards what follows */
  Sent sent[MAX_SENT];
  guint next_sent;
  gint64 rtt_us; /* -1 before it is known */
  Stream streams[MAX_STREAMS];
  guint n_streams;
};

static Stream *
find_locked (AloqaPeerReports *self, guint32 ssrc)
{
  for (guint i = 0; i < self->n_streams; i++) {
    if (self->streams[i].ssrc == ssrc)
      return &self->streams[i];
  }
  return NULL;
}

/* RFC 3550, 6.4.1: now, less when the sender report left, less how long the other side held it. */
static void
measure_locked (AloqaPeerReports *self, guint32 lsr, guint32 dlsr)
{
  for (guint i = 0; lsr != 0 && i < MAX_SENT; i++) {
    if (self->sent[i].ntp == lsr) {
      gint64 held_us = (gint64) dlsr * G_USEC_PER_SEC / 65536;

      self->rtt_us = MAX (g_get_monotonic_time () - self->sent[i].t_us - held_us, 0);
      return;
    }
  }
}

static void
note_sent_locked (AloqaPeerReports *self, GstRTCPPacket *packet)
{
  Sent *sent = &self->sent[self->next_sent++ % MAX_SENT];
  guint64 ntp;

  gst_rtcp_packet_sr_get_sender_info (packet, NULL, &ntp, NULL, NULL, NULL);
  sent->ntp = (guint32) (ntp >> 16);
  sent->t_us = g_get_monotonic_time ();
}

static void
take_blocks_locked (AloqaPeerReports *self, GstRTCPPacket *packet)
{
  guint n_blocks = gst_rtcp_packet_get_rb_count (packet);

  for (guint i = 0; i < n_blocks; i++) {
    guint32 ssrc;
    guint32 highest;
    guint32 jitter;
    guint32 lsr;
    guint32 dlsr;
    guint8 fraction;
    gint32 n_lost;
    Stream *stream;

    gst_rtcp_packet_get_rb (packet, i, &ssrc, &fraction, &n_lost, &highest, &jitter, &lsr, &dlsr);
    stream = find_locked (self, ssrc);
    if (stream == NULL)
      continue;
    measure_locked (self, lsr, dlsr);
    stream->has_report = TRUE;
    stream->report.n_lost = n_lost;
    stream->report.loss_percent = fraction * 100.0 / 256;
  }
}

AloqaPeerReports *
aloqa_peer_reports_new (void)
{
  AloqaPeerReports *self = g_new0 (AloqaPeerReports, 1);

  g_mutex_init (&self->lock);
  self->rtt_us = -1;
  return self;
}

void
aloqa_peer_reports_free (AloqaPeerReports *self)
{
  g_mutex_clear (&self->lock);
  g_free (self);
}

/**
 * aloqa_peer_reports_watch:
 * @ssrc: a stream of ours
 */
void
aloqa_peer_reports_watch (AloqaPeerReports *self, guint32 ssrc)
{
  g_return_if_fail (self->n_streams < MAX_STREAMS);

  g_mutex_lock (&self->lock);
  self->streams[self->n_streams++].ssrc = ssrc;
  g_mutex_unlock (&self->lock);
}

static void
read_rtcp (AloqaPeerReports *self, GstBuffer *buffer, gboolean is_ours)
{
  GstRTCPBuffer rtcp = GST_RTCP_BUFFER_INIT;
  GstRTCPPacket packet;
  gboolean is_there;

  if (!gst_rtcp_buffer_map (buffer, GST_MAP_READ, &rtcp))
    return;

  g_mutex_lock (&self->lock);
  for (is_there = gst_rtcp_buffer_get_first_packet (&rtcp, &packet); is_there;
       is_there = gst_rtcp_packet_move_to_next (&packet)) {
    GstRTCPType type = gst_rtcp_packet_get_type (&packet);

    if (is_ours && type == GST_RTCP_TYPE_SR)
      note_sent_locked (self, &packet);
    else if (!is_ours && (type == GST_RTCP_TYPE_SR || type == GST_RTCP_TYPE_RR))
      take_blocks_locked (self, &packet);
  }
  g_mutex_unlock (&self->lock);
  gst_rtcp_buffer_unmap (&rtcp);
}

/**
 * aloqa_peer_reports_take_rtcp:
 * @buffer: a compound packet of the other side's
 *
 * Any thread.
 */
void
aloqa_peer_reports_take_rtcp (AloqaPeerReports *self, GstBuffer *buffer)
{
  read_rtcp (self, buffer, FALSE);
}

/**
 * aloqa_peer_reports_note_sent:
 * @buffer: a compound packet of ours that leaves now
 *
 * Any thread.
 */
void
aloqa_peer_reports_note_sent (AloqaPeerReports *self, GstBuffer *buffer)
{
  read_rtcp (self, buffer, TRUE);
}

/* The way there and back as last measured, in ms; -1 before. Any thread. */
double
aloqa_peer_reports_get_rtt_ms (AloqaPeerReports *self)
{
  gint64 rtt_us;

  g_mutex_lock (&self->lock);
  rtt_us = self->rtt_us;
  g_mutex_unlock (&self->lock);

  return rtt_us < 0 ? -1 : (double) rtt_us / 1000;
}

/**
 * aloqa_peer_reports_get:
 * @report: (out): the last one on @ssrc
 *
 * Returns: whether there was one. Any thread.
 */
gboolean
aloqa_peer_reports_get (AloqaPeerReports *self, guint32 ssrc, AloqaPeerReport *report)
{
  gboolean has_report;
  Stream *stream;

  g_mutex_lock (&self->lock);
  stream = find_locked (self, ssrc);
  has_report = stream != NULL && stream->has_report;
  if (has_report)
    *report = stream->report;
  g_mutex_unlock (&self->lock);

  return has_report;
}
