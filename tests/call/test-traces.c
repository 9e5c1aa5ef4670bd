/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/rig.h"

#include "support/support.h"

#include <json-glib/json-glib.h>
#include <string.h>

/*
 * Calls that real web clients made through the existing server, seen from each side in turn: what
 * that side got is given to us, and what it said tells what its person and its media did. We must
 * say the same, but for what protocol.md calls wrong: candidates before the answer, and call_end
 * for a call that is over.
 */

typedef struct {
  const char *trace;
  const char *who;
  const char *said;
  guint n_sent;  /* candidates of ours */
  guint n_added; /* candidates of theirs that went to media: without those for RTCP */
  const char *phase;
} Expectation;

static const Expectation expectations[] = {
  { "video_new", "A", "call_request incoming_call call_end", 8, 2, "connected" },
  { "video_new", "B", "call_accept call_answer", 2, 8, "connected" },
  { "audio_new", "A", "call_request incoming_call call_end", 4, 2, "connected" },
  { "audio_new", "B", "call_accept call_answer", 2, 4, "connected" },
  { "legacy", "A", "incoming_call call_end", 8, 2, "connected" },
  { "legacy", "B", "call_answer", 2, 8, "connected" },
  { "reject", "A", "call_request", 0, 0, "calling" },
  { "reject", "B", "call_reject", 0, 0, "incoming" },
  { "video_new_ffA", "A", "call_request incoming_call call_end", 18, 2, "connected" },
  { "video_new_ffA", "B", "call_accept call_answer", 2, 10, "connected" },
  { "video_new_ffB", "A", "call_request incoming_call call_end", 8, 5, "connected" },
  { "video_new_ffB", "B", "call_accept call_answer", 5, 8, "connected" },
};

typedef struct {
  Rig *rig;
  AloqaPhase furthest;
  guint n_added;
} Replay;

static AloqaPhase
get_phase (Replay *self)
{
  return aloqa_arbiter_get_phase (self->rig->arbiter, self->rig->call);
}

/* After each step. */
static void
note (Replay *self)
{
  AloqaPhase phase = get_phase (self);

  if (phase != ALOQA_PHASE_ENDED)
    self->furthest = MAX (self->furthest, phase);
  for (guint i = 0; i < self->rig->last->len; i++)
    self->n_added +=
        ((AloqaEffect *) self->rig->last->pdata[i])->type == ALOQA_EFFECT_ADD_CANDIDATE;
}

static void
be_ready (Replay *self, AloqaCallEventType type, const AloqaMessage *said)
{
  rig_ready (self->rig, type, 0, said->sdp);
  note (self);
}

static void
offer (Replay *self, const AloqaMessage *said)
{
  if (get_phase (self) == ALOQA_PHASE_ENDED)
    rig_dial (self->rig, said->peer, said->call_kind, ALOQA_DIAL_LEGACY);
  be_ready (self, ALOQA_CALL_EVENT_OFFER_READY, said);
}

static void
answer (Replay *self, const AloqaMessage *said)
{
  if (get_phase (self) == ALOQA_PHASE_INCOMING_OFFER) {
    rig_set (self->rig, ALOQA_CALL_EVENT_ACCEPT, TRUE);
    note (self);
  }
  be_ready (self, ALOQA_CALL_EVENT_ANSWER_READY, said);
}

static void
gather (Replay *self, const AloqaMessage *said)
{
  AloqaCallEvent event = {
    .type = ALOQA_CALL_EVENT_LOCAL_CANDIDATE,
    .call = self->rig->call,
    .candidate = said->candidate,
  };

  rig_handle (self->rig, &event);
}

static void
connect_media (Replay *self)
{
  rig_media (self->rig, ALOQA_CALL_EVENT_MEDIA_CONNECTED, 0);
  note (self);
}

/* What the recorded side said, as what its person or its media did. */
static void
act (Replay *self, const AloqaMessage *said)
{
  switch (said->type) {
  case ALOQA_MESSAGE_CALL_REQUEST:
    rig_dial (self->rig, said->peer, said->call_kind, ALOQA_DIAL_NEW);
    break;
  case ALOQA_MESSAGE_CALL_ACCEPT:
    rig_set (self->rig, ALOQA_CALL_EVENT_ACCEPT, TRUE);
    break;
  case ALOQA_MESSAGE_CALL_REJECT:
    rig_do (self->rig, ALOQA_CALL_EVENT_REJECT);
    break;
  case ALOQA_MESSAGE_OFFER:
    offer (self, said);
    break;
  case ALOQA_MESSAGE_ANSWER:
    answer (self, said);
    break;
  case ALOQA_MESSAGE_CANDIDATE:
    gather (self, said);
    break;
  case ALOQA_MESSAGE_CALL_END:
    rig_do (self->rig, ALOQA_CALL_EVENT_HANG_UP);
    break;
  default:
    g_assert_not_reached ();
  }
  note (self);
}

static void
replay_frame (Replay *self, JsonObject *line)
{
  g_autofree char *text = json_to_string (json_object_get_member (line, "data"), FALSE);
  gboolean is_said = g_str_equal (json_object_get_string_member (line, "dir"), "send");
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaMessage) message =
      aloqa_message_parse (text, -1, is_said ? ALOQA_SIDE_CLIENT : ALOQA_SIDE_SERVER, &error);

  g_assert_no_error (error);
  if (message->type == ALOQA_MESSAGE_CALL_END && get_phase (self) == ALOQA_PHASE_CONNECTING)
    connect_media (self);
  if (is_said) {
    act (self, message);
  } else {
    rig_receive (self->rig, aloqa_message_ref (message));
    note (self);
  }
}

static void
replay (Replay *self, const Expectation *expectation)
{
  g_autofree char *path = g_strdup_printf ("traces/%s.jsonl", expectation->trace);
  g_autofree char *text = aloqa_test_read_fixture (path, NULL);
  g_auto (GStrv) lines = g_strsplit (g_strstrip (text), "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    g_autoptr (JsonNode) node = json_from_string (lines[i], NULL);
    JsonObject *line = json_node_get_object (node);

    if (g_str_equal (json_object_get_string_member (line, "who"), expectation->who))
      replay_frame (self, line);
  }
}

/* Returns: (transfer full): the frames that we sent but for candidates, whose number is @n_sent */
static char *
list_sent (Rig *rig, guint *n_sent)
{
  g_autoptr (GString) words = g_string_new (NULL);

  for (guint i = 0; i < rig->sent->len; i++) {
    const AloqaMessage *message = rig->sent->pdata[i];
    g_autofree char *json = aloqa_message_to_json (message, ALOQA_SIDE_CLIENT);

    g_assert_nonnull (json);
    if (message->type == ALOQA_MESSAGE_CANDIDATE)
      (*n_sent)++;
    else
      g_string_append_printf (words, "%s%s", words->len > 0 ? " " : "",
                              aloqa_message_type_to_string (message->type));
  }
  return g_string_free (g_steal_pointer (&words), FALSE);
}

static void
test_says_what_the_web_client_said (gconstpointer data)
{
  const Expectation *expectation = data;
  g_autoptr (Rig) rig = rig_new_for (expectation->who[0] == 'A' ? 2 : 3, 0);
  Replay self = { .rig = rig };
  g_autofree char *said = NULL;
  guint n_sent = 0;

  replay (&self, expectation);
  said = list_sent (rig, &n_sent);
  g_assert_cmpstr (said, ==, expectation->said);
  g_assert_cmpuint (n_sent, ==, expectation->n_sent);
  g_assert_cmpuint (self.n_added, ==, expectation->n_added);
  g_assert_cmpstr (aloqa_phase_to_string (self.furthest), ==, expectation->phase);
  g_assert_cmpuint (aloqa_arbiter_get_n_calls (rig->arbiter), ==, 0);
  rig_pass_memories (rig);
  tracker_assert_idle (&rig->tracker);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (expectations); i++) {
    g_autofree char *path =
        g_strdup_printf ("/call/traces/%s/%s", expectations[i].trace, expectations[i].who);

    g_test_add_data_func (path, &expectations[i], test_says_what_the_web_client_said);
  }
  return g_test_run ();
}
