/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/tracker.h"

/* More at once than this would be a queue without a bound. */
#define MAX_CANDIDATES_AT_ONCE 64
/* Of 32 callers turned down (call/stale.c), two deadlines each, and 8 lost rings. */
#define MAX_MEMORIES 72

static void
free_call (gpointer data)
{
  TrackedCall *call = data;

  g_array_unref (call->legs);
  g_free (call);
}

void
tracker_init (Tracker *self)
{
  *self = (Tracker){
    .calls = g_ptr_array_new_with_free_func (free_call),
    .memories = g_array_new (FALSE, TRUE, sizeof (TrackedMemory)),
  };
}

void
tracker_clear (Tracker *self)
{
  g_clear_pointer (&self->calls, g_ptr_array_unref);
  g_clear_pointer (&self->memories, g_array_unref);
}

/* Returns: (nullable): the call, while it is on */
TrackedCall *
tracker_find (Tracker *self, guint number)
{
  for (guint i = 0; i < self->calls->len; i++) {
    TrackedCall *call = self->calls->pdata[i];

    if (call->number == number)
      return call;
  }
  return NULL;
}

/* Returns: (nullable): the leg, running or not */
TrackedLeg *
tracker_find_leg (TrackedCall *call, guint number)
{
  return number < call->legs->len ? &g_array_index (call->legs, TrackedLeg, number) : NULL;
}

static TrackedLeg *
get_running_leg (TrackedCall *call, const AloqaEffect *effect)
{
  TrackedLeg *leg = tracker_find_leg (call, effect->leg);

  g_assert_nonnull (leg);
  g_assert_true (leg->is_running);
  return leg;
}

/* What the person is about to agree to. */
void
tracker_expect_consent (Tracker *self, const AloqaCallEvent *event)
{
  for (guint i = 0; i < self->calls->len; i++) {
    TrackedCall *call = self->calls->pdata[i];

    if ((event->type == ALOQA_CALL_EVENT_ACCEPT && event->call == call->number) ||
        (event->type == ALOQA_CALL_EVENT_DIAL && event->peer == call->peer))
      call->has_consent = TRUE;
  }
}

/* Who rings unseen was dialled in vain: another call is on. */
static void
take_back_consent (Tracker *self, gint64 peer)
{
  for (guint i = 0; i < self->calls->len; i++) {
    TrackedCall *call = self->calls->pdata[i];

    if (call->peer == peer && call->is_unseen)
      call->has_consent = FALSE;
  }
}

/* The first effect of a call shows it. */
static void
show (Tracker *self, const AloqaEffect *effect)
{
  TrackedCall *call = tracker_find (self, effect->call);

  if (call == NULL) {
    g_assert_cmpuint (effect->call, >, self->last_number);
    self->last_number = effect->call;
    if (effect->phase == ALOQA_PHASE_NEW)
      take_back_consent (self, effect->peer);
    call = g_new0 (TrackedCall, 1);
    call->number = effect->call;
    call->peer = effect->peer;
    call->has_consent = effect->role == ALOQA_ROLE_CALLER;
    call->is_legacy = effect->phase == ALOQA_PHASE_OFFERING;
    call->legs = g_array_new (FALSE, TRUE, sizeof (TrackedLeg));
    g_ptr_array_add (self->calls, call);
  }
  g_assert_cmpint (effect->peer, ==, call->peer);
  g_assert_cmpint (effect->phase, !=, ALOQA_PHASE_ENDED);
  call->phase = effect->phase;
  call->is_unseen = effect->is_unseen;
  call->role = effect->role;
}

static void
switch_tone (gboolean *is_on, gboolean wanted)
{
  g_assert_cmpint (*is_on, !=, wanted);
  *is_on = wanted;
}

static void
start_deadline (Tracker *self, TrackedCall *call, const AloqaEffect *effect)
{
  TrackedMemory memory = { .number = effect->call, .deadline = effect->deadline };

  g_assert_cmpuint (effect->duration_ms, >, 0);
  if (call != NULL) {
    g_assert_cmpuint (call->deadlines & (1u << effect->deadline), ==, 0);
    call->deadlines |= 1u << effect->deadline;
    return;
  }
  g_assert_cmpint (effect->deadline, >=, ALOQA_DEADLINE_STALE_END);
  g_array_append_val (self->memories, memory);
  g_assert_cmpuint (self->memories->len, <=, MAX_MEMORIES);
  self->last_number = MAX (self->last_number, effect->call);
}

static gboolean
remove_memory (Tracker *self, guint number, AloqaDeadline deadline)
{
  for (guint i = 0; i < self->memories->len; i++) {
    TrackedMemory *memory = &g_array_index (self->memories, TrackedMemory, i);

    if (memory->number == number && memory->deadline == deadline) {
      g_array_remove_index (self->memories, i);
      return TRUE;
    }
  }
  return FALSE;
}

static void
stop_deadline (Tracker *self, TrackedCall *call, const AloqaEffect *effect)
{
  if (call == NULL) {
    g_assert_true (remove_memory (self, effect->call, effect->deadline));
    return;
  }
  g_assert_cmpuint (call->deadlines & (1u << effect->deadline), !=, 0);
  call->deadlines &= ~(1u << effect->deadline);
}

static void
fire_deadline (Tracker *self, const AloqaCallEvent *event)
{
  TrackedCall *call = tracker_find (self, event->call);

  if (call != NULL)
    call->deadlines &= ~(1u << event->deadline);
  else
    remove_memory (self, event->call, event->deadline);
}

static void
prepare_leg (TrackedCall *call, const AloqaEffect *effect)
{
  TrackedLeg leg = { .number = effect->leg, .role = effect->role, .is_running = TRUE };
  guint n_running = 0;

  g_assert_cmpuint (effect->leg, ==, call->legs->len);
  for (guint i = 0; i < call->legs->len; i++)
    n_running += g_array_index (call->legs, TrackedLeg, i).is_running;
  g_assert_cmpuint (n_running, <=, 1);
  if (n_running == 0)
    call->leg = effect->leg;
  g_array_append_val (call->legs, leg);
}

static void
end_call (Tracker *self, TrackedCall *call)
{
  g_assert_false (call->rings_here);
  g_assert_false (call->rings_back);
  g_assert_false (call->has_devices);
  g_assert_cmpuint (call->deadlines, ==, 0);
  for (guint i = 0; i < call->legs->len; i++)
    g_assert_false (g_array_index (call->legs, TrackedLeg, i).is_running);
  self->n_ended += call->phase != ALOQA_PHASE_NEW;
  g_ptr_array_remove (self->calls, call);
}

/* A leg of the peer's, or the one of ours that it answers. */
static TrackedLeg *
find_sending_leg (TrackedCall *call, AloqaRole role)
{
  for (guint i = call->legs->len; i > 0; i--) {
    TrackedLeg *leg = &g_array_index (call->legs, TrackedLeg, i - 1);

    if (leg->is_running && leg->role == role)
      return leg;
  }
  return NULL;
}

static void
send_offer (TrackedCall *call)
{
  TrackedLeg *leg = find_sending_leg (call, ALOQA_ROLE_CALLER);

  g_assert_nonnull (leg);
  g_assert_true (leg->wants_offer);
  g_assert_false (leg->is_offer_sent);
  leg->is_offer_sent = TRUE;
}

static void
send_answer (TrackedCall *call)
{
  TrackedLeg *leg = find_sending_leg (call, ALOQA_ROLE_CALLEE);

  g_assert_nonnull (leg);
  g_assert_true (leg->wants_answer);
  g_assert_false (leg->is_answer_sent);
  leg->is_answer_sent = TRUE;
}

/* Candidates wait for the answer on either side. */
static gboolean
may_trickle (TrackedCall *call)
{
  for (guint i = 0; i < call->legs->len; i++) {
    TrackedLeg *leg = &g_array_index (call->legs, TrackedLeg, i);

    if (leg->is_running && (leg->is_answer_sent || (leg->is_offer_sent && leg->is_described)))
      return TRUE;
  }
  return FALSE;
}

/* Nothing but a refusal is ever sent outside of a call, and to its sender alone. */
static void
check_refusal (const AloqaCallEvent *event, const AloqaMessage *message)
{
  g_assert_cmpint (event->type, ==, ALOQA_CALL_EVENT_MESSAGE);
  g_assert_cmpint (message->peer, ==, event->message->peer);
  g_assert_true (message->type == ALOQA_MESSAGE_CALL_REJECT ||
                 message->type == ALOQA_MESSAGE_CALL_END || message->type == ALOQA_MESSAGE_BUSY);
}

static void
check_message (TrackedCall *call, const AloqaMessage *message)
{
  g_assert_cmpint (message->peer, ==, call->peer);
  switch (message->type) {
  case ALOQA_MESSAGE_CALL_REJECT:
  case ALOQA_MESSAGE_RINGING:
    g_assert_cmpint (call->role, ==, ALOQA_ROLE_CALLEE);
    break;
  case ALOQA_MESSAGE_CALL_END:
    break;
  case ALOQA_MESSAGE_CALL_REQUEST:
    g_assert_cmpint (call->phase, ==, ALOQA_PHASE_CALLING);
    break;
  case ALOQA_MESSAGE_CALL_ACCEPT:
    g_assert_true (call->has_consent);
    g_assert_cmpuint (++call->n_accepts, ==, 1);
    break;
  case ALOQA_MESSAGE_OFFER:
    g_assert_cmpuint (++call->n_offers, ==, 1);
    send_offer (call);
    break;
  case ALOQA_MESSAGE_REPLACE:
    send_offer (call);
    break;
  case ALOQA_MESSAGE_ANSWER:
  case ALOQA_MESSAGE_REPLACE_ANSWER:
    g_assert_true (call->has_consent);
    send_answer (call);
    break;
  case ALOQA_MESSAGE_CANDIDATE:
    g_assert_true (call->has_consent);
    g_assert_true (may_trickle (call));
    break;
  default:
    g_error ("a frame of type %s was sent", aloqa_message_type_to_string (message->type));
  }
}

static void
describe_leg (TrackedCall *call, const AloqaEffect *effect)
{
  TrackedLeg *leg = get_running_leg (call, effect);

  g_assert_true (call->has_consent);
  g_assert_nonnull (effect->sdp);
  g_assert_false (leg->is_described);
  leg->is_described = TRUE;
  if (effect->type == ALOQA_EFFECT_ACCEPT_OFFER) {
    g_assert_cmpint (leg->role, ==, ALOQA_ROLE_CALLEE);
    leg->wants_answer = TRUE;
  } else {
    g_assert_true (leg->is_offer_sent);
  }
}

static void
run_for_media (TrackedCall *call, const AloqaEffect *effect)
{
  switch (effect->type) {
  case ALOQA_EFFECT_PREPARE_MEDIA:
    prepare_leg (call, effect);
    break;
  case ALOQA_EFFECT_STOP_MEDIA:
    get_running_leg (call, effect)->is_running = FALSE;
    break;
  case ALOQA_EFFECT_OPEN_DEVICES:
    g_assert_true (call->has_consent);
    switch_tone (&call->has_devices, TRUE);
    break;
  case ALOQA_EFFECT_CLOSE_DEVICES:
    switch_tone (&call->has_devices, FALSE);
    break;
  case ALOQA_EFFECT_SET_FLOW:
    g_assert_true (call->has_devices);
    g_assert_true (effect->flow.has_video || !effect->flow.send_video);
    call->flow = effect->flow;
    break;
  case ALOQA_EFFECT_CREATE_OFFER:
    g_assert_false (get_running_leg (call, effect)->wants_offer);
    get_running_leg (call, effect)->wants_offer = TRUE;
    break;
  case ALOQA_EFFECT_ACCEPT_OFFER:
  case ALOQA_EFFECT_APPLY_ANSWER:
    describe_leg (call, effect);
    break;
  case ALOQA_EFFECT_ADD_CANDIDATE:
    g_assert_true (get_running_leg (call, effect)->is_described);
    break;
  case ALOQA_EFFECT_SWITCH_LEG:
    g_assert_true (get_running_leg (call, effect)->is_described);
    call->leg = effect->leg;
    break;
  default:
    g_assert_not_reached ();
  }
}

static void
run_for_call (Tracker *self, TrackedCall *call, const AloqaEffect *effect)
{
  g_assert_nonnull (call);
  switch (effect->type) {
  case ALOQA_EFFECT_SEND:
    check_message (call, effect->message);
    break;
  case ALOQA_EFFECT_START_RINGTONE:
    switch_tone (&call->rings_here, TRUE);
    break;
  case ALOQA_EFFECT_STOP_RINGTONE:
    switch_tone (&call->rings_here, FALSE);
    break;
  case ALOQA_EFFECT_START_RINGBACK:
    switch_tone (&call->rings_back, TRUE);
    break;
  case ALOQA_EFFECT_STOP_RINGBACK:
    switch_tone (&call->rings_back, FALSE);
    break;
  case ALOQA_EFFECT_SHOW_NOTICE:
  case ALOQA_EFFECT_MISSED_CALL:
    break;
  case ALOQA_EFFECT_ENDED:
    end_call (self, call);
    break;
  default:
    run_for_media (call, effect);
    break;
  }
}

static void
run_effect (Tracker *self, const AloqaCallEvent *event, const AloqaEffect *effect)
{
  TrackedCall *call = tracker_find (self, effect->call);

  if (effect->type == ALOQA_EFFECT_SHOW_PHASE)
    show (self, effect);
  else if (effect->type == ALOQA_EFFECT_START_DEADLINE)
    start_deadline (self, call, effect);
  else if (effect->type == ALOQA_EFFECT_STOP_DEADLINE)
    stop_deadline (self, call, effect);
  else if (effect->call == 0 && effect->type == ALOQA_EFFECT_SEND)
    check_refusal (event, effect->message);
  else if (effect->call != 0)
    run_for_call (self, call, effect);
  else
    g_assert_cmpint (effect->type, ==, ALOQA_EFFECT_MISSED_CALL);
}

static gboolean
is_candidate (const AloqaEffect *effect)
{
  return effect->type == ALOQA_EFFECT_ADD_CANDIDATE ||
         (effect->type == ALOQA_EFFECT_SEND && effect->message->type == ALOQA_MESSAGE_CANDIDATE);
}

/* Runs what @event has brought about. */
void
tracker_run (Tracker *self, const AloqaCallEvent *event, GPtrArray *effects)
{
  guint n_candidates = 0;

  if (event->type == ALOQA_CALL_EVENT_DEADLINE)
    fire_deadline (self, event);
  else if (event->type == ALOQA_CALL_EVENT_SIGNALLING_CONNECTED)
    self->is_online = TRUE;
  else if (event->type == ALOQA_CALL_EVENT_SIGNALLING_LOST)
    self->is_online = FALSE;
  for (guint i = 0; i < effects->len; i++) {
    run_effect (self, event, effects->pdata[i]);
    n_candidates += is_candidate (effects->pdata[i]);
  }
  g_assert_cmpuint (n_candidates, <=, 2 * MAX_CANDIDATES_AT_ONCE);
}
