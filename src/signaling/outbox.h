/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/message.h"

G_BEGIN_DECLS

/*
 * What is to be sent, in order, until it is known to have reached the server. A frame that was
 * written to a socket may be lost: on a half-open connection writing succeeds for minutes. The proof
 * is a probe: it is sent after the frames, and its echo comes back after the server has read them.
 * What has no proof when its socket ends is sent again on the next one.
 *
 * It knows no socket and no clock; whoever has them tells it.
 */
typedef struct _AloqaOutbox AloqaOutbox;

AloqaOutbox *aloqa_outbox_new (void);
void aloqa_outbox_free (AloqaOutbox *self);

void aloqa_outbox_push (AloqaOutbox *self, AloqaMessage *message, gint64 now_us);
const AloqaMessage *aloqa_outbox_take_next (AloqaOutbox *self, gint64 now_us);
void aloqa_outbox_note_probe (AloqaOutbox *self);
void aloqa_outbox_note_echo (AloqaOutbox *self);
void aloqa_outbox_note_loss (AloqaOutbox *self);
void aloqa_outbox_clear (AloqaOutbox *self);

gboolean aloqa_outbox_is_empty (const AloqaOutbox *self);
gboolean aloqa_outbox_has_unproven (const AloqaOutbox *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaOutbox, aloqa_outbox_free)

G_END_DECLS
