/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/peer-engine-private.h"

#include <string.h>

#include "media/peer-resend.h"

/* How often the other side is told when its packets arrived: as libwebrtc does at most. */
#define FEEDBACK_INTERVAL (50 * GST_MSECOND)
/* Sender and receiver reports: five seconds by default, too slow to learn loss and round trip. */
#define REPORT_INTERVAL (1 * GST_SECOND)
/* What the session is told it carries. A twentieth of it is for RTCP, and that says how soon after
 * one early report the next may go (RFC 4585, 3.5.2): by the real rate of a small call it would be
 * most of a second, in which no lost packet is asked for and nothing is known of congestion. */
#define SESSION_BANDWIDTH_BPS 10e6

static void
rtcp_cb (GObject *session, GstBuffer *buffer, gpointer user_data)
{
  aloqa_peer_reports_take_rtcp (user_data, buffer);
}

static void
tune_session (AloqaPeerEngine *self, GstElement *element)
{
  g_autoptr (GObject) session = NULL;

  g_object_get (element, "internal-session", &session, NULL);
  /* Whoever gets through DTLS need not prove with two packets that it exists. */
  g_object_set (session, "probation", 0, "twcc-feedback-interval", (guint64) FEEDBACK_INTERVAL,
                "rtcp-min-interval", (guint64) REPORT_INTERVAL, "bandwidth", SESSION_BANDWIDTH_BPS,
                NULL);
  g_signal_connect (session, "on-receiving-rtcp", G_CALLBACK (rtcp_cb), self->reports);
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
  else if (strcmp (name, "rtprtxsend") == 0)
    aloqa_peer_resend_limit (element);
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
