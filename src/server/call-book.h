/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/message.h"
#include "server/call-pair.h"

G_BEGIN_DECLS

/*
 * Which calls there are: the protocol of the existing system has no call ids, so this book gives
 * each call one and knows what a frame without one belongs to. Pure: time is an argument, and nobody
 * is told anything.
 */
typedef struct _AloqaCallBook AloqaCallBook;

typedef enum {
  ALOQA_BOOK_CALL,     /* belongs to a call */
  ALOQA_BOOK_NEW_CALL, /* has begun one */
  ALOQA_BOOK_ECHO,     /* answers the end of one that is over */
  ALOQA_BOOK_STALE,    /* of a call that is over: whoever gets it would end another one */
  ALOQA_BOOK_UNKNOWN,  /* the two have no such call */
} AloqaBookVerdict;

AloqaCallBook *aloqa_call_book_new (void);
void aloqa_call_book_free (AloqaCallBook *self);
AloqaBookVerdict
aloqa_call_book_look_up (AloqaCallBook *self, const AloqaMessage *message, gint64 sender,
                         gint64 now_us, AloqaCallEntry **call, char **echo_id);
gboolean
aloqa_call_book_is_new_call (AloqaCallBook *self, const AloqaMessage *message, gint64 sender);
void aloqa_call_book_end (AloqaCallBook *self, AloqaCallEntry *call, gint64 echo_from,
                          const char *why, gint64 now_us);
void
aloqa_call_book_drop (AloqaCallBook *self, AloqaCallEntry *call, const char *why, gint64 now_us);
gboolean aloqa_call_book_has_crossing (AloqaCallBook *self, const AloqaCallEntry *call);
void aloqa_call_book_answer (AloqaCallBook *self, const AloqaCallEntry *call, gint64 now_us);
GPtrArray *aloqa_call_book_find_calls_of (AloqaCallBook *self, gint64 user_id);
GPtrArray *aloqa_call_book_find_all (AloqaCallBook *self, gint64 now_us);
guint aloqa_call_book_get_n_calls (AloqaCallBook *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaCallBook, aloqa_call_book_free)

G_END_DECLS
