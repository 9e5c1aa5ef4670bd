/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a call costs, in one process with both sides: from accept to connected and to the first
 * picture at the callee (median of N calls), and with --hold S the processor time of both sides
 * while they talk.
 *
 *   bench-peer [--calls 10] [--hold 10] [--size 640x480] [--audio] [--codec VP8]
 *              [--rate 500 --queue 300 --delay 40 --jitter 20 --loss 2] [--watch]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "media/media.h"
#include "media/peer-pair.h"
#include "media/udp-proxy.h"
#include "support/support.h"

static int n_calls = 10;
static int hold_s = 0;
static int width_px = 640;
static int height_px = 480;
static gboolean is_audio_only;
static int rate_kbps;
static int queue_ms = 300;
static int delay_ms;
static int jitter_ms;
static int loss_percent;
static gboolean is_watched;
static AloqaVideoCodec video_codec;

static const char *size_text = "640x480";
static const char *codec_text = "VP8";

static GOptionEntry entries[] = {
  { "calls", 0, 0, G_OPTION_ARG_INT, &n_calls, "How many calls to set up", "N" },
  { "hold", 0, 0, G_OPTION_ARG_INT, &hold_s, "How long the last one talks", "SECONDS" },
  { "size", 0, 0, G_OPTION_ARG_STRING, &size_text, "Of the picture", "WxH" },
  { "codec", 0, 0, G_OPTION_ARG_STRING, &codec_text, "VP8, VP9 or H264", "NAME" },
  { "audio", 0, 0, G_OPTION_ARG_NONE, &is_audio_only, "Without video", NULL },
  { "rate", 0, 0, G_OPTION_ARG_INT, &rate_kbps, "Of the network, each way", "KBPS" },
  { "queue", 0, 0, G_OPTION_ARG_INT, &queue_ms, "What waits before that is dropped", "MS" },
  { "delay", 0, 0, G_OPTION_ARG_INT, &delay_ms, "Each way", "MS" },
  { "jitter", 0, 0, G_OPTION_ARG_INT, &jitter_ms, "Up to, on top of it", "MS" },
  { "loss", 0, 0, G_OPTION_ARG_INT, &loss_percent, "Each way", "PERCENT" },
  { "watch", 0, 0, G_OPTION_ARG_NONE, &is_watched, "Print a line each second of --hold", NULL },
  { NULL },
};

static int
compare (const void *a, const void *b)
{
  double difference = *(const double *) a - *(const double *) b;

  return (difference > 0) - (difference < 0);
}

static void
print_times (const char *name, double *times_ms, int n)
{
  qsort (times_ms, (gsize) n, sizeof *times_ms, compare);
  g_print ("%-28s median %6.1f ms   min %6.1f   max %6.1f\n", name, times_ms[n / 2], times_ms[0],
           times_ms[n - 1]);
}

static double
get_cpu_s (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double) usage.ru_utime.tv_sec + (double) usage.ru_stime.tv_sec +
         (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static long
get_pss_kib (void)
{
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/smaps_rollup", &text, NULL, NULL))
    return -1;
  line = strstr (text, "\nPss:");
  return line != NULL ? strtol (line + 5, NULL, 10) : -1;
}

static gboolean
is_over (gpointer user_data)
{
  return g_get_monotonic_time () >= *(gint64 *) user_data;
}

static void
wait_ms (int duration_ms)
{
  gint64 end_us = g_get_monotonic_time () + duration_ms * 1000;

  while (!is_over (&end_us)) {
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (500);
  }
}

static void
print_media (const char *name, const AloqaPeerMediaStats *stats)
{
  g_print ("  %s %s: %" G_GUINT64_FORMAT " packets out, %" G_GUINT64_FORMAT
           " in, lost %d out, %d in, "
           "%.0f kbit/s out, %.0f in, jitter %.1f ms, held back %u ms\n",
           name, stats->codec, stats->packets_sent, stats->packets_received,
           (int) stats->packets_lost_out, (int) stats->packets_lost_in, stats->out_kbps,
           stats->in_kbps, stats->jitter_ms, stats->jitter_buffer_ms);
}

static void
print_stats (AloqaPeer *peer)
{
  AloqaPeerStats stats;

  aloqa_peer_get_stats (peer, &stats);
  g_print ("round trip %.1f ms, %" G_GUINT64_FORMAT " frames encoded, %" G_GUINT64_FORMAT
           " decoded, %" G_GUINT64_FORMAT " dropped, %ux%u, %.1f frames/s, target %u kbit/s, "
           "estimated %u, pair %d/%d\n",
           stats.rtt_ms, stats.frames_encoded, stats.frames_decoded, stats.frames_dropped,
           stats.width_px, stats.height_px, stats.fps, stats.target_kbps, stats.estimated_kbps,
           (int) stats.local_kind, (int) stats.remote_kind);
  print_media ("audio", &stats.audio);
  print_media ("video", &stats.video);
}

static void
print_line (PeerPair *pair, int second)
{
  AloqaPeerStats sent;
  AloqaPeerStats received;

  aloqa_peer_get_stats (pair->caller.peer, &sent);
  aloqa_peer_get_stats (pair->callee.peer, &received);
  g_print ("%3d s: target %4u, sent %4.0f, received %4.0f kbit/s, %4.1f frames/s, lost %d video "
           "%d audio, %d dropped, held back %u/%u ms, round trip %.0f ms\n",
           second, sent.target_kbps, sent.video.out_kbps, received.video.in_kbps, received.fps,
           (int) received.video.packets_lost_in, (int) received.audio.packets_lost_in,
           (int) received.frames_dropped, received.audio.jitter_buffer_ms,
           received.video.jitter_buffer_ms, sent.rtt_ms);
}

static void
hold (PeerPair *pair)
{
  double cpu_s = get_cpu_s ();
  gint64 start_us = g_get_monotonic_time ();
  guint n_video = pair->callee.n_video;
  double elapsed_s;

  for (int i = 1; i <= hold_s; i++) {
    wait_ms (1000);
    if (is_watched)
      print_line (pair, i);
  }
  elapsed_s = (double) (g_get_monotonic_time () - start_us) / 1e6;
  g_print (
      "both sides and their source: %.3f of a core, %ld KiB PSS, %.1f frames/s at the callee\n",
      (get_cpu_s () - cpu_s) / elapsed_s, get_pss_kib (),
      (pair->callee.n_video - n_video) / elapsed_s);
  print_stats (pair->caller.peer);
  print_stats (pair->callee.peer);
}

static char *
through_proxy (char *sdp, gboolean is_offer, gpointer user_data)
{
  return udp_proxy_take_candidates (user_data,
                                    is_offer ? UDP_PROXY_FROM_CALLER : UDP_PROXY_FROM_CALLEE, sdp);
}

static UdpProxy *
put_network_between (PeerPair *pair)
{
  UdpProxy *proxy;

  if (rate_kbps + delay_ms + jitter_ms + loss_percent == 0)
    return NULL;
  proxy = udp_proxy_new ();
  udp_proxy_set_delay (proxy, (guint) delay_ms, (guint) jitter_ms);
  for (UdpProxySide side = UDP_PROXY_FROM_CALLER; side <= UDP_PROXY_FROM_CALLEE; side++) {
    udp_proxy_set_loss (proxy, side, (guint) loss_percent);
    udp_proxy_set_rate (proxy, side, (guint) rate_kbps, (guint) queue_ms);
  }
  pair->filter = through_proxy;
  pair->user_data = proxy;
  return proxy;
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  double *connected_ms;
  double *first_ms;

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  if (!g_option_context_parse (context, &argc, &argv, &error) || n_calls < 1 ||
      sscanf (size_text, "%dx%d", &width_px, &height_px) != 2) {
    g_printerr ("%s\n", error != NULL ? error->message : "what size?");
    return 2;
  }
  video_codec = strcmp (codec_text, "H264") == 0  ? ALOQA_VIDEO_CODEC_H264
                : strcmp (codec_text, "VP9") == 0 ? ALOQA_VIDEO_CODEC_VP9
                                                  : ALOQA_VIDEO_CODEC_VP8;
  connected_ms = g_new0 (double, n_calls);
  first_ms = g_new0 (double, n_calls);
  aloqa_media_warm_up ();
  wait_ms (1000);

  for (int i = 0; i < n_calls; i++) {
    AloqaPeerConfig caller = ALOQA_PEER_CONFIG_INIT;
    AloqaPeerConfig callee = ALOQA_PEER_CONFIG_INIT;
    PeerPair *pair;
    UdpProxy *proxy;

    caller.has_video = !is_audio_only;
    caller.video_codec = callee.video_codec = video_codec;
    callee.role = ALOQA_PEER_CALLEE;
    pair = peer_pair_new (&caller, &callee);
    proxy = put_network_between (pair);
    aloqa_peer_prepare (pair->caller.peer);
    aloqa_peer_prepare (pair->callee.peer);
    aloqa_peer_set_feeds (pair->caller.peer, pair->caller.audio, pair->caller.video);
    peer_pair_start_source (pair, (guint) width_px, (guint) height_px);
    wait_ms (300);
    peer_pair_connect (pair);
    peer_pair_wait_connected (pair);
    peer_pair_wait_media (pair, 5, is_audio_only ? 0 : 5);
    connected_ms[i] = (double) (pair->callee.connected_us - pair->start_us) / 1000;
    first_ms[i] = (double) (pair->callee.first_video_us - pair->start_us) / 1000;
    if (i == n_calls - 1 && hold_s > 0) {
      hold (pair);
    }
    peer_pair_free (pair);
    g_clear_pointer (&proxy, udp_proxy_free);
  }
  print_times ("offer → connected", connected_ms, n_calls);
  if (!is_audio_only)
    print_times ("offer → first picture", first_ms, n_calls);
  g_free (connected_ms);
  g_free (first_ms);
  return 0;
}
