/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/delay-table.h"

#include "server/limits.h"

/* The wait after the first failure that is not free. */
#define FIRST_MS 1000

/* Who has not tried for so long begins anew. */
#define FORGET_US (15 * 60 * (gint64) G_USEC_PER_SEC)

struct _AloqaDelayTable {
  AloqaClock *clock;
  GHashTable *entries; /* char * → Entry * */
};

typedef struct {
  guint n_failures;
  gint64 last_us;
  gint64 until_us;
} Entry;

AloqaDelayTable *
aloqa_delay_table_new (AloqaClock *clock)
{
  AloqaDelayTable *self = g_new0 (AloqaDelayTable, 1);

  self->clock = g_object_ref (clock);
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
aloqa_delay_table_free (AloqaDelayTable *self)
{
  g_hash_table_unref (self->entries);
  g_object_unref (self->clock);
  g_free (self);
}

static gboolean
is_forgotten (gpointer key, gpointer value, gpointer user_data)
{
  return *(gint64 *) user_data - ((Entry *) value)->last_us > FORGET_US;
}

static Entry *
ensure_entry (AloqaDelayTable *self, const char *key, gint64 now_us)
{
  Entry *entry = g_hash_table_lookup (self->entries, key);

  if (entry != NULL && !is_forgotten (NULL, entry, &now_us))
    return entry;
  if (g_hash_table_size (self->entries) >= ALOQA_MAX_RATE_KEYS)
    g_hash_table_foreach_remove (self->entries, is_forgotten, &now_us);
  if (g_hash_table_size (self->entries) >= ALOQA_MAX_RATE_KEYS)
    g_hash_table_remove_all (self->entries);
  entry = g_new0 (Entry, 1);
  g_hash_table_insert (self->entries, g_strdup (key), entry);
  return entry;
}

/**
 * aloqa_delay_table_note_failure:
 * @n_free: failures that cost no waiting
 * @max_ms: the longest wait
 */
void
aloqa_delay_table_note_failure (AloqaDelayTable *self, const char *key, guint n_free, gint64 max_ms)
{
  gint64 now_us = aloqa_clock_get_now_us (self->clock);
  Entry *entry = ensure_entry (self, key, now_us);
  guint n_doublings;

  entry->last_us = now_us;
  entry->n_failures++;
  if (entry->n_failures <= n_free)
    return;
  n_doublings = MIN (entry->n_failures - n_free - 1, 30);
  entry->until_us = now_us + MIN (FIRST_MS * (G_GINT64_CONSTANT (1) << n_doublings), max_ms) * 1000;
}

/* The right password: there was nobody guessing. */
void
aloqa_delay_table_clear (AloqaDelayTable *self, const char *key)
{
  g_hash_table_remove (self->entries, key);
}

gint64
aloqa_delay_table_get_wait_ms (AloqaDelayTable *self, const char *key)
{
  Entry *entry = g_hash_table_lookup (self->entries, key);
  gint64 now_us = aloqa_clock_get_now_us (self->clock);

  if (entry == NULL || entry->until_us <= now_us)
    return 0;
  return (entry->until_us - now_us + 999) / 1000;
}
