/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/address-book.h"

struct _AloqaAddressBook {
  const AloqaSettings *settings; /* not owned */
  GHashTable *entries;           /* char * → Entry * */
};

typedef struct {
  AloqaQuota quota; /* first, so that a quota that is handed out is an entry */
  guint n_users;
} Entry;

/**
 * aloqa_address_book_new:
 * @settings: outlives it
 */
AloqaAddressBook *
aloqa_address_book_new (const AloqaSettings *settings)
{
  AloqaAddressBook *self = g_new0 (AloqaAddressBook, 1);

  self->settings = settings;
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
aloqa_address_book_free (AloqaAddressBook *self)
{
  g_hash_table_unref (self->entries);
  g_free (self);
}

static void
set_limits (AloqaAddressBook *self, Entry *entry)
{
  aloqa_quota_set_limits (&entry->quota, self->settings,
                          self->settings->limits[ALOQA_LIMIT_USERS_PER_ADDRESS]);
}

/* Returns: (transfer none): until aloqa_address_book_release() */
AloqaQuota *
aloqa_address_book_acquire (AloqaAddressBook *self, const char *address)
{
  Entry *entry = g_hash_table_lookup (self->entries, address);

  if (entry == NULL) {
    entry = g_new0 (Entry, 1);
    set_limits (self, entry);
    g_hash_table_insert (self->entries, g_strdup (address), entry);
  }
  entry->n_users++;
  return &entry->quota;
}

void
aloqa_address_book_release (AloqaAddressBook *self, AloqaQuota *quota)
{
  ((Entry *) quota)->n_users--;
}

static gboolean
is_forgotten (gpointer key, gpointer value, gpointer user_data)
{
  Entry *entry = value;

  return entry->n_users == 0 && aloqa_quota_has_rested (&entry->quota, *(gint64 *) user_data);
}

/* To be called every few seconds. */
void
aloqa_address_book_forget (AloqaAddressBook *self, gint64 now_us)
{
  g_hash_table_foreach_remove (self->entries, is_forgotten, &now_us);
}

/* The settings have changed. */
void
aloqa_address_book_reload (AloqaAddressBook *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    set_limits (self, value);
}
