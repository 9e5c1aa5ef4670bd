/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/peer-engine-private.h"

/*
 * webrtcbin answers through promises on a thread of its own; the steps of one negotiation follow one
 * another there, and only the end of it is told to the main thread. A step holds what it needs, for
 * the engine may be gone when webrtcbin lets the promise go.
 */
struct _AloqaNegotiationLock {
  GRecMutex lock; /* recursive: a webrtcbin that is closed answers within the call */
  gboolean is_ended;
};

typedef struct {
  AloqaHop *hop;
  AloqaHopFunc handler;
  AloqaNegotiationLock *lock;
  GstElement *webrtc;
  GstWebRTCSDPType local_type;
  GstWebRTCSessionDescription *local;
} Negotiation;

typedef void (*Step) (Negotiation *self, const GstStructure *reply);

typedef struct {
  Negotiation *negotiation;
  Step step;
} Promised;

AloqaNegotiationLock *
aloqa_negotiation_lock_new (void)
{
  AloqaNegotiationLock *self = g_atomic_rc_box_new0 (AloqaNegotiationLock);

  g_rec_mutex_init (&self->lock);
  return self;
}

static void
lock_clear (gpointer data)
{
  g_rec_mutex_clear (&((AloqaNegotiationLock *) data)->lock);
}

void
aloqa_negotiation_lock_unref (AloqaNegotiationLock *self)
{
  g_atomic_rc_box_release_full (self, lock_clear);
}

static Negotiation *
negotiation_new (AloqaPeerEngine *engine, GstWebRTCSDPType local_type)
{
  Negotiation *self = g_atomic_rc_box_new0 (Negotiation);

  self->hop = aloqa_hop_ref (engine->hop);
  self->handler = engine->handler;
  self->lock = g_atomic_rc_box_acquire (engine->negotiation_lock);
  self->webrtc = gst_object_ref (engine->webrtc);
  self->local_type = local_type;
  return self;
}

static void
negotiation_clear (gpointer data)
{
  Negotiation *self = data;

  aloqa_hop_unref (self->hop);
  aloqa_negotiation_lock_unref (self->lock);
  gst_object_unref (self->webrtc);
  g_clear_pointer (&self->local, gst_webrtc_session_description_free);
}

static void
negotiation_unref (Negotiation *self)
{
  g_atomic_rc_box_release_full (self, negotiation_clear);
}

static void
tell (Negotiation *self, AloqaPeerEvent *event)
{
  aloqa_hop_call (self->hop, self->handler, event, aloqa_peer_event_free);
}

static void
tell_refused (Negotiation *self, const GError *cause)
{
  AloqaPeerEvent *event = aloqa_peer_event_new (ALOQA_PEER_EVENT_REFUSED);

  event->error = g_error_new (ALOQA_PEER_ERROR, ALOQA_PEER_ERROR_BAD_SDP,
                              "The session could not be set up: %s",
                              cause != NULL ? cause->message : "it is being closed");
  tell (self, event);
}

static void
free_promised (gpointer data)
{
  Promised *promised = data;

  negotiation_unref (promised->negotiation);
  g_free (promised);
}

static void
take_reply (Promised *promised, GstPromise *promise)
{
  gboolean is_replied = gst_promise_wait (promise) == GST_PROMISE_RESULT_REPLIED;
  const GstStructure *reply = is_replied ? gst_promise_get_reply (promise) : NULL;
  g_autoptr (GError) error = NULL;

  if (reply != NULL)
    gst_structure_get (reply, "error", G_TYPE_ERROR, &error, NULL);
  if (!is_replied || error != NULL)
    tell_refused (promised->negotiation, error);
  else
    promised->step (promised->negotiation, reply);
}

/* Either the next step is in webrtcbin's queue before the end of negotiation looks, or it never is. */
static void
replied_cb (GstPromise *promise, gpointer user_data)
{
  Promised *promised = user_data;
  AloqaNegotiationLock *lock = promised->negotiation->lock;

  g_rec_mutex_lock (&lock->lock);
  if (!lock->is_ended)
    take_reply (promised, promise);
  g_rec_mutex_unlock (&lock->lock);
}

static GstPromise *
promise_step (Negotiation *negotiation, Step step)
{
  Promised *promised = g_new0 (Promised, 1);

  promised->negotiation = g_atomic_rc_box_acquire (negotiation);
  promised->step = step;
  return gst_promise_new_with_change_func (replied_cb, promised, free_promised);
}

static void
local_set (Negotiation *self, const GstStructure *reply)
{
  AloqaPeerEvent *event = aloqa_peer_event_new (ALOQA_PEER_EVENT_LOCAL_DESCRIPTION);

  event->text = gst_sdp_message_as_text (self->local->sdp);
  tell (self, event);
}

static void
local_created (Negotiation *self, const GstStructure *reply)
{
  g_autoptr (GstPromise) promise = NULL;
  const char *field = gst_webrtc_sdp_type_to_string (self->local_type);

  if (reply == NULL ||
      !gst_structure_get (reply, field, GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &self->local, NULL)) {
    tell_refused (self, NULL);
    return;
  }
  promise = promise_step (self, local_set);
  g_signal_emit_by_name (self->webrtc, "set-local-description", self->local, promise);
}

static void
create_local (Negotiation *self)
{
  g_autoptr (GstPromise) promise = promise_step (self, local_created);
  const char *action =
      self->local_type == GST_WEBRTC_SDP_TYPE_OFFER ? "create-offer" : "create-answer";

  g_signal_emit_by_name (self->webrtc, action, NULL, promise);
}

static void
offer_set (Negotiation *self, const GstStructure *reply)
{
  create_local (self);
}

static void
answer_set (Negotiation *self, const GstStructure *reply)
{
  tell (self, aloqa_peer_event_new (ALOQA_PEER_EVENT_REMOTE_APPLIED));
}

static void
set_remote (Negotiation *self, GstWebRTCSDPType type, const char *text, Step next)
{
  g_autoptr (GstPromise) promise = NULL;
  g_autoptr (GstWebRTCSessionDescription) description = NULL;
  GstSDPMessage *sdp = NULL;

  if (gst_sdp_message_new_from_text (text, &sdp) != GST_SDP_OK) {
    tell_refused (self, NULL);
    return;
  }
  description = gst_webrtc_session_description_new (type, sdp);
  promise = promise_step (self, next);
  g_signal_emit_by_name (self->webrtc, "set-remote-description", description, promise);
}

/**
 * aloqa_peer_engine_create_offer:
 *
 * The tracks are there. Ends in LOCAL_DESCRIPTION or REFUSED.
 */
void
aloqa_peer_engine_create_offer (AloqaPeerEngine *self)
{
  Negotiation *negotiation = negotiation_new (self, GST_WEBRTC_SDP_TYPE_OFFER);

  create_local (negotiation);
  negotiation_unref (negotiation);
}

/**
 * aloqa_peer_engine_answer:
 * @offer: the text of an #AloqaSdpRemote
 *
 * The tracks are there. Ends in LOCAL_DESCRIPTION or REFUSED.
 */
void
aloqa_peer_engine_answer (AloqaPeerEngine *self, const char *offer)
{
  Negotiation *negotiation = negotiation_new (self, GST_WEBRTC_SDP_TYPE_ANSWER);

  set_remote (negotiation, GST_WEBRTC_SDP_TYPE_OFFER, offer, offer_set);
  negotiation_unref (negotiation);
}

/**
 * aloqa_peer_engine_apply_answer:
 *
 * Ends in REMOTE_APPLIED or REFUSED.
 */
void
aloqa_peer_engine_apply_answer (AloqaPeerEngine *self, const char *answer)
{
  Negotiation *negotiation = negotiation_new (self, GST_WEBRTC_SDP_TYPE_ANSWER);

  set_remote (negotiation, GST_WEBRTC_SDP_TYPE_ANSWER, answer, answer_set);
  negotiation_unref (negotiation);
}

/**
 * aloqa_peer_engine_end_negotiation:
 *
 * Waits until webrtcbin has done what it was asked for, and lets no further step follow. A
 * description that is set while the elements are being stopped makes webrtcbin leak a transport,
 * sockets and all. To be called before that, on a thread that may wait.
 */
void
aloqa_peer_engine_end_negotiation (AloqaPeerEngine *self)
{
  g_autoptr (GstPromise) promise = gst_promise_new ();
  g_autoptr (GstWebRTCSessionDescription) description = NULL;
  GstSDPMessage *sdp = NULL;

  g_rec_mutex_lock (&self->negotiation_lock->lock);
  self->negotiation_lock->is_ended = TRUE;
  g_rec_mutex_unlock (&self->negotiation_lock->lock);
  /* webrtcbin's thread answers one after the other. A rollback is refused in every state, so this is
   * nothing but a place in the queue. */
  gst_sdp_message_new (&sdp);
  description = gst_webrtc_session_description_new (GST_WEBRTC_SDP_TYPE_ROLLBACK, sdp);
  g_signal_emit_by_name (self->webrtc, "set-local-description", description, promise);
  gst_promise_wait (promise);
}
