/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/peer.h"

#include <gst/gst.h>

/* Everything that a call is made of: loading the plugins costs tens of milliseconds. */
static const char *const factories[] = {
  "webrtcbin",    "nicesrc",       "nicesink",        "rtpbin",       "rtpfunnel",   "rtpsession",
  "rtprtxsend",   "rtprtxreceive", "rtpjitterbuffer", "rtpssrcdemux", "rtpptdemux",  "rtpstorage",
  "rtpulpfecenc", "rtpredenc",     "rtpreddec",       "srtpenc",      "srtpdec",     "dtlssrtpenc",
  "dtlssrtpdec",  "appsrc",        "appsink",         "opusenc",      "opusdec",     "rtpopuspay",
  "rtpopusdepay", "vp8enc",        "vp8dec",          "rtpvp8pay",    "rtpvp8depay", "clocksync",
  "funnel",       "capsfilter",    "queue",
};

/* The first DTLS element of a process makes its RSA key, which takes 130 to 380 ms of one core. */
static gpointer
warm_up_thread (gpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (factories); i++) {
    g_autoptr (GstElement) element = gst_element_factory_make (factories[i], NULL);

    if (element != NULL)
      gst_object_ref_sink (element);
  }
  return NULL;
}

/**
 * aloqa_peer_warm_up:
 *
 * Has what costs time once per process done on another thread, so that the first call is as fast as
 * the others. To be called once at the start of the program, after gst_init(); it returns at once.
 */
void
aloqa_peer_warm_up (void)
{
  static gsize is_begun = 0;

  if (g_once_init_enter (&is_begun)) {
    g_thread_unref (g_thread_new ("aloqa-warm-up", warm_up_thread, NULL));
    g_once_init_leave (&is_begun, 1);
  }
}
