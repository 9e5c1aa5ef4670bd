/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/call-controller-private.h"

#include "media/media.h"

/* Effects on what runs; each does one type. */

static void
send_message (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  aloqa_connection_send (self->connection, effect->message);
}

/* It rings wherever the person hears it; that it rings over there is heard where the call is. */
void
aloqa_call_controller_place_tone (AloqaCallController *self)
{
  aloqa_device_follower_set_chosen (self->tone_speaker, self->tone_kind == ALOQA_TONE_RING
                                                            ? self->settings->ring_sink
                                                            : self->settings->audio_sink);
  aloqa_tone_set_sink (self->tone, aloqa_device_follower_get_source (self->tone_speaker));
}

static void
start_tone (AloqaCallController *self, AloqaToneKind kind)
{
  if (self->media_error != NULL)
    return;
  self->tone_kind = kind;
  aloqa_device_follower_set_active (self->tone_speaker, TRUE);
  aloqa_call_controller_place_tone (self);
  aloqa_tone_start (self->tone, kind);
}

/* The arbiter begins again what rang before Do Not Disturb, when the server is back. */
static void
start_ringtone (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  if (!self->do_not_disturb)
    start_tone (self, ALOQA_TONE_RING);
}

static void
start_ringback (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  start_tone (self, ALOQA_TONE_RINGBACK);
}

static void
stop_tone (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  aloqa_tone_stop (self->tone);
  aloqa_device_follower_set_active (self->tone_speaker, FALSE);
}

void
aloqa_call_controller_silence_ringing (AloqaCallController *self)
{
  if (self->tone_kind == ALOQA_TONE_RING)
    stop_tone (self, NULL, NULL);
}

static void
open_devices (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  if (self->media_error != NULL)
    return;
  self->devices_call = effect->call;
  aloqa_local_media_open (self->local);
  aloqa_live_call_open_legs (call);
}

static void
close_devices (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  if (self->devices_call != effect->call)
    return;

  aloqa_local_media_close (self->local); /* first: the call is told that nothing is shared now */
  self->devices_call = 0;
}

static void
set_flow (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  if (self->devices_call == effect->call)
    aloqa_local_media_set_flow (self->local, &effect->flow);
  aloqa_live_call_show_flow (call, &effect->flow);
}

static void
create_offer (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  AloqaCallMedia *media = aloqa_live_call_get_leg (call, effect->leg);

  if (media != NULL)
    aloqa_call_media_create_offer (media);
}

static void
accept_offer (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  AloqaCallMedia *media = aloqa_live_call_get_leg (call, effect->leg);

  if (media != NULL)
    aloqa_call_media_accept_offer (media, effect->sdp);
}

static void
apply_answer (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  AloqaCallMedia *media = aloqa_live_call_get_leg (call, effect->leg);

  if (media != NULL)
    aloqa_call_media_apply_answer (media, effect->sdp);
}

static void
add_candidate (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  AloqaCallMedia *media = aloqa_live_call_get_leg (call, effect->leg);

  if (media != NULL)
    aloqa_call_media_add_candidate (media, effect->candidate);
}

static void
switch_leg (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  aloqa_live_call_switch_leg (call, effect->leg);
  aloqa_call_controller_apply_speaker (self, call);
}

static void
start_deadline (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  aloqa_deadlines_start (self->deadlines, effect->call, effect->deadline, effect->duration_ms);
}

static void
stop_deadline (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  aloqa_deadlines_stop (self->deadlines, effect->call, effect->deadline);
}

static void
show_notice (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  aloqa_live_call_show_notice (call, effect->notice);
}

static AloqaContact *
make_contact (AloqaCallController *self, const AloqaEffect *effect)
{
  g_autofree char *name = NULL;

  if (effect->caller != NULL)
    return aloqa_contact_new_from_caller (effect->caller);
  if (self->dialled != NULL && aloqa_contact_get_id (self->dialled) == effect->peer)
    return g_object_ref (self->dialled);

  /* A server that does not say who calls; the number is better than nothing. */
  name = g_strdup_printf ("%" G_GINT64_FORMAT, effect->peer);
  return aloqa_contact_new (effect->peer, name, NULL, NULL);
}

static void
report_missed (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  g_autoptr (AloqaContact) contact = make_contact (self, effect);

  aloqa_call_controller_announce_missed (self, contact, effect->kind);
}

static void
stop_diagnosis (AloqaCallController *self, guint call)
{
  if (self->diagnosed_call != call)
    return;
  self->diagnosed_call = 0;
  g_clear_pointer (&self->diagnosis, aloqa_path_diagnosis_free);
}

/* Without a TURN server there is no way that may be taken: nothing is won by going on trying. */
static void
hopeless_cb (gpointer user_data)
{
  AloqaCallController *self = user_data;

  aloqa_call_controller_handle (&(AloqaCallEvent){ .type = ALOQA_CALL_EVENT_MEDIA_FAILED,
                                                   .call = self->diagnosed_call,
                                                   .leg = self->newest_leg,
                                                   .cause = ALOQA_MEDIA_CAUSE_NO_PATH },
                                self);
}

/* Only a call that connects can come to know why it does not. */
static void
diagnose (AloqaCallController *self, const AloqaEffect *effect)
{
  if (effect->phase == ALOQA_PHASE_CONNECTED)
    stop_diagnosis (self, effect->call);
  if (effect->phase != ALOQA_PHASE_CONNECTING || self->diagnosis != NULL)
    return;
  self->diagnosed_call = effect->call;
  self->diagnosis = aloqa_path_diagnosis_new (
      self->ice_servers, self->trust, self->settings->is_relay_only ? hopeless_cb : NULL, self);
}

static void
end_call (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  g_autoptr (AloqaLiveCall) held = g_object_ref (call);

  g_ptr_array_remove (self->calls, call);
  aloqa_live_call_show_end (held, effect,
                            self->diagnosed_call == effect->call ? self->diagnosis : NULL);
  stop_diagnosis (self, effect->call);
  aloqa_call_controller_announce_idle (self);
}

/* The call ends, and says why. */
static void
fail_media (AloqaCallController *self, const AloqaEffect *effect)
{
  gboolean is_missing =
      g_error_matches (self->media_error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_MISSING_PART);

  aloqa_call_controller_handle (
      &(AloqaCallEvent){ .type = ALOQA_CALL_EVENT_MEDIA_FAILED,
                         .call = effect->call,
                         .leg = effect->leg,
                         .cause = is_missing ? ALOQA_MEDIA_CAUSE_MISSING : ALOQA_MEDIA_CAUSE_ERROR,
                         .detail = self->media_error->message },
      self);
}

static void
prepare_media (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  const AloqaMediaSettings *settings = self->settings;
  AloqaPeerConfig config = ALOQA_PEER_CONFIG_INIT;

  config.role = effect->role == ALOQA_ROLE_CALLER ? ALOQA_PEER_CALLER : ALOQA_PEER_CALLEE;
  config.has_video = effect->kind == ALOQA_CALL_VIDEO;
  config.video_codec = settings->video_codec;
  config.ice_servers = self->ice_servers;
  config.is_relay_only = settings->is_relay_only;
  config.tls_database = self->trust;
  aloqa_media_settings_limit (settings, &config);
  self->newest_leg = effect->leg;
  if (self->media_error != NULL) {
    fail_media (self, effect);
    return;
  }
  aloqa_call_controller_start_leg (self, call, effect->leg, &config);
}

static void
stop_media (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  aloqa_call_controller_stop_leg (self, call, effect->leg);
}

static void
show_phase (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect)
{
  if (call == NULL) {
    g_autoptr (AloqaContact) contact = make_contact (self, effect);

    /* A call may come before the window's warm-up has started GStreamer. */
    g_clear_error (&self->media_error);
    aloqa_media_init (&self->media_error);
    call = aloqa_live_call_new (effect->call, contact, effect->kind, effect->role,
                                aloqa_call_controller_handle, self);
    g_ptr_array_add (self->calls, call);
    aloqa_call_controller_announce (self, call);
  }
  diagnose (self, effect);
  aloqa_live_call_show_phase (call, effect->phase, effect->kind, effect->is_unseen);
}

typedef struct {
  void (*run) (AloqaCallController *self, AloqaLiveCall *call, const AloqaEffect *effect);
  gboolean needs_call;
} Runner;

static const Runner runners[] = {
  [ALOQA_EFFECT_SEND] = { send_message, FALSE },
  [ALOQA_EFFECT_START_RINGTONE] = { start_ringtone, FALSE },
  [ALOQA_EFFECT_STOP_RINGTONE] = { stop_tone, FALSE },
  [ALOQA_EFFECT_START_RINGBACK] = { start_ringback, FALSE },
  [ALOQA_EFFECT_STOP_RINGBACK] = { stop_tone, FALSE },
  [ALOQA_EFFECT_PREPARE_MEDIA] = { prepare_media, TRUE },
  [ALOQA_EFFECT_STOP_MEDIA] = { stop_media, TRUE },
  [ALOQA_EFFECT_OPEN_DEVICES] = { open_devices, TRUE },
  [ALOQA_EFFECT_CLOSE_DEVICES] = { close_devices, FALSE },
  [ALOQA_EFFECT_SET_FLOW] = { set_flow, TRUE },
  [ALOQA_EFFECT_CREATE_OFFER] = { create_offer, TRUE },
  [ALOQA_EFFECT_ACCEPT_OFFER] = { accept_offer, TRUE },
  [ALOQA_EFFECT_APPLY_ANSWER] = { apply_answer, TRUE },
  [ALOQA_EFFECT_ADD_CANDIDATE] = { add_candidate, TRUE },
  [ALOQA_EFFECT_SWITCH_LEG] = { switch_leg, TRUE },
  [ALOQA_EFFECT_START_DEADLINE] = { start_deadline, FALSE },
  [ALOQA_EFFECT_STOP_DEADLINE] = { stop_deadline, FALSE },
  [ALOQA_EFFECT_SHOW_PHASE] = { show_phase, FALSE },
  [ALOQA_EFFECT_SHOW_NOTICE] = { show_notice, TRUE },
  [ALOQA_EFFECT_MISSED_CALL] = { report_missed, FALSE },
  [ALOQA_EFFECT_ENDED] = { end_call, TRUE },
};

/**
 * aloqa_call_controller_run_effect:
 *
 * Does one thing that the arbiter decided.
 */
void
aloqa_call_controller_run_effect (AloqaCallController *self, const AloqaEffect *effect)
{
  AloqaLiveCall *call = aloqa_call_controller_find (self, effect->call);
  const Runner *runner = &runners[effect->type];

  g_debug ("Call %u: %s", effect->call, aloqa_effect_type_to_string (effect->type));
  if (call != NULL || !runner->needs_call)
    runner->run (self, call, effect);
  else
    g_warning ("Call %u is not known for %s", effect->call,
               aloqa_effect_type_to_string (effect->type));
}
