/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signaling/outbox.h"

#include "support/support.h"

#define S G_USEC_PER_SEC

static void
push (AloqaOutbox *outbox, AloqaMessageType type, gint64 peer, const char *call_id, gint64 now_us)
{
  g_autoptr (AloqaMessage) message = aloqa_message_new (type, peer);

  message->call_id = g_strdup (call_id);
  aloqa_outbox_push (outbox, message, now_us);
}

/* Asserts that the next message is of @type, or that there is none (ALOQA_N_MESSAGES). */
static void
assert_next (AloqaOutbox *outbox, AloqaMessageType type, gint64 now_us)
{
  const AloqaMessage *message = aloqa_outbox_take_next (outbox, now_us);

  if (type == ALOQA_N_MESSAGES)
    g_assert_null (message);
  else
    g_assert_cmpstr (message != NULL ? aloqa_message_type_to_string (message->type) : "nothing", ==,
                     aloqa_message_type_to_string (type));
}

static void
test_keeps_the_order (void)
{
  g_autoptr (AloqaOutbox) outbox = aloqa_outbox_new ();

  push (outbox, ALOQA_MESSAGE_CALL_REQUEST, 3, NULL, 0);
  push (outbox, ALOQA_MESSAGE_OFFER, 3, NULL, 0);
  push (outbox, ALOQA_MESSAGE_CANDIDATE, 3, NULL, 0);
  assert_next (outbox, ALOQA_MESSAGE_CALL_REQUEST, S);
  assert_next (outbox, ALOQA_MESSAGE_OFFER, S);
  assert_next (outbox, ALOQA_MESSAGE_CANDIDATE, S);
  assert_next (outbox, ALOQA_N_MESSAGES, S);
}

static void
test_an_echo_proves_what_went_before_its_probe (void)
{
  g_autoptr (AloqaOutbox) outbox = aloqa_outbox_new ();

  push (outbox, ALOQA_MESSAGE_CALL_ACCEPT, 3, NULL, 0);
  assert_next (outbox, ALOQA_MESSAGE_CALL_ACCEPT, 0);
  aloqa_outbox_note_probe (outbox);
  push (outbox, ALOQA_MESSAGE_ANSWER, 3, NULL, 0);
  assert_next (outbox, ALOQA_MESSAGE_ANSWER, 0);

  aloqa_outbox_note_echo (outbox);
  g_assert_false (aloqa_outbox_is_empty (outbox));
  g_assert_true (aloqa_outbox_has_unproven (outbox));
  aloqa_outbox_note_probe (outbox);
  g_assert_false (aloqa_outbox_has_unproven (outbox));
  aloqa_outbox_note_echo (outbox);
  g_assert_true (aloqa_outbox_is_empty (outbox));
}

static void
test_what_has_no_proof_is_sent_again_in_its_place (void)
{
  g_autoptr (AloqaOutbox) outbox = aloqa_outbox_new ();

  push (outbox, ALOQA_MESSAGE_CALL_ACCEPT, 3, NULL, 0);
  assert_next (outbox, ALOQA_MESSAGE_CALL_ACCEPT, 0);
  aloqa_outbox_note_probe (outbox);
  aloqa_outbox_note_echo (outbox);
  push (outbox, ALOQA_MESSAGE_ANSWER, 3, NULL, 0);
  assert_next (outbox, ALOQA_MESSAGE_ANSWER, 0);
  aloqa_outbox_note_probe (outbox);

  aloqa_outbox_note_loss (outbox);
  push (outbox, ALOQA_MESSAGE_CANDIDATE, 3, NULL, 0);
  /* An echo that is no answer to a probe on this socket proves nothing. */
  aloqa_outbox_note_echo (outbox);
  assert_next (outbox, ALOQA_MESSAGE_ANSWER, 0);
  assert_next (outbox, ALOQA_MESSAGE_CANDIDATE, 0);
  assert_next (outbox, ALOQA_N_MESSAGES, 0);
}

static void
test_the_stale_is_not_sent (void)
{
  g_autoptr (AloqaOutbox) outbox = aloqa_outbox_new ();

  push (outbox, ALOQA_MESSAGE_CALL_REQUEST, 3, NULL, 0);
  push (outbox, ALOQA_MESSAGE_CANDIDATE, 4, NULL, 0);
  push (outbox, ALOQA_MESSAGE_CALL_END, 5, NULL, 0);
  assert_next (outbox, ALOQA_MESSAGE_CANDIDATE, 30 * S);
  assert_next (outbox, ALOQA_MESSAGE_CALL_END, 30 * S);

  aloqa_outbox_note_loss (outbox);
  assert_next (outbox, ALOQA_MESSAGE_CALL_END, 119 * S);
  aloqa_outbox_note_loss (outbox);
  assert_next (outbox, ALOQA_N_MESSAGES, 120 * S);
  g_assert_true (aloqa_outbox_is_empty (outbox));
}

static void
test_a_call_that_never_left_ends_in_silence (void)
{
  g_autoptr (AloqaOutbox) outbox = aloqa_outbox_new ();

  push (outbox, ALOQA_MESSAGE_CALL_REQUEST, 3, "a", 0);
  push (outbox, ALOQA_MESSAGE_CALL_REQUEST, 3, "b", 0);
  push (outbox, ALOQA_MESSAGE_CALL_END, 3, "a", 0);
  assert_next (outbox, ALOQA_MESSAGE_CALL_REQUEST, 0);
  assert_next (outbox, ALOQA_N_MESSAGES, 0);
}

static void
test_the_end_of_a_call_that_may_have_left_is_sent_alone (void)
{
  g_autoptr (AloqaOutbox) outbox = aloqa_outbox_new ();

  push (outbox, ALOQA_MESSAGE_CALL_REQUEST, 3, NULL, 0);
  assert_next (outbox, ALOQA_MESSAGE_CALL_REQUEST, 0);
  aloqa_outbox_note_loss (outbox);
  push (outbox, ALOQA_MESSAGE_OFFER, 3, NULL, 0);
  push (outbox, ALOQA_MESSAGE_CALL_END, 3, NULL, 0);
  assert_next (outbox, ALOQA_MESSAGE_CALL_END, 0);
  assert_next (outbox, ALOQA_N_MESSAGES, 0);
}

static void
test_an_offer_without_its_request_has_an_end (void)
{
  g_autoptr (AloqaOutbox) outbox = aloqa_outbox_new ();

  push (outbox, ALOQA_MESSAGE_OFFER, 3, NULL, 0);
  push (outbox, ALOQA_MESSAGE_CALL_END, 3, NULL, 0);
  assert_next (outbox, ALOQA_MESSAGE_CALL_END, 0);
  assert_next (outbox, ALOQA_N_MESSAGES, 0);
}

static void
test_one_end_is_enough (void)
{
  g_autoptr (AloqaOutbox) outbox = aloqa_outbox_new ();

  push (outbox, ALOQA_MESSAGE_CALL_END, 3, NULL, 0);
  push (outbox, ALOQA_MESSAGE_CALL_END, 3, NULL, 0);
  assert_next (outbox, ALOQA_MESSAGE_CALL_END, 0);
  assert_next (outbox, ALOQA_N_MESSAGES, 0);
  /* A sent one may be about the call before. */
  push (outbox, ALOQA_MESSAGE_CALL_END, 3, NULL, 0);
  assert_next (outbox, ALOQA_MESSAGE_CALL_END, 0);
}

static void
test_each_call_keeps_its_end (void)
{
  g_autoptr (AloqaOutbox) outbox = aloqa_outbox_new ();

  /* The first call is known over there; the second never leaves. */
  push (outbox, ALOQA_MESSAGE_CALL_END, 3, NULL, 0);
  push (outbox, ALOQA_MESSAGE_CALL_REQUEST, 3, NULL, 0);
  push (outbox, ALOQA_MESSAGE_CALL_END, 3, NULL, 0);
  assert_next (outbox, ALOQA_MESSAGE_CALL_END, 0);
  assert_next (outbox, ALOQA_N_MESSAGES, 0);
}

static void
test_it_is_bounded_and_candidates_go_first (void)
{
  g_autoptr (AloqaOutbox) outbox = aloqa_outbox_new ();
  guint n_sent = 0;

  push (outbox, ALOQA_MESSAGE_CALL_REQUEST, 3, NULL, 0);
  for (guint i = 0; i < 1000; i++)
    push (outbox, ALOQA_MESSAGE_CANDIDATE, 3, NULL, 0);
  push (outbox, ALOQA_MESSAGE_CALL_ACCEPT, 4, NULL, 0);

  assert_next (outbox, ALOQA_MESSAGE_CALL_REQUEST, 0);
  for (guint i = 0; i < 254; i++)
    assert_next (outbox, ALOQA_MESSAGE_CANDIDATE, 0);
  assert_next (outbox, ALOQA_MESSAGE_CALL_ACCEPT, 0);
  assert_next (outbox, ALOQA_N_MESSAGES, 0);

  aloqa_outbox_clear (outbox);
  for (gint64 peer = 1; peer <= 1000; peer++)
    push (outbox, ALOQA_MESSAGE_CALL_END, peer, NULL, 0);
  while (aloqa_outbox_take_next (outbox, 0) != NULL)
    n_sent++;
  g_assert_cmpuint (n_sent, ==, 256);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
#define ADD(name, function) g_test_add_func ("/signaling/outbox/" name, function)
  ADD ("keeps-the-order", test_keeps_the_order);
  ADD ("an-echo-proves-what-went-before-its-probe", test_an_echo_proves_what_went_before_its_probe);
  ADD ("what-has-no-proof-is-sent-again-in-its-place",
       test_what_has_no_proof_is_sent_again_in_its_place);
  ADD ("the-stale-is-not-sent", test_the_stale_is_not_sent);
  ADD ("a-call-that-never-left-ends-in-silence", test_a_call_that_never_left_ends_in_silence);
  ADD ("the-end-of-a-call-that-may-have-left-is-sent-alone",
       test_the_end_of_a_call_that_may_have_left_is_sent_alone);
  ADD ("an-offer-without-its-request-has-an-end", test_an_offer_without_its_request_has_an_end);
  ADD ("one-end-is-enough", test_one_end_is_enough);
  ADD ("each-call-keeps-its-end", test_each_call_keeps_its_end);
  ADD ("it-is-bounded-and-candidates-go-first", test_it_is_bounded_and_candidates_go_first);
  return g_test_run ();
}
