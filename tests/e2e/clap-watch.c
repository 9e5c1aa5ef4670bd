/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The called side of a web page that claps: prints when a bright picture came after a dark one, and
 * when a sound began after silence, as the peer lets go of them.
 *
 *   clap-watch OFFER     the file of an offer with its candidates; until standard input ends
 *
 * Prints "answer BASE64", then "picture MS" and "sound MS".
 */
#include <stdlib.h>

#include "media/media.h"
#include "media/peer.h"

#define BRIGHT 160
#define LOUD 3000
/* A sound that begins is one after so many quiet samples. */
#define QUIET_SAMPLES 4800
#define RATE_HZ 48000

static gboolean was_bright;
static guint n_quiet;

static void
tell (const char *what, double after_ms)
{
  g_print ("%s %.1f\n", what, (double) g_get_monotonic_time () / 1000 + after_ms);
}

static void
video_cb (GstSample *sample, gpointer user_data)
{
  GstMapInfo map;
  gboolean is_bright;

  if (!gst_buffer_map (gst_sample_get_buffer (sample), &map, GST_MAP_READ))
    return;
  /* One in the upper left: the page's pictures are of one colour. */
  is_bright = map.data[0] > BRIGHT;
  gst_buffer_unmap (gst_sample_get_buffer (sample), &map);
  if (is_bright && !was_bright)
    tell ("picture", 0);
  was_bright = is_bright;
}

static void
audio_cb (GstSample *sample, gpointer user_data)
{
  GstStructure *format = gst_caps_get_structure (gst_sample_get_caps (sample), 0);
  const gint16 *samples;
  GstMapInfo map;
  int n_channels = 1;

  gst_structure_get_int (format, "channels", &n_channels);
  if (!gst_buffer_map (gst_sample_get_buffer (sample), &map, GST_MAP_READ))
    return;
  samples = (const gint16 *) map.data;
  for (gsize i = 0; i < map.size / sizeof *samples; i += (gsize) n_channels) {
    if (abs (samples[i]) < LOUD) {
      n_quiet++;
      continue;
    }
    if (n_quiet >= QUIET_SAMPLES)
      tell ("sound", (double) i / n_channels / RATE_HZ * 1000);
    n_quiet = 0;
  }
  gst_buffer_unmap (gst_sample_get_buffer (sample), &map);
}

static void
answered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *answer = aloqa_peer_accept_offer_finish (ALOQA_PEER (object), result, &error);
  g_autofree char *text = NULL;

  if (answer == NULL)
    g_error ("%s", error->message);
  text = g_base64_encode ((const guchar *) answer, strlen (answer));
  g_print ("answer %s\n", text);
}

static gboolean
input_ended_cb (GIOChannel *channel, GIOCondition condition, gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

static void
closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  aloqa_peer_close_finish (ALOQA_PEER (object), result, NULL);
  g_main_loop_quit (user_data);
}

int
main (int argc, char **argv)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GIOChannel) input = g_io_channel_unix_new (0);
  g_autoptr (GError) error = NULL;
  g_autofree char *offer = NULL;
  g_autoptr (AloqaPeer) peer = NULL;
  AloqaPeerConfig config = ALOQA_PEER_CONFIG_INIT;
  guint video_listener;
  guint audio_listener;

  if (argc != 2 || !g_file_get_contents (argv[1], &offer, NULL, &error) ||
      !aloqa_media_init (&error)) {
    g_printerr ("clap-watch OFFER: %s\n", error != NULL ? error->message : "one argument");
    return 2;
  }
  config.role = ALOQA_PEER_CALLEE;
  peer = aloqa_peer_new (&config);
  audio_listener = aloqa_feed_add_listener (aloqa_peer_get_remote_audio (peer), audio_cb, NULL);
  video_listener = aloqa_feed_add_listener (aloqa_peer_get_remote_video (peer), video_cb, NULL);
  aloqa_peer_prepare (peer);
  aloqa_peer_accept_offer_async (peer, offer, NULL, answered_cb, NULL);
  aloqa_peer_open (peer);
  g_io_add_watch (input, G_IO_IN | G_IO_HUP, input_ended_cb, loop);
  g_main_loop_run (loop);

  aloqa_peer_close_async (peer, closed_cb, loop);
  g_main_loop_run (loop);
  aloqa_feed_remove_listener (aloqa_peer_get_remote_audio (peer), &audio_listener);
  aloqa_feed_remove_listener (aloqa_peer_get_remote_video (peer), &video_listener);
  return 0;
}
