/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/peer-private.h"

#define TICK_MS 250
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

static gboolean
tick_cb (gpointer user_data)
{
  AloqaPeer *self = user_data;

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
    if (!self->is_secure)
      aloqa_peer_emit (self, SIGNAL_CONNECTING);
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
