/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/clock.h"

G_BEGIN_DECLS

/* A token bucket for each key: an address, a user name. Bounded: it forgets who has rested. */
typedef struct _AloqaRateTable AloqaRateTable;

AloqaRateTable *aloqa_rate_table_new (AloqaClock *clock, double rate_hz, double burst);
void aloqa_rate_table_free (AloqaRateTable *self);
gboolean aloqa_rate_table_take (AloqaRateTable *self, const char *key);
gint64 aloqa_rate_table_get_wait_ms (AloqaRateTable *self, const char *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaRateTable, aloqa_rate_table_free)

G_END_DECLS
