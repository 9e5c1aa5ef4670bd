/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "call/tracker.h"

/* That what was started and stopped is what the arbiter's calls ask for. */

static guint
get_phase_deadline (const TrackedCall *call)
{
  switch (call->phase) {
  case ALOQA_PHASE_CALLING:
  case ALOQA_PHASE_RINGING:
  case ALOQA_PHASE_INCOMING:
  case ALOQA_PHASE_INCOMING_OFFER:
    return 1u << ALOQA_DEADLINE_RING;
  case ALOQA_PHASE_OFFERED:
    return 1u << (call->is_legacy ? ALOQA_DEADLINE_RING : ALOQA_DEADLINE_ANSWER);
  case ALOQA_PHASE_ACCEPTED:
    return 1u << ALOQA_DEADLINE_OFFER;
  case ALOQA_PHASE_OFFERING:
  case ALOQA_PHASE_ANSWERING:
    return 1u << ALOQA_DEADLINE_MEDIA;
  case ALOQA_PHASE_CONNECTING:
    return 1u << ALOQA_DEADLINE_CONNECT;
  default:
    return 0;
  }
}

/* Whatever the way to a phase, this is what rings and waits in it. */
static void
assert_fits_phase (const TrackedCall *call, gboolean is_online)
{
  const guint away = 1u << ALOQA_DEADLINE_AWAY;
  const guint of_phases = ((1u << ALOQA_DEADLINE_GLARE) - 1) & ~away;
  gboolean is_away = (call->deadlines & away) != 0;
  gboolean is_heard = is_online && !is_away;
  AloqaPhase phase = call->phase;

  gboolean may_ring = phase == ALOQA_PHASE_INCOMING || phase == ALOQA_PHASE_INCOMING_OFFER;

  g_assert_true (may_ring || !call->is_unseen);
  g_assert_cmpint (call->rings_here, ==, may_ring && !call->is_unseen && is_heard);
  g_assert_true (!is_away || get_phase_deadline (call) == 1u << ALOQA_DEADLINE_RING);
  g_assert_cmpint (call->rings_back, ==,
                   is_heard && (phase == ALOQA_PHASE_CALLING || phase == ALOQA_PHASE_RINGING ||
                                (call->is_legacy &&
                                 (phase == ALOQA_PHASE_OFFERING || phase == ALOQA_PHASE_OFFERED))));
  g_assert_cmphex (call->deadlines & of_phases, ==, get_phase_deadline (call));
  g_assert_cmpint (call->has_devices, ==, call->has_consent);
}

void
tracker_assert_agrees (Tracker *self, AloqaArbiter *arbiter)
{
  g_assert_cmpuint (self->calls->len, ==, aloqa_arbiter_get_n_calls (arbiter));
  for (guint i = 0; i < self->calls->len; i++) {
    TrackedCall *call = self->calls->pdata[i];

    g_assert_cmpint (call->phase, ==, aloqa_arbiter_get_phase (arbiter, call->number));
    assert_fits_phase (call, self->is_online);
  }
}

void
tracker_assert_idle (Tracker *self)
{
  g_assert_cmpuint (self->calls->len, ==, 0);
  g_assert_cmpuint (self->memories->len, ==, 0);
}
