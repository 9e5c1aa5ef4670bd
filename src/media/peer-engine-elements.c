/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/peer-engine-private.h"

#include <string.h>

/*
 * How often the other side is told when its packets arrived (libwebrtc takes 50 to 250 ms), and how
 * it went on the whole. GStreamer puts the regular report off with every early packet: one that is
 * due less often than the feedback would never be sent, and loss and round trip never be known.
 */
#define FEEDBACK_INTERVAL (100 * GST_MSECOND)
#define REPORT_INTERVAL (100 * GST_MSECOND)
/* The session's bandwidth, of which reports may take a twentieth (RFC 3550, 6.2): enough for that. */
#define REPORT_BANDWIDTH_BPS 2000000.0

static void
rtcp_cb (GObject *session, GstBuffer *buffer, gpointer user_data)
{
  aloqa_peer_reports_take_rtcp (user_data, buffer);
}

static gboolean
sending_rtcp_cb (GObject *session, GstBuffer *buffer, gboolean is_early, gpointer user_data)
{
  aloqa_peer_reports_note_sent (user_data, buffer);
  return FALSE; /* left as it is */
}

static void
tune_session (AloqaPeerEngine *self, GstElement *element)
{
  g_autoptr (GObject) session = NULL;

  g_object_get (element, "internal-session", &session, NULL);
  /* Whoever gets through DTLS need not prove with two packets that it exists. */
  g_object_set (session, "probation", 0, "twcc-feedback-interval", (guint64) FEEDBACK_INTERVAL,
                "rtcp-min-interval", (guint64) REPORT_INTERVAL, "bandwidth", REPORT_BANDWIDTH_BPS,
                NULL);
  g_signal_connect (session, "on-receiving-rtcp", G_CALLBACK (rtcp_cb), self->reports);
  g_signal_connect (session, "on-sending-rtcp", G_CALLBACK (sending_rtcp_cb), self->reports);
}

static void
element_added_cb (GstBin *pipeline, GstBin *bin, GstElement *element, gpointer user_data)
{
  AloqaPeerEngine *self = user_data;
  GstElementFactory *factory = gst_element_get_factory (element);
  const char *name = factory != NULL ? GST_OBJECT_NAME (factory) : "";

  aloqa_peer_gate_guard (self->gate, element);
  if (strcmp (name, "clocksync") == 0)
    g_object_set (element, "sync", FALSE, NULL); /* frames are sent when they are encoded */
  else if (strcmp (name, "rtpsession") == 0)
    tune_session (self, element);
  else if (strcmp (name, "rtpjitterbuffer") == 0)
    aloqa_peer_playout_watch (self->playout, element);
}

/* The name that RTCP gives us: webrtcbin's own would be the user's and the machine's. */
static void
hide_names (AloqaPeerEngine *self)
{
  g_autofree char *cname = g_uuid_string_random ();
  g_autoptr (GstStructure) sdes =
      gst_structure_new ("application/x-rtp-source-sdes", "cname", G_TYPE_STRING, cname, NULL);

  g_object_set (self->rtpbin, "sdes", sdes, NULL);
}

/**
 * aloqa_peer_engine_watch_elements:
 *
 * Every element that webrtcbin makes from here on is set right when it is made.
 */
void
aloqa_peer_engine_watch_elements (AloqaPeerEngine *self)
{
  self->rtpbin = gst_bin_get_by_name (GST_BIN (self->webrtc), "rtpbin");
  hide_names (self);
  g_object_set (self->webrtc, "latency", ALOQA_PLAYOUT_INITIAL_MS, NULL);
  g_signal_connect (self->pipeline, "deep-element-added", G_CALLBACK (element_added_cb), self);
}
