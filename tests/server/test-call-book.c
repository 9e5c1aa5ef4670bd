/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/call-book.h"

#include "support/support.h"

#define ALI 1
#define VALI 2
#define GULI 3

#define SECOND G_USEC_PER_SEC

/* What a frame of @type does; "" stands for no id. */
static char *
note (AloqaCallBook *book, AloqaMessageType type, gint64 from, gint64 to, const char *id,
      gint64 now_us)
{
  g_autoptr (AloqaMessage) message = aloqa_message_new (type, to);
  char *call_id;

  message->call_id = g_strdup (id);
  if (aloqa_call_book_note (book, message, from, now_us, &call_id) == ALOQA_BOOK_STALE) {
    g_assert_null (call_id);
    return g_strdup ("stale");
  }
  return call_id != NULL ? call_id : g_strdup ("");
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

  g_assert_true (aloqa_call_book_has_offer (book, ALI, VALI));
  g_assert_false (aloqa_call_book_has_offer (book, VALI, ALI));
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
  expect (book, ALOQA_MESSAGE_CALL_END, VALI, ALI, NULL, SECOND / 5, "x");
  /* There is one echo; the next end is meant. */
  expect (book, ALOQA_MESSAGE_CALL_END, VALI, ALI, NULL, SECOND, "y");
}

static void
test_the_end_after_a_reject_does_not_end_the_redial (void)
{
  g_autoptr (AloqaCallBook) book = aloqa_call_book_new ();
  g_autofree char *id = note (book, ALOQA_MESSAGE_CALL_REQUEST, VALI, ALI, NULL, 0);

  expect (book, ALOQA_MESSAGE_CALL_REJECT, ALI, VALI, id, 0, id);
  expect (book, ALOQA_MESSAGE_CALL_REQUEST, ALI, VALI, "y", SECOND, "y");
  expect (book, ALOQA_MESSAGE_CALL_END, VALI, ALI, NULL, 2 * SECOND, id);
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
  expect (book, ALOQA_MESSAGE_CALL_END, GULI, ALI, NULL, 0, "");
  expect (book, ALOQA_MESSAGE_CALL_ACCEPT, VALI, ALI, "x", 0, "x");
  g_assert_cmpuint (aloqa_call_book_get_n_calls (book), ==, 1);
}

static void
test_a_server_that_was_restarted_passes_what_it_does_not_know (void)
{
  g_autoptr (AloqaCallBook) book = aloqa_call_book_new ();

  expect (book, ALOQA_MESSAGE_CANDIDATE, ALI, VALI, "x", 0, "x");
  expect (book, ALOQA_MESSAGE_CALL_END, VALI, ALI, NULL, 0, "");
  expect (book, ALOQA_MESSAGE_CALL_END, ALI, VALI, "x", 0, "x");
}

static void
test_what_is_forgotten_leaves_nothing (void)
{
  g_autoptr (AloqaCallBook) book = aloqa_call_book_new ();
  const gint64 minute = 60 * SECOND;

  expect (book, ALOQA_MESSAGE_CALL_REQUEST, ALI, VALI, "unanswered", 0, "unanswered");
  expect (book, ALOQA_MESSAGE_OFFER, ALI, GULI, "answered", 0, "answered");
  expect (book, ALOQA_MESSAGE_ANSWER, GULI, ALI, "answered", 0, "answered");
  g_assert_cmpuint (aloqa_call_book_get_n_calls (book), ==, 2);

  expect (book, ALOQA_MESSAGE_CANDIDATE, 8, 9, NULL, 6 * minute, "");
  g_assert_cmpuint (aloqa_call_book_get_n_calls (book), ==, 1);
  expect (book, ALOQA_MESSAGE_CALL_END, GULI, ALI, NULL, 23 * 60 * minute, "answered");
  expect (book, ALOQA_MESSAGE_CALL_REQUEST, ALI, GULI, "later", 24 * 60 * minute, "later");
  expect (book, ALOQA_MESSAGE_CANDIDATE, 8, 9, NULL, 49 * 60 * minute, "");
  g_assert_cmpuint (aloqa_call_book_get_n_calls (book), ==, 0);
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
  ADD ("a-server-that-was-restarted-passes-what-it-does-not-know",
       test_a_server_that_was_restarted_passes_what_it_does_not_know);
  ADD ("what-is-forgotten-leaves-nothing", test_what_is_forgotten_leaves_nothing);
  ADD ("what-rings-is-a-new-call", test_what_rings_is_a_new_call);
  return g_test_run ();
}
