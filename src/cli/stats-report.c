/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/stats-report.h"

#include "cli/report.h"

#include <math.h>

/* Two decimals are finer than anything measured here. */
static void
set_number (JsonObject *object, const char *name, double value)
{
  json_object_set_double_member (object, name, round (value * 100) / 100);
}

static JsonObject *
describe_media (const AloqaPeerMediaStats *stats)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "codec", stats->codec != NULL ? stats->codec : "");
  json_object_set_int_member (object, "packets_out", (gint64) stats->packets_sent);
  json_object_set_int_member (object, "packets_in", (gint64) stats->packets_received);
  json_object_set_int_member (object, "lost_out", stats->packets_lost_out);
  json_object_set_int_member (object, "lost_in", stats->packets_lost_in);
  set_number (object, "out_kbps", stats->out_kbps);
  set_number (object, "in_kbps", stats->in_kbps);
  set_number (object, "jitter_ms", stats->jitter_ms);
  json_object_set_int_member (object, "jitter_buffer_ms", stats->jitter_buffer_ms);
  return object;
}

static void
set_totals (JsonObject *object, const AloqaPeerStats *stats)
{
  const AloqaPeerMediaStats *audio = &stats->audio, *video = &stats->video;

  if (stats->rtt_ms >= 0)
    set_number (object, "rtt_ms", stats->rtt_ms);
  set_number (object, "jitter_ms", MAX (audio->jitter_ms, video->jitter_ms));
  json_object_set_int_member (object, "packets_out",
                              (gint64) (audio->packets_sent + video->packets_sent));
  json_object_set_int_member (object, "packets_in",
                              (gint64) (audio->packets_received + video->packets_received));
  json_object_set_int_member (object, "lost_out",
                              audio->packets_lost_out + video->packets_lost_out);
  json_object_set_int_member (object, "lost_in", audio->packets_lost_in + video->packets_lost_in);
  json_object_set_int_member (object, "target_kbps", stats->target_kbps);
  json_object_set_int_member (object, "jitter_buffer_ms",
                              MAX (audio->jitter_buffer_ms, video->jitter_buffer_ms));
}

/* How the media travel, once that is known. */
static void
set_path (JsonObject *object, const AloqaPeerStats *stats)
{
  static const char *const kinds[] = {
    [ALOQA_CANDIDATE_HOST] = "host",
    [ALOQA_CANDIDATE_SERVER_REFLEXIVE] = "srflx",
    [ALOQA_CANDIDATE_PEER_REFLEXIVE] = "prflx",
    [ALOQA_CANDIDATE_RELAY] = "relay",
  };

  if (!stats->has_pair)
    return;
  json_object_set_string_member (object, "local_candidate", kinds[stats->local_kind]);
  json_object_set_string_member (object, "remote_candidate", kinds[stats->remote_kind]);
}

static void
set_picture (JsonObject *object, const AloqaCallStats *stats)
{
  json_object_set_int_member (object, "frames_decoded", (gint64) stats->peer.frames_decoded);
  json_object_set_int_member (object, "frames_dropped", (gint64) stats->peer.frames_dropped);
  json_object_set_int_member (object, "width", stats->video.width_px);
  json_object_set_int_member (object, "height", stats->video.height_px);
  set_number (object, "fps", stats->video.fps);
  json_object_set_string_member (object, "codec",
                                 stats->peer.video.codec != NULL ? stats->peer.video.codec : "");
  set_number (object, "longest_picture_gap_ms", (double) stats->video.longest_gap_us / 1000);
  if (stats->video.n_latencies > 0) {
    set_number (object, "latency_ms_p50", stats->video.latency_ms_p50);
    set_number (object, "latency_ms_p95", stats->video.latency_ms_p95);
  }
}

/**
 * aloqa_report_stats:
 *
 * Prints the event "stats": what came and went since the one before.
 */
void
aloqa_report_stats (AloqaCallMedia *media)
{
  JsonObject *object = json_object_new ();
  g_autoptr (GString) times = g_string_new (NULL);
  AloqaCallStats stats;

  aloqa_call_media_take_stats (media, &stats);
  set_totals (object, &stats.peer);
  set_path (object, &stats.peer);
  set_picture (object, &stats);
  set_number (object, "audio_level_db", stats.audio.level_db);
  set_number (object, "longest_sound_gap_ms", (double) stats.audio.longest_gap_us / 1000);
  json_object_set_object_member (object, "audio", describe_media (&stats.peer.audio));
  json_object_set_object_member (object, "video", describe_media (&stats.peer.video));

  if (stats.peer.rtt_ms >= 0)
    g_string_append_printf (times, ", round trip %.1f ms", stats.peer.rtt_ms);
  if (stats.video.n_latencies > 0)
    g_string_append_printf (times, ", latency %.0f ms", stats.video.latency_ms_p50);
  aloqa_report_event ("stats", object, "%ux%u, %.0f frames/s, sound %.0f dB%s",
                      stats.video.width_px, stats.video.height_px, stats.video.fps,
                      stats.audio.level_db, times->str);
}
