/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/clock.h"

G_BEGIN_DECLS

/* A clock that stands still until told to advance. */
#define ALOQA_TYPE_FAKE_CLOCK (aloqa_fake_clock_get_type ())
G_DECLARE_FINAL_TYPE (AloqaFakeClock, aloqa_fake_clock, ALOQA, FAKE_CLOCK, AloqaClock)

AloqaClock *aloqa_fake_clock_new (void);
void aloqa_fake_clock_advance_ms (AloqaFakeClock *self, gint64 duration_ms);
void aloqa_fake_clock_stand_still_ms (AloqaFakeClock *self, gint64 duration_ms);
gint64 aloqa_fake_clock_get_next_ms (AloqaFakeClock *self);
guint aloqa_fake_clock_get_n_timers (AloqaFakeClock *self);

G_END_DECLS
