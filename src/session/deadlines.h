/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/clock.h"
#include "call/call.h"

G_BEGIN_DECLS

/* The running deadlines of all calls. */
typedef struct _AloqaDeadlines AloqaDeadlines;

typedef void (*AloqaDeadlineFunc) (guint call, AloqaDeadline deadline, gpointer user_data);

AloqaDeadlines *aloqa_deadlines_new (AloqaClock *clock, AloqaDeadlineFunc func, gpointer user_data);
void aloqa_deadlines_free (AloqaDeadlines *self);
void
aloqa_deadlines_start (AloqaDeadlines *self, guint call, AloqaDeadline deadline, guint duration_ms);
void aloqa_deadlines_stop (AloqaDeadlines *self, guint call, AloqaDeadline deadline);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaDeadlines, aloqa_deadlines_free)

G_END_DECLS
