/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "call/effect.h"
#include "call/event.h"

G_BEGIN_DECLS

/*
 * All calls of one account. It decides and does nothing: no socket, clock, thread or device. Each
 * event in gives the effects to run, in order, before the next event goes in: what an effect brings
 * about at once is queued by the runner.
 */
typedef struct _AloqaArbiter AloqaArbiter;

AloqaArbiter *aloqa_arbiter_new (gint64 own_id);
void aloqa_arbiter_free (AloqaArbiter *self);
void aloqa_arbiter_set_max_calls (AloqaArbiter *self, guint n_calls);
void aloqa_arbiter_set_do_not_disturb (AloqaArbiter *self, gboolean is_on);

GPtrArray *aloqa_arbiter_handle (AloqaArbiter *self, const AloqaCallEvent *event);

guint aloqa_arbiter_get_n_calls (AloqaArbiter *self);
AloqaPhase aloqa_arbiter_get_phase (AloqaArbiter *self, guint call);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaArbiter, aloqa_arbiter_free)

G_END_DECLS
