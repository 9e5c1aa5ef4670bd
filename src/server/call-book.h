/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/message.h"

G_BEGIN_DECLS

/*
 * Which calls there are, as far as their frames tell: the protocol of the existing system has no
 * call ids, so this book gives each call one and knows what a frame without one belongs to. Pure:
 * time is an argument, and nobody is told anything.
 */
typedef struct _AloqaCallBook AloqaCallBook;

typedef enum {
  ALOQA_BOOK_PASS,
  ALOQA_BOOK_STALE, /* of a call that is over: whoever gets it would end another one */
} AloqaBookVerdict;

AloqaCallBook *aloqa_call_book_new (void);
void aloqa_call_book_free (AloqaCallBook *self);
AloqaBookVerdict aloqa_call_book_note (AloqaCallBook *self, const AloqaMessage *message,
                                       gint64 sender, gint64 now_us, char **call_id);
void aloqa_call_book_drop (AloqaCallBook *self, gint64 caller, gint64 callee);
gboolean
aloqa_call_book_is_new_call (AloqaCallBook *self, const AloqaMessage *message, gint64 sender);
gboolean aloqa_call_book_has_offer (AloqaCallBook *self, gint64 caller, gint64 callee);
guint aloqa_call_book_get_n_calls (AloqaCallBook *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaCallBook, aloqa_call_book_free)

G_END_DECLS
