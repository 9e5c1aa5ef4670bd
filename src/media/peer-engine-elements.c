/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/peer-engine-private.h"

#include <string.h>

#include "media/peer-resend.h"

/*
 * How often the other side is told when its packets arrived (libwebrtc takes 50 to 250 ms), and how
 * it went on the whole. GStreamer puts the regular report off with every early packet: one that is
 * due less often than the feedback would never be sent, and loss and round trip never be known.
 */
#define REPORT_INTERVAL (100 * GST_MSECOND)
/* Sound alone has no rate that would follow them; a packet of them costs as much as one of sound. */
#define SOUND_REPORT_INTERVAL (500 * GST_MSECOND)
/* What the session is told it carries. A twentieth of it is for RTCP, and that says how soon after
 * one early report the next may go (RFC 4585, 3.5.2): by the real rate of a small call it would be
 * most of a second, in which no lost packet is asked for and nothing is known of congestion. */
#define SESSION_BANDWIDTH_BPS 10e6

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

/* --- What the session learns of our streams -------------------------------------------------- */

static GstEvent *
make_stream_caps (AloqaPeerSender *sender)
{
  const AloqaCodec *codec = aloqa_peer_sender_get_codec (sender);
  g_autoptr (GstCaps) caps = gst_caps_new_simple (
      "application/x-rtp", "ssrc", G_TYPE_UINT, aloqa_peer_sender_get_ssrc (sender), "payload",
      G_TYPE_INT, aloqa_peer_sender_get_payload_type (sender), "clock-rate", G_TYPE_INT,
      codec->clock_rate_hz, "encoding-name", G_TYPE_STRING, codec->rtp_name, NULL);

  return gst_event_new_caps (caps);
}

static void
introduce_stream (GstPad *pad, AloqaPeerSender *sender)
{
  if (sender != NULL)
    gst_pad_send_event (pad, make_stream_caps (sender));
}

/*
 * Bundled streams come to the session with caps that say nothing of either. It then asks for a
 * stream's clock rate while it writes the first report, and lets go of its lock for that: if the
 * first packet of another stream arrives meanwhile, the table of streams that it walks is changed
 * under its feet (a critical of GLib's, and no report). So it is told before.
 */
static GstPadProbeReturn
caps_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  AloqaPeerEngine *self = user_data;
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  GstCaps *caps;

  if (GST_EVENT_TYPE (event) != GST_EVENT_CAPS)
    return GST_PAD_PROBE_OK;
  gst_event_parse_caps (event, &caps);
  if (gst_structure_has_field (gst_caps_get_structure (caps, 0), "ssrc"))
    return GST_PAD_PROBE_OK;
  introduce_stream (pad, self->audio_sender);
  introduce_stream (pad, self->video_sender);
  return GST_PAD_PROBE_OK;
}

static void
session_pad_added_cb (GstElement *session, GstPad *pad, gpointer user_data)
{
  if (g_str_has_prefix (GST_PAD_NAME (pad), "send_rtp_sink"))
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, caps_cb, user_data, NULL);
}

/* --- The elements ---------------------------------------------------------------------------- */

static void
tune_session (AloqaPeerEngine *self, GstElement *element)
{
  guint64 interval = self->video_sender != NULL ? REPORT_INTERVAL : SOUND_REPORT_INTERVAL;
  g_autoptr (GObject) session = NULL;

  g_object_get (element, "internal-session", &session, NULL);
  /* Whoever gets through DTLS need not prove with two packets that it exists. */
  g_object_set (session, "probation", 0, "twcc-feedback-interval", interval, "rtcp-min-interval",
                interval, "bandwidth", SESSION_BANDWIDTH_BPS, NULL);
  g_signal_connect (session, "on-receiving-rtcp", G_CALLBACK (rtcp_cb), self->reports);
  g_signal_connect (session, "on-sending-rtcp", G_CALLBACK (sending_rtcp_cb), self->reports);
  g_signal_connect (element, "pad-added", G_CALLBACK (session_pad_added_cb), self);
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

/*
 * What sound and pictures wait for each other is the playout's affair: no stamp is moved. And a
 * sender report says when something was captured: to say when it leaves, the session waits to be told
 * of a latency, which elements that are added to a running pipeline are not. Until then GStreamer 1.22
 * reports stamps that are too late by as long as the call has lasted, and 1.26 nothing at all.
 */
static void
leave_stamps (AloqaPeerEngine *self)
{
  g_object_set (self->rtpbin, "max-ts-offset", (gint64) 1 /* 0 is no limit */,
                "rtcp-sync-send-time", FALSE, NULL);
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
  leave_stamps (self);
  g_object_set (self->webrtc, "latency", ALOQA_PLAYOUT_INITIAL_WAIT_MS, NULL);
  g_signal_connect (self->pipeline, "deep-element-added", G_CALLBACK (element_added_cb), self);
}
