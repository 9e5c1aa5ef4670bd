/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A call as far as its frames tell. */
typedef struct {
  char *id; /* or NULL: there is no such call */
  gboolean has_offer;
  gboolean is_answered;
  gint64 touched_us; /* its last frame */
} AloqaCallEntry;

/*
 * Two people and the calls between them: both can call at once (glare), so one each way, and those
 * that are over but may still be echoed.
 */
typedef struct {
  gint64 low;  /* the smaller of the two user ids */
  gint64 high; /* the larger */
  AloqaCallEntry by_low;
  AloqaCallEntry by_high;
  GQueue ended; /* the newest at the tail */
} AloqaCallPair;

AloqaCallPair *aloqa_call_pair_new (gint64 low, gint64 high);
void aloqa_call_pair_free (AloqaCallPair *self);

AloqaCallEntry *aloqa_call_pair_get_call_by (AloqaCallPair *self, gint64 caller);
AloqaCallEntry *aloqa_call_pair_get_main_call (AloqaCallPair *self);
AloqaCallEntry *aloqa_call_pair_find_call (AloqaCallPair *self, const char *id);
void aloqa_call_pair_begin (AloqaCallPair *self, AloqaCallEntry *call, const char *id);
void aloqa_call_pair_drop (AloqaCallPair *self, AloqaCallEntry *call);
void
aloqa_call_pair_end (AloqaCallPair *self, AloqaCallEntry *call, gint64 echo_from, gint64 now_us);

gboolean aloqa_call_pair_is_ended (AloqaCallPair *self, const char *id);
char *aloqa_call_pair_take_echo (AloqaCallPair *self, gint64 sender);
gboolean aloqa_call_pair_forget (AloqaCallPair *self, gint64 now_us);

G_END_DECLS
