/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/call-book.h"

#include "support/support.h"

#define ALI 1
#define VALI 2
#define GULI 3

#define SECOND G_USEC_PER_SEC

/* As the relay does with what it passes on. */
static void
advance (AloqaCallBook *book, AloqaCallEntry *call, const AloqaMessage *message, gint64 now_us)
{
  switch (message->type) {
  case ALOQA_MESSAGE_CALL_END:
  case ALOQA_MESSAGE_CALL_REJECT:
  case ALOQA_MESSAGE_BUSY:
    aloqa_call_book_end (book, call, message->peer, "the end", now_us);
    break;
  case ALOQA_MESSAGE_OFFER:
    aloqa_call_entry_enter (call, ALOQA_CALL_STAGE_OFFERED, now_us);
    break;
  case ALOQA_MESSAGE_ANSWER:
    aloqa_call_entry_enter (call, ALOQA_CALL_STAGE_ANSWERED, now_us);
    break;
  default:
    break;
  }
}

/* What a frame of @type belongs to: an id, "echo of" one, or a word. */
static char *
note (AloqaCallBook *book, AloqaMessageType type, gint64 from, gint64 to, const char *id,
      gint64 now_us)
{
  g_autoptr (AloqaMessage) message = aloqa_message_new (type, to);
  g_autofree char *echo_id = NULL;
  AloqaCallEntry *call;
  char *result;

  message->call_id = g_strdup (id);
  switch (aloqa_call_book_look_up (book, message, from, now_us, &call, &echo_id)) {
  case ALOQA_BOOK_STALE:
    return g_strdup ("stale");
  case ALOQA_BOOK_UNKNOWN:
    return g_strdup ("unknown");
  case ALOQA_BOOK_ECHO:
    return g_strconcat ("echo of ", echo_id, NULL);
  default:
    result = g_strdup (call->id);
    advance (book, call, message, now_us);
    return result;
  }
}

static void
expect (AloqaCallBook *book, AloqaMessageType type, gint64 from, gint64 to, const char *id,
        gint64 now_us, const char *expected)
{
  g_autofree char *got = note (book, type, from, to, id, now_us);

  g_assert_cmpstr (got, ==, expected);
}

static void
test_a_caller_s_id_goes_through_the_call (void)
{
  g_autoptr (AloqaCallBook) book = aloqa_call_book_new ();

  expect (book, ALOQA_MESSAGE_CALL_REQUEST, ALI, VALI, "x", 0, "x");
  expect (book, ALOQA_MESSAGE_CALL_ACCEPT, VALI, ALI, NULL, 0, "x");
  expect (book, ALOQA_MESSAGE_OFFER, ALI, VALI, "x", 0, "x");
  expect (book, ALOQA_MESSAGE_CANDIDATE, VALI, ALI, NULL, 0, "x");
  expect (book, ALOQA_MESSAGE_ANSWER, VALI, ALI, NULL, 0, "x");
  expect (book, ALOQA_MESSAGE_CALL_END, VALI, ALI, NULL, 0, "x");
  g_assert_cmpuint (aloqa_call_book_get_n_calls (book), ==, 0);
}

static void
test_an_old_caller_s_call_gets_an_id_of_the_server (void)
{
  g_autoptr (AloqaCallBook) book = aloqa_call_book_new ();
  g_autofree char *id = note (book, ALOQA_MESSAGE_CALL_REQUEST, ALI, VALI, NULL, 0);

  g_assert_cmpuint (strlen (id), >, 0);
  g_assert_cmpuint (strlen (id), <=, 64);
  expect (book, ALOQA_MESSAGE_CALL_ACCEPT, VALI, ALI, id, 0, id);
  expect (book, ALOQA_MESSAGE_OFFER, ALI, VALI, NULL, 0, id);
  expect (book, ALOQA_MESSAGE_ANSWER, VALI, ALI, id, 0, id);
  expect (book, ALOQA_MESSAGE_CALL_END, ALI, VALI, NULL, 0, id);
}

static void
test_a_legacy_offer_is_a_call (void)
{
  g_autoptr (AloqaCallBook) book = aloqa_call_book_new ();
  g_autofree char *id = note (book, ALOQA_MESSAGE_OFFER, ALI, VALI, NULL, 0);

  expect (book, ALOQA_MESSAGE_CANDIDATE, ALI, VALI, NULL, 0, id);
  expect (book, ALOQA_MESSAGE_ANSWER, VALI, ALI, NULL, 0, id);
}

static void
test_frames_of_a_call_that_is_over_are_stale (void)
{
  g_autoptr (AloqaCallBook) book = aloqa_call_book_new ();

  expect (book, ALOQA_MESSAGE_CALL_REQUEST, ALI, VALI, "x", 0, "x");
  expect (book, ALOQA_MESSAGE_CALL_END, ALI, VALI, "x", 0, "x");
  expect (book, ALOQA_MESSAGE_CALL_ACCEPT, VALI, ALI, "x", 0, "stale");
  expect (book, ALOQA_MESSAGE_CALL_END, ALI, VALI, "x", 0, "stale");
  expect (book, ALOQA_MESSAGE_OFFER, ALI, VALI, "x", 0, "stale");

  expect (book, ALOQA_MESSAGE_CALL_REQUEST, ALI, VALI, "y", 0, "y");
  expect (book, ALOQA_MESSAGE_CALL_END, VALI, ALI, "x", 0, "stale");
  expect (book, ALOQA_MESSAGE_CALL_END, VALI, ALI, "other", 0, "stale");
  expect (book, ALOQA_MESSAGE_CALL_ACCEPT, VALI, ALI, "y", 0, "y");
}

static void
test_a_page_s_echo_does_not_end_the_redial (void)
{
  g_autoptr (AloqaCallBook) book = aloqa_call_book_new ();

  expect (book, ALOQA_MESSAGE_CALL_REQUEST, ALI, VALI, "x", 0, "x");
  expect (book, ALOQA_MESSAGE_CALL_END, ALI, VALI, "x", 0, "x");
  expect (book, ALOQA_MESSAGE_CALL_REQUEST, ALI, VALI, "y", SECOND / 10, "y");
  expect (book, ALOQA_MESSAGE_CALL_END, VALI, ALI, NULL, SECOND / 5, "echo of x");
  /* There is one echo; the next end is meant. */
  expect (book, ALOQA_MESSAGE_CALL_END, VALI, ALI, NULL, SECOND, "y");
}

static void
test_the_end_after_a_reject_does_not_end_the_redial (void)
{
  g_autoptr (AloqaCallBook) book = aloqa_call_book_new ();
  g_autofree char *id = note (book, ALOQA_MESSAGE_CALL_REQUEST, VALI, ALI, NULL, 0);
  g_autofree char *echo = g_strconcat ("echo of ", id, NULL);

  expect (book, ALOQA_MESSAGE_CALL_REJECT, ALI, VALI, id, 0, id);
  expect (book, ALOQA_MESSAGE_CALL_REQUEST, ALI, VALI, "y", SECOND, "y");
  expect (book, ALOQA_MESSAGE_CALL_END, VALI, ALI, NULL, 2 * SECOND, echo);
  expect (book, ALOQA_MESSAGE_CALL_ACCEPT, VALI, ALI, NULL, 3 * SECOND, "y");
}

static void
test_who_does_not_echo_can_end_a_later_call (void)
{
  g_autoptr (AloqaCallBook) book = aloqa_call_book_new ();

  expect (book, ALOQA_MESSAGE_CALL_REQUEST, ALI, VALI, "x", 0, "x");
  expect (book, ALOQA_MESSAGE_CALL_END, ALI, VALI, "x", 0, "x");
  expect (book, ALOQA_MESSAGE_CALL_REQUEST, ALI, VALI, "y", SECOND, "y");
  expect (book, ALOQA_MESSAGE_CALL_END, VALI, ALI, NULL, 5 * SECOND, "y");
}

static void
test_two_calls_at_once_keep_their_ids (void)
{
  g_autoptr (AloqaCallBook) book = aloqa_call_book_new ();

  expect (book, ALOQA_MESSAGE_CALL_REQUEST, ALI, VALI, "x", 0, "x");
  expect (book, ALOQA_MESSAGE_CALL_REQUEST, VALI, ALI, "y", 0, "y");
  expect (book, ALOQA_MESSAGE_CALL_ACCEPT, VALI, ALI, "x", 0, "x");
  expect (book, ALOQA_MESSAGE_OFFER, ALI, VALI, "x", 0, "x");
  expect (book, ALOQA_MESSAGE_ANSWER, VALI, ALI, "x", 0, "x");
  expect (book, ALOQA_MESSAGE_CANDIDATE, ALI, VALI, NULL, 0, "x");
  expect (book, ALOQA_MESSAGE_CALL_END, ALI, VALI, NULL, 0, "x");
}

static void
test_two_calls_at_once_with_a_page (void)
{
  g_autoptr (AloqaCallBook) book = aloqa_call_book_new ();
  g_autofree char *page = note (book, ALOQA_MESSAGE_CALL_REQUEST, VALI, ALI, NULL, 0);

  expect (book, ALOQA_MESSAGE_CALL_REQUEST, ALI, VALI, "x", 1, "x");
  expect (book, ALOQA_MESSAGE_CALL_ACCEPT, ALI, VALI, page, 2, page);
  expect (book, ALOQA_MESSAGE_CALL_ACCEPT, VALI, ALI, NULL, 3, "x");
  expect (book, ALOQA_MESSAGE_OFFER, VALI, ALI, NULL, 4, page);
  expect (book, ALOQA_MESSAGE_CANDIDATE, VALI, ALI, NULL, 5, page);
}

static void
test_other_pairs_are_not_touched (void)
{
  g_autoptr (AloqaCallBook) book = aloqa_call_book_new ();

  expect (book, ALOQA_MESSAGE_CALL_REQUEST, ALI, VALI, "x", 0, "x");
  expect (book, ALOQA_MESSAGE_CALL_REQUEST, GULI, VALI, "z", 0, "z");
  expect (book, ALOQA_MESSAGE_BUSY, VALI, GULI, "z", 0, "z");
  expect (book, ALOQA_MESSAGE_CALL_END, GULI, ALI, NULL, 0, "unknown");
  expect (book, ALOQA_MESSAGE_CALL_ACCEPT, VALI, ALI, "x", 0, "x");
  g_assert_cmpuint (aloqa_call_book_get_n_calls (book), ==, 1);
}

static void
test_without_a_call_nothing_belongs_to_one (void)
{
  g_autoptr (AloqaCallBook) book = aloqa_call_book_new ();

  expect (book, ALOQA_MESSAGE_CANDIDATE, ALI, VALI, "x", 0, "unknown");
  expect (book, ALOQA_MESSAGE_CALL_END, VALI, ALI, NULL, 0, "unknown");
  expect (book, ALOQA_MESSAGE_CALL_ACCEPT, ALI, VALI, "x", 0, "unknown");
}

static void
test_the_same_request_twice_is_one_call (void)
{
  g_autoptr (AloqaCallBook) book = aloqa_call_book_new ();

  expect (book, ALOQA_MESSAGE_CALL_REQUEST, ALI, VALI, "x", 0, "x");
  expect (book, ALOQA_MESSAGE_CALL_REQUEST, ALI, VALI, "x", 0, "stale");
  expect (book, ALOQA_MESSAGE_OFFER, ALI, VALI, "x", 0, "x");
  expect (book, ALOQA_MESSAGE_ANSWER, VALI, ALI, "x", 0, "x");
  expect (book, ALOQA_MESSAGE_OFFER, ALI, VALI, "x", 0, "stale");
  g_assert_cmpuint (aloqa_call_book_get_n_calls (book), ==, 1);
}

static void
test_the_calls_of_a_user_are_found (void)
{
  g_autoptr (AloqaCallBook) book = aloqa_call_book_new ();
  g_autoptr (GPtrArray) ali = NULL;
  g_autoptr (GPtrArray) nobody = NULL;

  expect (book, ALOQA_MESSAGE_CALL_REQUEST, ALI, VALI, "x", 0, "x");
  expect (book, ALOQA_MESSAGE_CALL_REQUEST, GULI, ALI, "y", 0, "y");
  expect (book, ALOQA_MESSAGE_CALL_REQUEST, GULI, VALI, "z", 0, "z");
  ali = aloqa_call_book_find_calls_of (book, ALI);
  nobody = aloqa_call_book_find_calls_of (book, 99);
  g_assert_cmpuint (ali->len, ==, 2);
  g_assert_cmpuint (nobody->len, ==, 0);
}

static void
test_what_is_over_leaves_nothing (void)
{
  g_autoptr (AloqaCallBook) book = aloqa_call_book_new ();
  g_autoptr (GPtrArray) soon = NULL;
  g_autoptr (GPtrArray) later = NULL;

  expect (book, ALOQA_MESSAGE_CALL_REQUEST, ALI, VALI, "x", 0, "x");
  expect (book, ALOQA_MESSAGE_CALL_REQUEST, ALI, GULI, "y", 0, "y");
  expect (book, ALOQA_MESSAGE_CALL_END, ALI, VALI, "x", 0, "x");
  expect (book, ALOQA_MESSAGE_CALL_ACCEPT, VALI, ALI, "x", SECOND, "stale");
  soon = aloqa_call_book_find_all (book, SECOND);
  later = aloqa_call_book_find_all (book, 5 * SECOND);
  g_assert_cmpuint (soon->len, ==, 1);
  g_assert_cmpuint (later->len, ==, 1);
  expect (book, ALOQA_MESSAGE_CALL_ACCEPT, VALI, ALI, "x", 5 * SECOND, "unknown");
  expect (book, ALOQA_MESSAGE_CALL_ACCEPT, GULI, ALI, "y", 5 * SECOND, "y");
}

static void
test_what_rings_is_a_new_call (void)
{
  static const struct {
    AloqaMessageType type;
    const char *id;
    gboolean is_new;
  } cases[] = {
    { ALOQA_MESSAGE_CALL_REQUEST, NULL, TRUE }, { ALOQA_MESSAGE_OFFER, NULL, FALSE },
    { ALOQA_MESSAGE_OFFER, "x", FALSE },        { ALOQA_MESSAGE_OFFER, "y", TRUE },
    { ALOQA_MESSAGE_CALL_END, NULL, FALSE },    { ALOQA_MESSAGE_CANDIDATE, NULL, FALSE },
  };
  g_autoptr (AloqaCallBook) book = aloqa_call_book_new ();
  g_autoptr (AloqaMessage) offer = aloqa_message_new (ALOQA_MESSAGE_OFFER, GULI);

  expect (book, ALOQA_MESSAGE_CALL_REQUEST, ALI, VALI, "x", 0, "x");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (AloqaMessage) message = aloqa_message_new (cases[i].type, VALI);

    message->call_id = g_strdup (cases[i].id);
    g_assert_cmpint (aloqa_call_book_is_new_call (book, message, ALI), ==, cases[i].is_new);
  }
  g_assert_true (aloqa_call_book_is_new_call (book, offer, ALI));
}

#define ADD(name, func) g_test_add_func ("/server/call-book/" name, func)

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  ADD ("a-caller-s-id-goes-through-the-call", test_a_caller_s_id_goes_through_the_call);
  ADD ("an-old-caller-s-call-gets-an-id-of-the-server",
       test_an_old_caller_s_call_gets_an_id_of_the_server);
  ADD ("a-legacy-offer-is-a-call", test_a_legacy_offer_is_a_call);
  ADD ("frames-of-a-call-that-is-over-are-stale", test_frames_of_a_call_that_is_over_are_stale);
  ADD ("a-page-s-echo-does-not-end-the-redial", test_a_page_s_echo_does_not_end_the_redial);
  ADD ("the-end-after-a-reject-does-not-end-the-redial",
       test_the_end_after_a_reject_does_not_end_the_redial);
  ADD ("who-does-not-echo-can-end-a-later-call", test_who_does_not_echo_can_end_a_later_call);
  ADD ("two-calls-at-once-keep-their-ids", test_two_calls_at_once_keep_their_ids);
  ADD ("two-calls-at-once-with-a-page", test_two_calls_at_once_with_a_page);
  ADD ("other-pairs-are-not-touched", test_other_pairs_are_not_touched);
  ADD ("without-a-call-nothing-belongs-to-one", test_without_a_call_nothing_belongs_to_one);
  ADD ("the-same-request-twice-is-one-call", test_the_same_request_twice_is_one_call);
  ADD ("the-calls-of-a-user-are-found", test_the_calls_of_a_user_are_found);
  ADD ("what-is-over-leaves-nothing", test_what_is_over_leaves_nothing);
  ADD ("what-rings-is-a-new-call", test_what_rings_is_a_new_call);
  return g_test_run ();
}
