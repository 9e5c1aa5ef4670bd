/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/rig.h"

#include "support/support.h"

/*
 * Against the web client, as protocol.md describes it with all its quirks, in any order of what
 * can happen. The rig is Aloqa, with id 5.
 */

#define N_ORDERS 500

typedef enum {
  PAGE_IDLE,
  PAGE_DIALLING,      /* its request is out */
  PAGE_RINGING,       /* shows a request */
  PAGE_ACCEPTED,      /* has accepted it; no peer connection yet */
  PAGE_OFFER_RINGING, /* asks its user again, about the offer */
  PAGE_OFFERED,       /* has a peer connection; its offer is out */
  PAGE_IN_CALL,
} PageState;

typedef struct {
  Rig *rig;
  gint64 id;
  PageState state;
  gboolean is_busy_when_dialling; /* or shows the other's request on top of its own */
  gboolean owes_end;              /* its timer runs, 2 s after a call_reject */
  GQueue to_page;
  GQueue to_rig;
  guint n_taken; /* of what was in the rig's list of sent frames */
  guint n_offers;
  guint n_accepts;
  guint n_lost_candidates;
  guint n_candidates;
  guint n_gathered;
  GRand *random;
} Page;

static void
page_send (Page *self, AloqaMessageType type)
{
  AloqaMessage *message = rig_message (self->rig, type, self->id);

  if (type == ALOQA_MESSAGE_OFFER) {
    g_free (message->sdp);
    message->sdp = g_strdup_printf (VIDEO_SDP "o=%u\r\n", ++self->n_offers);
  }
  g_queue_push_tail (&self->to_rig, message);
}

/* It trickles at once, whoever listens. */
static void
page_describe (Page *self, AloqaMessageType type, PageState state)
{
  page_send (self, type);
  page_send (self, ALOQA_MESSAGE_CANDIDATE);
  page_send (self, ALOQA_MESSAGE_CANDIDATE);
  self->state = state;
}

static gboolean
page_has_connection (Page *self)
{
  return self->state == PAGE_OFFERED || self->state == PAGE_IN_CALL;
}

static void
page_get_request (Page *self)
{
  if (page_has_connection (self) || (self->state == PAGE_DIALLING && self->is_busy_when_dialling))
    page_send (self, ALOQA_MESSAGE_CALL_REJECT);
  else
    self->state = PAGE_RINGING;
}

static void
page_get_offer (Page *self)
{
  if (page_has_connection (self))
    page_send (self, ALOQA_MESSAGE_CALL_END);
  else
    self->state = PAGE_OFFER_RINGING;
}

static void
page_get_candidate (Page *self)
{
  if (page_has_connection (self))
    self->n_candidates++;
  else
    self->n_lost_candidates++;
}

static void
page_get_end (Page *self)
{
  if (self->state != PAGE_IDLE)
    page_send (self, ALOQA_MESSAGE_CALL_END);
  self->state = PAGE_IDLE;
}

static void
page_get (Page *self, const AloqaMessage *message)
{
  switch (message->type) {
  case ALOQA_MESSAGE_CALL_REQUEST:
    page_get_request (self);
    break;
  case ALOQA_MESSAGE_CALL_ACCEPT:
    /* Late or twice: it offers all the same. */
    self->n_accepts++;
    page_describe (self, ALOQA_MESSAGE_OFFER, PAGE_OFFERED);
    break;
  case ALOQA_MESSAGE_CALL_REJECT:
    self->owes_end = TRUE;
    self->state = PAGE_IDLE;
    break;
  case ALOQA_MESSAGE_OFFER:
    page_get_offer (self);
    break;
  case ALOQA_MESSAGE_ANSWER:
    if (self->state == PAGE_OFFERED)
      self->state = PAGE_IN_CALL;
    break;
  case ALOQA_MESSAGE_CANDIDATE:
    page_get_candidate (self);
    break;
  case ALOQA_MESSAGE_CALL_END:
    page_get_end (self);
    break;
  default:
    g_assert_not_reached ();
  }
}

static void
take_sent (Page *self)
{
  for (; self->n_taken < self->rig->sent->len; self->n_taken++)
    g_queue_push_tail (&self->to_page, aloqa_message_ref (self->rig->sent->pdata[self->n_taken]));
}

static gboolean
deliver_to_page (Page *self)
{
  g_autoptr (AloqaMessage) message = NULL;

  take_sent (self);
  message = g_queue_pop_head (&self->to_page);
  if (message != NULL)
    page_get (self, message);
  return message != NULL;
}

static gboolean
deliver_to_rig (Page *self)
{
  AloqaMessage *message = g_queue_pop_head (&self->to_rig);

  if (message != NULL)
    rig_receive (self->rig, message);
  return message != NULL;
}

static gboolean
page_user_accepts (Page *self)
{
  if (self->state == PAGE_RINGING) {
    page_send (self, ALOQA_MESSAGE_CALL_ACCEPT);
    self->state = PAGE_ACCEPTED;
    return TRUE;
  }
  if (self->state == PAGE_OFFER_RINGING) {
    page_describe (self, ALOQA_MESSAGE_ANSWER, PAGE_IN_CALL);
    return TRUE;
  }
  return FALSE;
}

static gboolean
page_timer_fires (Page *self)
{
  gboolean was_due = self->owes_end;

  if (was_due)
    page_send (self, ALOQA_MESSAGE_CALL_END);
  self->owes_end = FALSE;
  return was_due;
}

static TrackedCall *
get_call (Page *self)
{
  GPtrArray *calls = self->rig->tracker.calls;

  return calls->len > 0 ? calls->pdata[0] : NULL;
}

static gboolean
our_user_accepts (Page *self)
{
  TrackedCall *call = get_call (self);

  if (call == NULL ||
      (call->phase != ALOQA_PHASE_INCOMING && call->phase != ALOQA_PHASE_INCOMING_OFFER))
    return FALSE;
  rig_set (self->rig, ALOQA_CALL_EVENT_ACCEPT, TRUE);
  return TRUE;
}

static gboolean
our_media_work (Page *self)
{
  TrackedCall *call = get_call (self);
  TrackedLeg *leg = call != NULL ? tracker_find_leg (call, call->leg) : NULL;

  if (leg == NULL)
    return FALSE;
  if (leg->wants_offer && !leg->is_offer_made) {
    leg->is_offer_made = TRUE;
    rig_ready (self->rig, ALOQA_CALL_EVENT_OFFER_READY, leg->number, VIDEO_SDP);
  } else if (leg->wants_answer && !leg->is_answer_made) {
    leg->is_answer_made = TRUE;
    rig_ready (self->rig, ALOQA_CALL_EVENT_ANSWER_READY, leg->number, VIDEO_SDP);
  } else if (leg->n_candidates < 2) {
    leg->n_candidates++;
    rig_candidate (self->rig, leg->number);
  } else if (call->phase == ALOQA_PHASE_CONNECTING && self->state == PAGE_IN_CALL) {
    rig_media (self->rig, ALOQA_CALL_EVENT_MEDIA_CONNECTED, leg->number);
  } else {
    return FALSE;
  }
  return TRUE;
}

/* Time may pass at any moment, too. */
static gboolean
glare_times_out (Page *self)
{
  if (get_call (self) == NULL || (get_call (self)->deadlines & (1u << ALOQA_DEADLINE_GLARE)) == 0)
    return FALSE;
  rig_over (self->rig, ALOQA_DEADLINE_GLARE);
  return TRUE;
}

typedef gboolean (*Deed) (Page *self);

static gboolean
do_anything (Page *self)
{
  static const Deed deeds[] = { deliver_to_page, deliver_to_rig,   page_user_accepts,
                                our_media_work,  page_timer_fires, our_user_accepts,
                                glare_times_out };
  guint first = g_rand_int_range (self->random, 0, G_N_ELEMENTS (deeds));

  for (guint i = 0; i < G_N_ELEMENTS (deeds); i++) {
    if (deeds[(first + i) % G_N_ELEMENTS (deeds)](self))
      return TRUE;
  }
  return FALSE;
}

/* Of all deadlines only that of glare may be what brings the two together. */
static void
go_on (Page *self)
{
  while (do_anything (self))
    continue;
}

static void
page_init (Page *self, gint64 id, guint32 seed)
{
  *self = (Page){
    .rig = rig_new (0),
    .id = id,
    .random = g_rand_new_with_seed (seed),
    .to_page = G_QUEUE_INIT,
    .to_rig = G_QUEUE_INIT,
  };
}

static void
page_clear (Page *self)
{
  rig_free (self->rig);
  g_rand_free (self->random);
  g_queue_clear_full (&self->to_page, (GDestroyNotify) aloqa_message_unref);
  g_queue_clear_full (&self->to_rig, (GDestroyNotify) aloqa_message_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Page, page_clear)

static void
assert_talking (Page *self)
{
  rig_expect_phase (self->rig, ALOQA_PHASE_CONNECTED);
  g_assert_cmpint (self->state, ==, PAGE_IN_CALL);
  g_assert_cmpuint (self->n_lost_candidates, ==, 0);
  g_assert_cmpuint (self->n_candidates, ==, 2);
  g_assert_cmpuint (self->n_accepts, <=, 1);
}

static guint
count_our_offers (Page *self)
{
  guint n_offers = 0;

  for (guint i = 0; i < self->rig->sent->len; i++)
    n_offers += ((AloqaMessage *) self->rig->sent->pdata[i])->type == ALOQA_MESSAGE_OFFER;
  return n_offers;
}

static void
page_dials (Page *self)
{
  self->state = PAGE_DIALLING;
  page_send (self, ALOQA_MESSAGE_CALL_REQUEST);
}

static void
test_we_call_it (void)
{
  for (guint seed = 0; seed < N_ORDERS; seed++) {
    g_auto (Page) page;

    page_init (&page, PEER, seed);
    rig_dial (page.rig, PEER, ALOQA_CALL_VIDEO,
              seed % 2 == 0 ? ALOQA_DIAL_AUTO : ALOQA_DIAL_LEGACY);
    go_on (&page);
    assert_talking (&page);
    g_assert_cmpuint (count_our_offers (&page), ==, 1);
  }
}

static void
test_it_calls_us (void)
{
  for (guint seed = 0; seed < N_ORDERS; seed++) {
    g_auto (Page) page;

    page_init (&page, LOW_PEER, seed);
    if (seed % 2 == 0)
      page_dials (&page);
    else
      page_describe (&page, ALOQA_MESSAGE_OFFER, PAGE_OFFERED);
    go_on (&page);
    assert_talking (&page);
    g_assert_cmpuint (page.n_offers, ==, 1);
  }
}

/* Whichever accept comes first, one offer only. */
static void
test_both_call (void)
{
  for (guint seed = 0; seed < 4 * N_ORDERS; seed++) {
    gint64 id = seed % 2 == 0 ? LOW_PEER : PEER;
    guint n_before;
    g_auto (Page) page;

    page_init (&page, id, seed);
    page.is_busy_when_dialling = seed % 4 < 2;
    n_before = g_rand_int_range (page.random, 0, 3);
    page_dials (&page);
    rig_dial (page.rig, id, ALOQA_CALL_VIDEO, ALOQA_DIAL_AUTO);
    while (n_before-- > 0)
      do_anything (&page);
    go_on (&page);
    assert_talking (&page);
    g_assert_cmpuint (page.n_offers + count_our_offers (&page), ==, 1);
  }
}

/* We reject it, and call back before its call_end of 2 s later has come. */
static void
test_we_call_back_at_once (void)
{
  for (guint seed = 0; seed < N_ORDERS; seed++) {
    g_auto (Page) page;

    page_init (&page, PEER, seed);
    page_dials (&page);
    deliver_to_rig (&page);
    rig_do (page.rig, ALOQA_CALL_EVENT_REJECT);
    deliver_to_page (&page);
    g_assert_true (page.owes_end);
    rig_dial (page.rig, PEER, ALOQA_CALL_VIDEO, ALOQA_DIAL_AUTO);
    page_timer_fires (&page);
    go_on (&page);
    assert_talking (&page);
  }
}

/* It echoes our call_end into the call that we make right after. */
static void
test_we_call_again_at_once (void)
{
  for (guint seed = 0; seed < N_ORDERS; seed++) {
    g_auto (Page) page;

    page_init (&page, PEER, seed);
    rig_dial (page.rig, PEER, ALOQA_CALL_VIDEO, ALOQA_DIAL_AUTO);
    go_on (&page);
    page.n_candidates = 0;
    rig_do (page.rig, ALOQA_CALL_EVENT_HANG_UP);
    rig_dial (page.rig, PEER, ALOQA_CALL_VIDEO, ALOQA_DIAL_AUTO);
    go_on (&page);
    assert_talking (&page);
  }
}

static void
ignore_log (const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  g_log_set_handler ("aloqa-call", G_LOG_LEVEL_DEBUG, ignore_log, NULL);
  g_test_add_func ("/call/page/we-call-it", test_we_call_it);
  g_test_add_func ("/call/page/it-calls-us", test_it_calls_us);
  g_test_add_func ("/call/page/both-call", test_both_call);
  g_test_add_func ("/call/page/we-call-back-at-once", test_we_call_back_at_once);
  g_test_add_func ("/call/page/we-call-again-at-once", test_we_call_again_at_once);
  return g_test_run ();
}
