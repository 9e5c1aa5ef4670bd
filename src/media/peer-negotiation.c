/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/peer-private.h"

#include <string.h>

#include "media/sdp-local.h"

/* The machine's own addresses come within a millisecond of each other; a description that has them
 * saves the other side a message each. Servers' answers take their time and follow as candidates. */
#define SETTLE_MS 3
#define MAX_SETTLE_MS 20
/* A server that does not answer is not waited for: gathering may never say that it is done. */
#define MAX_GATHERING_MS 5000

static void
finish_task (AloqaPeer *self, char *text, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  if (error != NULL)
    g_task_return_error (task, error);
  else if (text != NULL)
    g_task_return_pointer (task, text, g_free);
  else
    g_task_return_boolean (task, TRUE);
}

/* One operation at a time; what stands against it is told through it. */
static gboolean
begin_task (AloqaPeer *self, GCancellable *cancellable, GAsyncReadyCallback callback,
            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GError) error = NULL;

  if (self->is_closed || self->task != NULL || self->failure != NULL) {
    g_task_return_error (task, self->failure != NULL
                                   ? g_error_copy (self->failure)
                                   : g_error_new (ALOQA_PEER_ERROR, ALOQA_PEER_ERROR_CLOSED,
                                                  "The call leg is closed"));
    return FALSE;
  }

  self->task = g_steal_pointer (&task);
  if (!aloqa_peer_ensure_engine (self, &error)) {
    finish_task (self, NULL, g_steal_pointer (&error));
    return FALSE;
  }
  return TRUE;
}

/* --- Our own description --------------------------------------------------------------------- */

static void
hand_out (AloqaPeer *self)
{
  gboolean is_answer = self->config.role == ALOQA_PEER_CALLEE;
  char *text;

  if (self->task == NULL || self->local_text == NULL || !self->is_settled || self->is_handed_out)
    return;

  g_clear_handle_id (&self->settle_id, g_source_remove);
  text = aloqa_sdp_local_finish (self->local_text, self->stream_id, &self->audio_track,
                                 &self->video_track, self->local_candidates, self->is_gathered,
                                 is_answer ? self->remote : NULL);
  self->is_handed_out = TRUE;
  finish_task (self, text, NULL);
  /* webrtcbin has both descriptions now: candidates of the other side may be applied. */
  if (is_answer) {
    self->is_remote_applied = TRUE;
    aloqa_peer_candidates_flush (self);
  }
  if (self->is_gathered)
    aloqa_peer_emit (self, SIGNAL_GATHERING_COMPLETE);
}

static void
settled_cb (gpointer user_data)
{
  AloqaPeer *self = user_data;

  self->settle_id = 0;
  self->is_settled = TRUE;
  hand_out (self);
}

static void
settle_in (AloqaPeer *self, guint delay_ms)
{
  g_clear_handle_id (&self->settle_id, g_source_remove);
  if (!self->is_settled)
    self->settle_id = g_timeout_add_once (delay_ms, settled_cb, self);
}

static void
set_gathered (AloqaPeer *self)
{
  g_clear_handle_id (&self->gathering_id, g_source_remove);
  if (self->is_gathered)
    return;

  self->is_gathered = TRUE;
  self->is_settled = TRUE;
  if (self->is_handed_out)
    aloqa_peer_emit (self, SIGNAL_GATHERING_COMPLETE);
  else
    hand_out (self);
}

static void
gathering_late_cb (gpointer user_data)
{
  AloqaPeer *self = user_data;

  self->gathering_id = 0;
  g_debug ("peer %p: gathering takes too long, going on without", (void *) self);
  set_gathered (self);
}

/* Our candidates are of the first m-line that is used: where it stands, and what it is called. */
static void
find_local_place (AloqaPeer *self)
{
  const char *mid = strstr (self->local_text, "\r\na=mid:");
  guint index = 0;

  if (mid != NULL) {
    mid += strlen ("\r\na=mid:");
    self->local_mid = g_strndup (mid, strcspn (mid, "\r\n"));
  }
  if (self->remote != NULL && g_ptr_array_find (self->remote->refused, NULL, &index))
    self->local_index = (int) index;
}

static void
take_local_description (AloqaPeer *self, AloqaPeerEvent *event)
{
  self->local_text = g_steal_pointer (&event->text);
  find_local_place (self);
  self->gathering_id = g_timeout_add_once (MAX_GATHERING_MS, gathering_late_cb, self);
  if (self->local_candidates->len == 0)
    settle_in (self, MAX_SETTLE_MS);
  hand_out (self);
}

static void
take_local_candidate (AloqaPeer *self, const char *line)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaCandidate) candidate = NULL;

  candidate = aloqa_candidate_new (line, self->local_mid, self->local_index, NULL, &error);
  if (candidate == NULL || candidate->component != 1) {
    g_debug ("peer %p: an own candidate is left out: %s", (void *) self,
             error != NULL ? error->message : "for RTCP");
    return;
  }
  if (self->is_handed_out) {
    aloqa_peer_emit (self, SIGNAL_LOCAL_CANDIDATE, candidate);
    return;
  }
  g_ptr_array_add (self->local_candidates, g_steal_pointer (&candidate));
  settle_in (self, SETTLE_MS);
}

/* --- Tracks ---------------------------------------------------------------------------------- */

static AloqaSdpTrack
offer_track (const AloqaCodec *codec)
{
  AloqaSdpTrack track = { .codec = codec,
                          .payload_type = codec->payload_type,
                          .rtx_payload_type = -1,
                          .twcc_extension_id = 3,
                          .fmtp = codec->fmtp };

  if (codec->kind == ALOQA_SDP_VIDEO)
    track.rtx_payload_type = codec->payload_type + 1;
  return track;
}

static gboolean
add_tracks (AloqaPeer *self, GError **error)
{
  if (!aloqa_peer_engine_add_tracks (self->engine, &self->audio_track, &self->video_track,
                                     self->stream_id, error))
    return FALSE;
  self->has_tracks = TRUE;
  aloqa_peer_engine_set_feeds (self->engine, self->audio, self->video);
  aloqa_peer_engine_set_content (self->engine, self->content);
  return TRUE;
}

/**
 * aloqa_peer_negotiation_prepare:
 *
 * A caller's offer is made, and its candidates are gathered, before anybody asks for them.
 */
void
aloqa_peer_negotiation_prepare (AloqaPeer *self)
{
  g_autoptr (GError) error = NULL;

  if (self->config.role != ALOQA_PEER_CALLER || self->has_tracks)
    return;

  self->audio_track = offer_track (aloqa_codec_get_audio ());
  if (self->config.has_video)
    self->video_track = offer_track (aloqa_codec_get_video (self->config.video_codec));
  if (add_tracks (self, &error))
    aloqa_peer_engine_create_offer (self->engine);
  else
    aloqa_peer_fail (self, g_steal_pointer (&error));
}

void
aloqa_peer_negotiation_close (AloqaPeer *self)
{
  g_clear_handle_id (&self->settle_id, g_source_remove);
  g_clear_handle_id (&self->gathering_id, g_source_remove);
  if (self->task != NULL)
    finish_task (
        self, NULL,
        g_error_new (ALOQA_PEER_ERROR, ALOQA_PEER_ERROR_CLOSED, "The call leg was closed"));
}

/**
 * aloqa_peer_negotiation_handle:
 *
 * Returns: whether @event was for here
 */
gboolean
aloqa_peer_negotiation_handle (AloqaPeer *self, AloqaPeerEvent *event)
{
  switch (event->type) {
  case ALOQA_PEER_EVENT_LOCAL_DESCRIPTION:
    take_local_description (self, event);
    return TRUE;
  case ALOQA_PEER_EVENT_CANDIDATE:
    take_local_candidate (self, event->text);
    return TRUE;
  case ALOQA_PEER_EVENT_GATHERED:
    set_gathered (self);
    return TRUE;
  case ALOQA_PEER_EVENT_REMOTE_APPLIED:
    self->is_remote_applied = TRUE;
    if (self->task != NULL)
      finish_task (self, NULL, NULL);
    aloqa_peer_candidates_flush (self);
    return TRUE;
  case ALOQA_PEER_EVENT_REFUSED:
    aloqa_peer_fail (self, g_steal_pointer (&event->error));
    return TRUE;
  default:
    return FALSE;
  }
}

/* --- Public ---------------------------------------------------------------------------------- */

/**
 * aloqa_peer_create_offer_async:
 *
 * A caller's offer, with the candidates gathered so far: at once where aloqa_peer_prepare() was
 * called a moment before.
 */
void
aloqa_peer_create_offer_async (AloqaPeer *self, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (ALOQA_IS_PEER (self));
  g_return_if_fail (self->config.role == ALOQA_PEER_CALLER && !self->is_handed_out);

  if (begin_task (self, cancellable, callback, user_data))
    hand_out (self);
}

/**
 * aloqa_peer_create_offer_finish:
 *
 * Returns: (transfer full): SDP to send; or NULL with ALOQA_PEER_ERROR_MISSING, MEDIA or CLOSED
 */
char *
aloqa_peer_create_offer_finish (AloqaPeer *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
accept_offer (AloqaPeer *self, const char *sdp, GError **error)
{
  const AloqaCodec *preferred = aloqa_codec_get_video (self->config.video_codec);

  self->remote = aloqa_sdp_remote_new_offer (sdp, preferred, error);
  if (self->remote == NULL)
    return FALSE;

  self->audio_track = self->remote->audio;
  self->video_track = self->remote->video;
  aloqa_peer_engine_expect (self->engine, self->remote->fingerprint_hash,
                            self->remote->fingerprint_value);
  if (!add_tracks (self, error))
    return FALSE;
  for (guint i = 0; i < self->remote->candidates->len; i++)
    aloqa_peer_add_candidate (self, g_ptr_array_index (self->remote->candidates, i));
  aloqa_peer_engine_answer (self->engine, self->remote->text);
  return TRUE;
}

/**
 * aloqa_peer_accept_offer_async:
 * @sdp: the other side's offer, of any shape
 *
 * A callee's answer, with the candidates gathered so far. Before aloqa_peer_open() it is made all
 * the same, and nothing is sent.
 */
void
aloqa_peer_accept_offer_async (AloqaPeer *self, const char *sdp, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (ALOQA_IS_PEER (self));
  g_return_if_fail (sdp != NULL);
  g_return_if_fail (self->config.role == ALOQA_PEER_CALLEE && self->remote == NULL);

  if (begin_task (self, cancellable, callback, user_data) && !accept_offer (self, sdp, &error))
    finish_task (self, NULL, g_steal_pointer (&error));
}

/**
 * aloqa_peer_accept_offer_finish:
 *
 * Returns: (transfer full): SDP to send; or NULL with ALOQA_PEER_ERROR_BAD_SDP, NO_CODEC, MISSING,
 *   MEDIA or CLOSED
 */
char *
aloqa_peer_accept_offer_finish (AloqaPeer *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
apply_answer (AloqaPeer *self, const char *sdp, GError **error)
{
  self->remote = aloqa_sdp_remote_new_answer (sdp, &self->audio_track, &self->video_track, error);
  if (self->remote == NULL)
    return FALSE;

  self->audio_track = self->remote->audio;
  self->video_track = self->remote->video;
  aloqa_peer_engine_expect (self->engine, self->remote->fingerprint_hash,
                            self->remote->fingerprint_value);
  for (guint i = 0; i < self->remote->candidates->len; i++)
    aloqa_peer_add_candidate (self, g_ptr_array_index (self->remote->candidates, i));
  aloqa_peer_engine_apply_answer (self->engine, self->remote->text);
  return TRUE;
}

/**
 * aloqa_peer_apply_answer_async:
 * @sdp: the other side's answer to what aloqa_peer_create_offer_finish() returned, of any shape
 *
 * The checks begin with it.
 */
void
aloqa_peer_apply_answer_async (AloqaPeer *self, const char *sdp, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (ALOQA_IS_PEER (self));
  g_return_if_fail (sdp != NULL);
  g_return_if_fail (self->is_handed_out && self->remote == NULL);

  if (begin_task (self, cancellable, callback, user_data) && !apply_answer (self, sdp, &error))
    finish_task (self, NULL, g_steal_pointer (&error));
}

/**
 * aloqa_peer_apply_answer_finish:
 *
 * Returns: TRUE, or FALSE with ALOQA_PEER_ERROR_BAD_SDP, NO_CODEC or CLOSED
 */
gboolean
aloqa_peer_apply_answer_finish (AloqaPeer *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
