/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/peer-private.h"

#define TICK_MS 250
#define RATES_INTERVAL_US G_USEC_PER_SEC
/* Noticing the gap, and the packet's way after the request's; for want of a measured round trip. */
#define RESEND_ALLOWANCE_MS 20
#define DEFAULT_RTT_MS 100
/* How long after the last new candidate a failed search for a path is believed. */
#define NO_PATH_GRACE_US (5 * G_USEC_PER_SEC)

static void
watch_media (AloqaPeer *self)
{
  AloqaWatchdogState old = self->watchdog.state;
  guint64 bytes = aloqa_peer_engine_get_bytes_in (self->engine);

  if (!aloqa_watchdog_update (&self->watchdog, bytes, g_get_monotonic_time ()))
    return;

  g_debug ("peer %p: incoming media %d → %d", (void *) self, (int) old, (int) self->watchdog.state);
  switch (self->watchdog.state) {
  case ALOQA_WATCHDOG_ALIVE:
    aloqa_peer_emit (self, SIGNAL_MEDIA_RESUMED);
    break;
  case ALOQA_WATCHDOG_SILENT:
    aloqa_peer_emit (self, SIGNAL_MEDIA_SILENT);
    break;
  case ALOQA_WATCHDOG_DEAD:
    aloqa_peer_emit (self, SIGNAL_MEDIA_DEAD);
    break;
  }
}

/* How long a lost video packet takes to be there after all; 0 where it cannot be asked for. */
static double
get_resend_ms (AloqaPeer *self, const AloqaPeerStats *stats)
{
  if (self->video_track.rtx_payload_type < 0)
    return 0;
  return (stats->rtt_ms >= 0 ? stats->rtt_ms : DEFAULT_RTT_MS) * 1.2 + RESEND_ALLOWANCE_MS;
}

static gboolean
tick_cb (gpointer user_data)
{
  AloqaPeer *self = user_data;
  gint64 now_us = g_get_monotonic_time ();
  AloqaPeerStats stats;

  aloqa_peer_engine_read_stats (self->engine, &stats);
  if (now_us - self->rates.read_us >= RATES_INTERVAL_US - TICK_MS * 500)
    aloqa_peer_rates_update (&self->rates, &stats, now_us);
  aloqa_peer_engine_update_playout (self->engine, get_resend_ms (self, &stats), &stats, now_us);
  aloqa_peer_engine_set_loss (self->engine, stats.audio.loss_out_percent);
  watch_media (self);
  return G_SOURCE_CONTINUE;
}

static void
start (AloqaPeer *self)
{
  self->is_secure = TRUE;
  g_clear_handle_id (&self->no_path_id, g_source_remove);
  aloqa_watchdog_start (&self->watchdog, aloqa_peer_engine_get_bytes_in (self->engine),
                        g_get_monotonic_time ());
  self->rates.read_us = g_get_monotonic_time ();
  self->monitor_id = g_timeout_add (TICK_MS, tick_cb, self);
  aloqa_peer_emit (self, SIGNAL_CONNECTED);
}

static void
no_path_cb (gpointer user_data)
{
  AloqaPeer *self = user_data;

  self->no_path_id = 0;
  aloqa_peer_fail (
      self,
      g_error_new (ALOQA_PEER_ERROR, ALOQA_PEER_ERROR_NO_PATH,
                   "No way through the network to the other side was found: a firewall may be "
                   "in between; a TURN server in the settings helps"));
}

/* libnice gives up where it has nothing more to try, and goes on when a candidate comes: as long as
 * some may be under way it is not the end. After the connection the watchdog knows better. */
static void
doubt_path (AloqaPeer *self)
{
  gint64 rest_us = self->last_candidate_us + NO_PATH_GRACE_US - g_get_monotonic_time ();

  if (self->is_secure || self->no_path_id != 0)
    return;
  self->no_path_id = g_timeout_add_once ((guint) (MAX (rest_us, 0) / 1000), no_path_cb, self);
}

void
aloqa_peer_monitor_close (AloqaPeer *self)
{
  g_clear_handle_id (&self->monitor_id, g_source_remove);
  g_clear_handle_id (&self->no_path_id, g_source_remove);
}

/**
 * aloqa_peer_monitor_handle:
 *
 * Returns: whether @event was for here
 */
gboolean
aloqa_peer_monitor_handle (AloqaPeer *self, AloqaPeerEvent *event)
{
  switch (event->type) {
  case ALOQA_PEER_EVENT_CHECKING:
    g_clear_handle_id (&self->no_path_id, g_source_remove);
    return TRUE;
  case ALOQA_PEER_EVENT_NO_PATH:
    doubt_path (self);
    return TRUE;
  case ALOQA_PEER_EVENT_SECURE:
    start (self);
    return TRUE;
  case ALOQA_PEER_EVENT_IMPOSTOR:
    aloqa_peer_fail (self, g_error_new (ALOQA_PEER_ERROR, ALOQA_PEER_ERROR_FINGERPRINT,
                                        "The other side's certificate is not the one that was "
                                        "announced: somebody may be listening in. Nothing was "
                                        "sent or played"));
    return TRUE;
  case ALOQA_PEER_EVENT_DTLS_FAILED:
    aloqa_peer_fail (self, g_error_new (ALOQA_PEER_ERROR, ALOQA_PEER_ERROR_DTLS,
                                        "The encryption could not be agreed with the other side"));
    return TRUE;
  case ALOQA_PEER_EVENT_FIRST_AUDIO:
    aloqa_peer_emit (self, SIGNAL_FIRST_AUDIO);
    return TRUE;
  case ALOQA_PEER_EVENT_VIDEO:
    if (event->is_first)
      aloqa_peer_emit (self, SIGNAL_FIRST_VIDEO_FRAME);
    aloqa_peer_emit (self, SIGNAL_VIDEO_SIZE, event->width_px, event->height_px);
    return TRUE;
  case ALOQA_PEER_EVENT_ERROR:
    aloqa_peer_fail (self, g_steal_pointer (&event->error));
    return TRUE;
  default:
    return FALSE;
  }
}

/**
 * aloqa_peer_get_stats:
 * @stats: (out): all zero before the connection and after the end
 */
void
aloqa_peer_get_stats (AloqaPeer *self, AloqaPeerStats *stats)
{
  g_return_if_fail (ALOQA_IS_PEER (self));
  g_return_if_fail (stats != NULL);

  *stats = (AloqaPeerStats){ .rtt_ms = -1, .audio.jitter_ms = -1, .video.jitter_ms = -1 };
  if (self->engine == NULL || !self->is_secure)
    return;
  aloqa_peer_engine_read_stats (self->engine, stats);
  aloqa_peer_engine_read_pair (self->engine, stats);
  aloqa_peer_rates_fill (&self->rates, stats);
}
