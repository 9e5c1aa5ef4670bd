/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/call-controller-private.h"

/* A leg's media, and the facts that come from them. */

typedef struct {
  AloqaCallController *self; /* held until the media are closed */
  guint call;
  guint leg;
} LegRef;

static void
free_leg_ref (gpointer data, GClosure *closure)
{
  LegRef *ref = data;

  g_object_unref (ref->self);
  g_free (ref);
}

static void
send_leg_event (LegRef *ref, AloqaCallEvent event)
{
  event.call = ref->call;
  event.leg = ref->leg;
  aloqa_call_controller_handle (&event, ref->self);
}

static void
offer_ready_cb (AloqaCallMedia *media, const char *sdp, LegRef *ref)
{
  send_leg_event (ref, (AloqaCallEvent){ .type = ALOQA_CALL_EVENT_OFFER_READY, .sdp = sdp });
}

static void
answer_ready_cb (AloqaCallMedia *media, const char *sdp, LegRef *ref)
{
  send_leg_event (ref, (AloqaCallEvent){ .type = ALOQA_CALL_EVENT_ANSWER_READY, .sdp = sdp });
}

static void
local_candidate_cb (AloqaCallMedia *media, AloqaCandidate *candidate, LegRef *ref)
{
  send_leg_event (
      ref, (AloqaCallEvent){ .type = ALOQA_CALL_EVENT_LOCAL_CANDIDATE, .candidate = candidate });
}

static void
connected_cb (AloqaCallMedia *media, LegRef *ref)
{
  send_leg_event (ref, (AloqaCallEvent){ .type = ALOQA_CALL_EVENT_MEDIA_CONNECTED });
}

static void
first_audio_cb (AloqaCallMedia *media, gint64 t_us, LegRef *ref)
{
  send_leg_event (ref, (AloqaCallEvent){ .type = ALOQA_CALL_EVENT_FIRST_MEDIA });
}

static void
silent_cb (AloqaCallMedia *media, LegRef *ref)
{
  send_leg_event (ref, (AloqaCallEvent){ .type = ALOQA_CALL_EVENT_MEDIA_SILENT });
}

static void
resumed_cb (AloqaCallMedia *media, LegRef *ref)
{
  send_leg_event (ref, (AloqaCallEvent){ .type = ALOQA_CALL_EVENT_MEDIA_RESUMED });
}

static void
dead_cb (AloqaCallMedia *media, LegRef *ref)
{
  send_leg_event (ref, (AloqaCallEvent){ .type = ALOQA_CALL_EVENT_MEDIA_DEAD });
}

static AloqaMediaCause
get_cause (const GError *error)
{
  if (error->domain != ALOQA_PEER_ERROR)
    return ALOQA_MEDIA_CAUSE_ERROR;

  switch ((AloqaPeerError) error->code) {
  case ALOQA_PEER_ERROR_NO_PATH:
  case ALOQA_PEER_ERROR_DTLS:
    return ALOQA_MEDIA_CAUSE_NO_PATH;
  case ALOQA_PEER_ERROR_FINGERPRINT:
    return ALOQA_MEDIA_CAUSE_FINGERPRINT;
  case ALOQA_PEER_ERROR_BAD_SDP:
    return ALOQA_MEDIA_CAUSE_DESCRIPTION;
  case ALOQA_PEER_ERROR_NO_CODEC:
    return ALOQA_MEDIA_CAUSE_NO_CODEC;
  case ALOQA_PEER_ERROR_MISSING:
    return ALOQA_MEDIA_CAUSE_MISSING;
  case ALOQA_PEER_ERROR_BAD_SERVER:
    return ALOQA_MEDIA_CAUSE_BAD_SERVER;
  case ALOQA_PEER_ERROR_MEDIA:
  case ALOQA_PEER_ERROR_CLOSED:
  default:
    return ALOQA_MEDIA_CAUSE_ERROR;
  }
}

static void
failed_cb (AloqaCallMedia *media, const GError *error, LegRef *ref)
{
  send_leg_event (ref, (AloqaCallEvent){ .type = ALOQA_CALL_EVENT_MEDIA_FAILED,
                                         .cause = get_cause (error),
                                         .detail = error->message });
}

static void
media_closed_cb (AloqaCallMedia *media, LegRef *ref)
{
  g_ptr_array_remove_fast (ref->self->closing, media);
  aloqa_call_controller_announce_idle (ref->self);
}

static void
connect_leg (AloqaCallController *self, AloqaCallMedia *media, guint call, guint leg)
{
  const struct {
    const char *signal;
    GCallback callback;
  } rows[] = {
    { "offer-ready", G_CALLBACK (offer_ready_cb) },
    { "answer-ready", G_CALLBACK (answer_ready_cb) },
    { "local-candidate", G_CALLBACK (local_candidate_cb) },
    { "connected", G_CALLBACK (connected_cb) },
    { "first-audio", G_CALLBACK (first_audio_cb) },
    { "silent", G_CALLBACK (silent_cb) },
    { "resumed", G_CALLBACK (resumed_cb) },
    { "dead", G_CALLBACK (dead_cb) },
    { "failed", G_CALLBACK (failed_cb) },
    { "closed", G_CALLBACK (media_closed_cb) },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    LegRef *ref = g_new0 (LegRef, 1);

    *ref = (LegRef){ g_object_ref (self), call, leg };
    g_signal_connect_data (media, rows[i].signal, rows[i].callback, ref, free_leg_ref, 0);
  }
}

/**
 * aloqa_call_controller_start_leg:
 *
 * Gives @call another leg. What becomes of its media comes back as events.
 */
void
aloqa_call_controller_start_leg (AloqaCallController *self, AloqaLiveCall *call, guint leg,
                                 const AloqaPeerConfig *config)
{
  g_autoptr (AloqaCallMedia) media = aloqa_call_media_new (self->settings, self->local, config);

  connect_leg (self, media, aloqa_live_call_get_number (call), leg);
  aloqa_live_call_set_leg (call, leg, media);
  aloqa_call_media_prepare (media);
  if (self->devices_call == aloqa_live_call_get_number (call))
    aloqa_live_call_open_legs (call);
}

/* Ends the media of a leg; the controller is not idle before they are gone. */
void
aloqa_call_controller_stop_leg (AloqaCallController *self, AloqaLiveCall *call, guint leg)
{
  AloqaCallMedia *media = aloqa_live_call_get_leg (call, leg);

  if (media == NULL)
    return;

  g_ptr_array_add (self->closing, g_object_ref (media));
  aloqa_call_media_close (media);
  aloqa_live_call_set_leg (call, leg, NULL);
}
