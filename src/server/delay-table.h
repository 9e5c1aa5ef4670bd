/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/clock.h"

G_BEGIN_DECLS

/*
 * For each key (a user name at an address) how long the next attempt must wait: nothing after a few
 * failures, and twice as long after each one more. Bounded.
 */
typedef struct _AloqaDelayTable AloqaDelayTable;

AloqaDelayTable *aloqa_delay_table_new (AloqaClock *clock);
void aloqa_delay_table_free (AloqaDelayTable *self);
void aloqa_delay_table_note_failure (AloqaDelayTable *self, const char *key, guint n_free,
                                     gint64 max_ms);
void aloqa_delay_table_clear (AloqaDelayTable *self, const char *key);
gint64 aloqa_delay_table_get_wait_ms (AloqaDelayTable *self, const char *key);

G_END_DECLS
