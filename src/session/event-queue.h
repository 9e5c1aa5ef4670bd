/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "call/event.h"

G_BEGIN_DECLS

/* Events that wait for their turn, with copies of all they borrow. */
typedef struct _AloqaEventQueue AloqaEventQueue;

typedef void (*AloqaCallEventFunc) (const AloqaCallEvent *event, gpointer user_data);

AloqaEventQueue *aloqa_event_queue_new (void);
void aloqa_event_queue_free (AloqaEventQueue *self);
void aloqa_event_queue_push (AloqaEventQueue *self, const AloqaCallEvent *event);
gboolean
aloqa_event_queue_pop (AloqaEventQueue *self, AloqaCallEventFunc handle, gpointer user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaEventQueue, aloqa_event_queue_free)

G_END_DECLS
