/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/live-call.h"

G_BEGIN_DECLS

/* What is said of a call, in the reader's language. */

/* Whose wish a call is that comes from outside. */
typedef enum {
  ALOQA_WISH_OF_COMMAND_LINE,
  ALOQA_WISH_OF_LINK,
  ALOQA_WISH_OF_NOTIFICATION, /* of a missed call */
  ALOQA_WISH_FOR_ELSEWHERE,   /* the command line's, from another account */
} AloqaWishOrigin;

const char *aloqa_call_words_for_phase (AloqaPhase phase, gboolean is_incoming, AloqaCallKind kind);
char *aloqa_call_words_for_end (const AloqaCallEnd *end, gboolean is_incoming, const char *name,
                                gboolean is_online);
const char *aloqa_call_words_for_suggestion (AloqaSuggestion suggestion);
char *aloqa_call_words_for_wish (AloqaWishOrigin origin, const char *username);

G_END_DECLS
