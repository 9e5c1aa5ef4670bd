/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/peer-pair.h"

#include "media/media.h"
#include "media/peer-engine-private.h"
#include "media/peer-private.h"
#include "support/support.h"

/* --- What a peer tells ----------------------------------------------------------------------- */

static void
count_audio (GstSample *sample, gpointer user_data)
{
  g_atomic_int_inc (&((PeerSide *) user_data)->n_audio);
}

static void
count_video (GstSample *sample, gpointer user_data)
{
  PeerSide *side = user_data;

  if (side->first_video_us == 0)
    side->first_video_us = g_get_monotonic_time ();
  g_atomic_int_inc (&side->n_video);
}

static void
local_candidate_cb (AloqaPeer *peer, AloqaCandidate *candidate, gpointer user_data)
{
  PeerSide *side = user_data;
  PeerSide *other = side == &side->pair->caller ? &side->pair->callee : &side->pair->caller;

  side->n_candidates++;
  aloqa_peer_add_candidate (other->peer, candidate);
}

static void
set_flag (AloqaPeer *peer, gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

static void
connected_cb (AloqaPeer *peer, gpointer user_data)
{
  PeerSide *side = user_data;

  side->is_connected = TRUE;
  side->connected_us = g_get_monotonic_time ();
}

static void
video_size_cb (AloqaPeer *peer, guint width_px, guint height_px, gpointer user_data)
{
  PeerSide *side = user_data;

  side->width_px = width_px;
  side->height_px = height_px;
}

static void
failed_cb (AloqaPeer *peer, GError *error, gpointer user_data)
{
  PeerSide *side = user_data;

  g_assert_null (side->failure);
  side->failure = g_error_copy (error);
}

static void
init_side (PeerSide *side, PeerPair *pair, const AloqaPeerConfig *config)
{
  side->pair = pair;
  side->peer = aloqa_peer_new (config);
  side->audio = aloqa_feed_new ();
  side->video = aloqa_feed_new ();
  g_signal_connect (side->peer, "local-candidate", G_CALLBACK (local_candidate_cb), side);
  g_signal_connect (side->peer, "gathering-complete", G_CALLBACK (set_flag), &side->is_gathered);
  g_signal_connect (side->peer, "connected", G_CALLBACK (connected_cb), side);
  g_signal_connect (side->peer, "first-audio", G_CALLBACK (set_flag), &side->has_first_audio);
  g_signal_connect (side->peer, "first-video-frame", G_CALLBACK (set_flag), &side->has_first_video);
  g_signal_connect (side->peer, "video-size", G_CALLBACK (video_size_cb), side);
  g_signal_connect (side->peer, "media-silent", G_CALLBACK (set_flag), &side->is_silent);
  g_signal_connect (side->peer, "media-dead", G_CALLBACK (set_flag), &side->is_dead);
  g_signal_connect (side->peer, "failed", G_CALLBACK (failed_cb), side);
  side->audio_listener =
      aloqa_feed_add_listener (aloqa_peer_get_remote_audio (side->peer), count_audio, side);
  side->video_listener =
      aloqa_feed_add_listener (aloqa_peer_get_remote_video (side->peer), count_video, side);
}

/**
 * peer_pair_new:
 *
 * Returns: two peers that have done nothing yet
 */
PeerPair *
peer_pair_new (const AloqaPeerConfig *caller, const AloqaPeerConfig *callee)
{
  PeerPair *self = g_new0 (PeerPair, 1);

  init_side (&self->caller, self, caller);
  init_side (&self->callee, self, callee);
  return self;
}

void
peer_pair_start_source (PeerPair *self, guint width_px, guint height_px)
{
  AloqaFeed *const audio[] = { self->caller.audio, self->callee.audio };
  AloqaFeed *const video[] = { self->caller.video, self->callee.video };

  self->source = peer_source_start (audio, video, width_px, height_px);
}

void
peer_pair_set_size (PeerPair *self, guint width_px, guint height_px)
{
  peer_source_set_size (self->source, width_px, height_px);
}

/* --- Offer and answer ------------------------------------------------------------------------ */

static void
answer_applied_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  PeerPair *self = user_data;

  aloqa_peer_apply_answer_finish (ALOQA_PEER (object), result,
                                  self->error == NULL ? &self->error : NULL);
}

/* Done by itself unless is_callee_shut. */
void
peer_pair_apply_answer (PeerPair *self)
{
  aloqa_peer_apply_answer_async (self->caller.peer, self->answer, NULL, answer_applied_cb, self);
}

static char *
through_proxy (char *sdp, gboolean is_offer, gpointer proxy)
{
  return udp_proxy_take_candidates (proxy, is_offer ? UDP_PROXY_FROM_CALLER : UDP_PROXY_FROM_CALLEE,
                                    sdp);
}

/**
 * peer_pair_set_proxy:
 * @proxy: through which all goes between the two; must stay
 *
 * To be called before they are connected.
 */
void
peer_pair_set_proxy (PeerPair *self, UdpProxy *proxy)
{
  self->filter = through_proxy;
  self->user_data = proxy;
}

static char *
filter (PeerPair *self, char *sdp, gboolean is_offer)
{
  return self->filter != NULL ? self->filter (sdp, is_offer, self->user_data) : sdp;
}

static void
offer_accepted_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  PeerPair *self = user_data;
  char *answer = aloqa_peer_accept_offer_finish (ALOQA_PEER (object), result,
                                                 self->error == NULL ? &self->error : NULL);

  if (answer == NULL)
    return;
  self->answer = filter (self, answer, FALSE);
  if (!self->is_callee_shut)
    peer_pair_apply_answer (self);
}

static void
offer_created_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  PeerPair *self = user_data;
  char *offer = aloqa_peer_create_offer_finish (ALOQA_PEER (object), result,
                                                self->error == NULL ? &self->error : NULL);

  if (offer == NULL)
    return;
  self->offer = filter (self, offer, TRUE);
  aloqa_peer_accept_offer_async (self->callee.peer, self->offer, NULL, offer_accepted_cb, self);
}

/**
 * peer_pair_connect:
 *
 * The new protocol from accept on: both are prepared and have their feeds; offer, answer.
 */
void
peer_pair_connect (PeerPair *self)
{
  self->start_us = g_get_monotonic_time ();
  aloqa_peer_set_feeds (self->caller.peer, self->caller.audio, self->caller.video);
  aloqa_peer_set_feeds (self->callee.peer, self->callee.audio, self->callee.video);
  if (!self->is_callee_shut)
    aloqa_peer_open (self->callee.peer);
  aloqa_peer_create_offer_async (self->caller.peer, NULL, offer_created_cb, self);
}

static gboolean
both_connected (gpointer user_data)
{
  PeerPair *self = user_data;

  g_assert_no_error (self->error);
  g_assert_no_error (self->caller.failure);
  g_assert_no_error (self->callee.failure);
  return self->caller.is_connected && self->callee.is_connected;
}

void
peer_pair_wait_connected (PeerPair *self)
{
  aloqa_test_wait_until (both_connected, self);
}

typedef struct {
  PeerPair *pair;
  guint n_audio;
  guint n_video;
} MediaWait;

static gboolean
has_media (PeerSide *side, MediaWait *wait)
{
  g_assert_no_error (side->failure);
  return (guint) g_atomic_int_get (&side->n_audio) >= wait->n_audio &&
         (guint) g_atomic_int_get (&side->n_video) >= wait->n_video;
}

static gboolean
both_have_media (gpointer user_data)
{
  MediaWait *wait = user_data;

  return has_media (&wait->pair->caller, wait) && has_media (&wait->pair->callee, wait);
}

/* Until so many more blocks of sound and pictures have come out on each side. */
void
peer_pair_wait_media (PeerPair *self, guint n_audio, guint n_video)
{
  MediaWait wait = { self, n_audio, n_video };

  g_atomic_int_set (&self->caller.n_audio, 0);
  g_atomic_int_set (&self->caller.n_video, 0);
  g_atomic_int_set (&self->callee.n_audio, 0);
  g_atomic_int_set (&self->callee.n_video, 0);
  aloqa_test_wait_until (both_have_media, &wait);
}

/* --- The end --------------------------------------------------------------------------------- */

static void
closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  aloqa_peer_close_finish (ALOQA_PEER (object), result, &error);
  g_assert_no_error (error);
  ++*(guint *) user_data;
}

static gboolean
both_closed (gpointer user_data)
{
  return *(guint *) user_data == 2;
}

static void
clear_side (PeerSide *side)
{
  aloqa_feed_remove_listener (aloqa_peer_get_remote_audio (side->peer), &side->audio_listener);
  aloqa_feed_remove_listener (aloqa_peer_get_remote_video (side->peer), &side->video_listener);
  g_assert_finalize_object (side->peer);
  g_assert_finalize_object (side->audio);
  g_assert_finalize_object (side->video);
  g_clear_error (&side->failure);
}

static void
check_report_interval (AloqaPeer *peer, guint interval_ms)
{
  g_autoptr (GObject) session = NULL;
  guint64 feedback_ns;
  guint64 report_ns;

  g_signal_emit_by_name (peer->engine->rtpbin, "get-internal-session", 0, &session);
  g_object_get (session, "twcc-feedback-interval", &feedback_ns, "rtcp-min-interval", &report_ns,
                NULL);
  g_assert_cmpuint (feedback_ns / GST_MSECOND, ==, interval_ms);
  g_assert_cmpuint (report_ns / GST_MSECOND, ==, interval_ms);
}

/* What comes regularly has to be due as often as what comes early: it would never be sent. */
void
peer_pair_check_report_interval (PeerPair *self, guint interval_ms)
{
  check_report_interval (self->caller.peer, interval_ms);
  check_report_interval (self->callee.peer, interval_ms);
}

typedef struct {
  AloqaPeer *peer;
  AloqaPeerReceiver *receiver;
  gboolean is_there;
  guint64 ntp; /* in seconds, times 2 to the 32nd */
  guint32 rtp;
  guint64 not_before; /* as ntp */
} SenderReport;

static gboolean
has_sender_report (gpointer user_data)
{
  SenderReport *self = user_data;
  g_autoptr (GObject) session = NULL;
  g_autoptr (GObject) source = NULL;
  g_autoptr (GstStructure) stats = NULL;

  g_signal_emit_by_name (self->peer->engine->rtpbin, "get-internal-session", 0, &session);
  g_signal_emit_by_name (session, "get-source-by-ssrc",
                         aloqa_peer_receiver_get_counts (self->receiver).ssrc, &source);
  if (source == NULL)
    return FALSE;
  g_object_get (source, "stats", &stats, NULL);
  gst_structure_get (stats, "have-sr", G_TYPE_BOOLEAN, &self->is_there, "sr-ntptime", G_TYPE_UINT64,
                     &self->ntp, "sr-rtptime", G_TYPE_UINT, &self->rtp, NULL);
  return self->is_there && self->ntp >= self->not_before;
}

static void
check_report_stamps (AloqaPeer *peer, AloqaPeerReceiver *receiver, guint rate_hz)
{
  SenderReport first = { peer, receiver };
  SenderReport second;
  double seconds;

  aloqa_test_wait_until (has_sender_report, &first);
  second = first;
  second.not_before = first.ntp + (G_GUINT64_CONSTANT (1) << 31);
  aloqa_test_wait_until (has_sender_report, &second);
  seconds = (double) (second.ntp - first.ntp) / (G_GUINT64_CONSTANT (1) << 32);
  /* Two clocks, and frames that are not stamped quite evenly. */
  g_assert_cmpfloat_with_epsilon ((double) (guint32) (second.rtp - first.rtp) / rate_hz, seconds,
                                  seconds / 4);
}

/* The stamps that sender reports tell of go on as time does: sound and pictures are joined by them. */
void
peer_pair_check_report_stamps (PeerPair *self)
{
  AloqaPeerEngine *engine = self->callee.peer->engine;

  check_report_stamps (self->callee.peer, engine->audio_receiver, 48000);
  check_report_stamps (self->callee.peer, engine->video_receiver, 90000);
}

/**
 * peer_pair_free:
 *
 * Closes both in order, and sees that nothing is left of them.
 */
void
peer_pair_free (PeerPair *self)
{
  guint n_closed = 0;

  aloqa_peer_close_async (self->caller.peer, closed_cb, &n_closed);
  aloqa_peer_close_async (self->callee.peer, closed_cb, &n_closed);
  aloqa_test_wait_until (both_closed, &n_closed);
  g_clear_pointer (&self->source, peer_source_stop);
  aloqa_test_drain ();
  clear_side (&self->caller);
  clear_side (&self->callee);
  g_free (self->offer);
  g_free (self->answer);
  g_clear_error (&self->error);
  g_free (self);
}
