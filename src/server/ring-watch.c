/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/ring-watch.h"

/* The shortest that a WebSocket of libsoup knows. */
#define PING_INTERVAL_S 1

struct _AloqaRingWatch {
  const AloqaSettings *settings; /* not owned */
  GHashTable *watched;           /* of AloqaServerConnection, not owned */
};

/**
 * aloqa_ring_watch_new:
 * @settings: outlives the watch
 */
AloqaRingWatch *
aloqa_ring_watch_new (const AloqaSettings *settings)
{
  AloqaRingWatch *self = g_new0 (AloqaRingWatch, 1);

  self->settings = settings;
  self->watched = g_hash_table_new (NULL, NULL);
  return self;
}

void
aloqa_ring_watch_free (AloqaRingWatch *self)
{
  g_hash_table_unref (self->watched);
  g_free (self);
}

/* Those of @before who are not watched any more are pinged as everybody is. */
static void
release (AloqaRingWatch *self, GHashTable *before)
{
  guint interval_s = (guint) self->settings->limits[ALOQA_LIMIT_PING_INTERVAL_S];
  GHashTableIter iter;
  gpointer connection;

  g_hash_table_iter_init (&iter, before);
  while (g_hash_table_iter_next (&iter, &connection, NULL)) {
    if (!g_hash_table_contains (self->watched, connection))
      aloqa_server_connection_set_ping_interval (connection, interval_s);
  }
}

/**
 * aloqa_ring_watch_check:
 * @callers: (element-type AloqaServerConnection): all whose calls ring
 *
 * To be called about once a second: ends the connections of those of whom nothing comes any more.
 */
void
aloqa_ring_watch_check (AloqaRingWatch *self, GPtrArray *callers, gint64 now_us)
{
  gint64 limit_us = (gint64) self->settings->limits[ALOQA_LIMIT_RING_SILENCE_MS] * 1000;
  g_autoptr (GHashTable) before = g_steal_pointer (&self->watched);

  self->watched = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < callers->len; i++)
    g_hash_table_add (self->watched, g_ptr_array_index (callers, i));
  release (self, before);
  for (guint i = 0; i < callers->len; i++) {
    AloqaServerConnection *connection = g_ptr_array_index (callers, i);

    if (g_hash_table_contains (before, connection))
      aloqa_server_connection_check (connection, now_us, limit_us);
    else
      aloqa_server_connection_set_ping_interval (connection, PING_INTERVAL_S);
  }
}

/* It has ended. */
void
aloqa_ring_watch_forget (AloqaRingWatch *self, AloqaServerConnection *connection)
{
  g_hash_table_remove (self->watched, connection);
}
