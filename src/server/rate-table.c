/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/rate-table.h"

#include "base/rate-limiter.h"
#include "server/limits.h"

struct _AloqaRateTable {
  AloqaClock *clock;
  GHashTable *limiters; /* char * → AloqaRateLimiter * */
  double rate_hz;
  double burst;
};

/**
 * aloqa_rate_table_new:
 * @rate_hz: how many a second each key gets back, over 0
 * @burst: how many it may take at once
 */
AloqaRateTable *
aloqa_rate_table_new (AloqaClock *clock, double rate_hz, double burst)
{
  AloqaRateTable *self = g_new0 (AloqaRateTable, 1);

  self->clock = g_object_ref (clock);
  self->limiters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->rate_hz = rate_hz;
  self->burst = burst;
  return self;
}

void
aloqa_rate_table_free (AloqaRateTable *self)
{
  if (self == NULL)
    return;

  g_hash_table_unref (self->limiters);
  g_object_unref (self->clock);
  g_free (self);
}

static gboolean
has_rested (gpointer key, gpointer value, gpointer user_data)
{
  AloqaRateLimiter *limiter = value;
  gint64 now_us = *(gint64 *) user_data;

  return limiter->used - (double) (now_us - limiter->last_us) / G_USEC_PER_SEC * limiter->rate_hz <=
         0;
}

/*
 * Where even those who have not rested are too many, the table starts afresh: a few more tries for
 * somebody with ten thousand addresses cost less than a table without an end.
 */
static void
make_room (AloqaRateTable *self, gint64 now_us)
{
  g_hash_table_foreach_remove (self->limiters, has_rested, &now_us);
  if (g_hash_table_size (self->limiters) >= ALOQA_MAX_RATE_KEYS)
    g_hash_table_remove_all (self->limiters);
}

/**
 * aloqa_rate_table_take:
 *
 * Returns: whether @key may have one more now; it is counted if so
 */
gboolean
aloqa_rate_table_take (AloqaRateTable *self, const char *key)
{
  AloqaRateLimiter *limiter = g_hash_table_lookup (self->limiters, key);
  gint64 now_us = aloqa_clock_get_now_us (self->clock);

  if (limiter == NULL) {
    if (g_hash_table_size (self->limiters) >= ALOQA_MAX_RATE_KEYS)
      make_room (self, now_us);
    limiter = g_new0 (AloqaRateLimiter, 1);
    limiter->rate_hz = self->rate_hz;
    limiter->burst = self->burst;
    g_hash_table_insert (self->limiters, g_strdup (key), limiter);
  }

  return aloqa_rate_limiter_take (limiter, now_us);
}

/**
 * aloqa_rate_table_get_wait_ms:
 *
 * Returns: after how many milliseconds @key may have one more; 0 for now. Counts nothing.
 */
gint64
aloqa_rate_table_get_wait_ms (AloqaRateTable *self, const char *key)
{
  AloqaRateLimiter *limiter = g_hash_table_lookup (self->limiters, key);

  if (limiter == NULL)
    return 0;
  return (aloqa_rate_limiter_get_wait_us (limiter, aloqa_clock_get_now_us (self->clock)) + 999) /
         1000;
}
