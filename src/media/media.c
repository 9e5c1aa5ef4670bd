/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/media.h"

#include "media/retiring.h"

#include <gst/gst.h>
#include <malloc.h>

G_DEFINE_QUARK (aloqa_media_error, aloqa_media_error)

/* Returns: whether it may be otherwise a moment later, when it is tried again */
gboolean
aloqa_media_error_is_passing (const GError *error)
{
  static const AloqaMediaError codes[] = { ALOQA_MEDIA_ERROR_FAILED, ALOQA_MEDIA_ERROR_NOT_FOUND,
                                           ALOQA_MEDIA_ERROR_GONE, ALOQA_MEDIA_ERROR_BUSY };

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++) {
    if (g_error_matches (error, ALOQA_MEDIA_ERROR, codes[i]))
      return TRUE;
  }
  return FALSE;
}

#define MAX_ARENAS 2

static GThread *warm_up_thread; /* main thread only */

/**
 * aloqa_media_limit_arenas:
 *
 * To be called first thing in main(), before there is any thread: glibc heeds no limit that comes when
 * it has made several arenas already. A call has some twenty threads, and glibc an arena for each that
 * it never gives back: a hundred calls in a row left 140 MiB instead of 40.
 */
void
aloqa_media_limit_arenas (void)
{
#ifdef M_ARENA_MAX
  mallopt (M_ARENA_MAX, MAX_ARENAS);
#endif
}

/**
 * aloqa_media_init:
 * @error: ALOQA_MEDIA_ERROR_FAILED
 *
 * Must be called before anything else of this folder, on the main thread; again does nothing.
 *
 * The plugin registry is left as GStreamer does it. Reading its cache costs 8 ms and 2.4 MiB; where
 * the cache is out of date the plugins are looked into by a child process, which is slow (seconds,
 * once after an update) but keeps a broken plugin, and the memory of all of them, out of ours.
 *
 * Returns: FALSE with @error where GStreamer cannot be used at all
 */
gboolean
aloqa_media_init (GError **error)
{
  g_autoptr (GError) gst_error = NULL;

  if (gst_init_check (NULL, NULL, &gst_error))
    return TRUE;

  g_set_error (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_FAILED, "GStreamer does not start: %s",
               gst_error != NULL ? gst_error->message : "no reason given");
  return FALSE;
}

/* What every call uses. Making one loads its plugin and the libraries below it. */
static const char *const call_elements[] = {
  "dtlssrtpdec", /* first: the certificate that it makes takes the longest */
  "webrtcbin",    "nicesrc",       "nicesink",        "rtpbin",       "rtpfunnel",  "rtpsession",
  "rtprtxsend",   "rtprtxreceive", "rtpjitterbuffer", "rtpssrcdemux", "rtpptdemux", "rtpstorage",
  "rtpulpfecenc", "rtpredenc",     "rtpreddec",       "srtpenc",      "srtpdec",    "dtlssrtpenc",
  "appsrc",       "appsink",       "opusenc",         "opusdec",      "rtpopuspay", "rtpopusdepay",
  "vp8enc",       "vp8dec",        "rtpvp8pay",       "rtpvp8depay",  "clocksync",  "funnel",
  "capsfilter",   "queue",         "audioresample",   "audioconvert",
};

static gpointer
make_each (gpointer user_data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (call_elements); i++) {
    g_autoptr (GstElement) element = gst_element_factory_make (call_elements[i], NULL);

    if (element != NULL)
      gst_object_ref_sink (element);
  }

  return NULL;
}

/**
 * aloqa_media_warm_up:
 *
 * Does early, on a thread of its own, what a process otherwise does in its first call: loads the
 * plugins, and has the DTLS certificate's key made (100-400 ms of RSA). Opens no device and no
 * socket. Again does nothing.
 */
void
aloqa_media_warm_up (void)
{
  if (warm_up_thread == NULL)
    warm_up_thread = g_thread_new ("warm-up", make_each, NULL);
}

/**
 * aloqa_media_finish:
 *
 * Waits for what this folder still does on threads of its own, within limits. To be called last
 * thing before main() returns: a library that cleans up at exit while another thread is inside it
 * crashes.
 */
void
aloqa_media_finish (void)
{
  g_clear_pointer (&warm_up_thread, g_thread_join);
  aloqa_retiring_wait ();
}
