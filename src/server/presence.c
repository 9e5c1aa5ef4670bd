/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/presence.h"

#include "server/limits.h"
#include "server/relay-private.h"

/* Clients told in one portion: about a millisecond's work. */
#define MAX_TOLD_AT_ONCE 50

/* More news than this is told as the whole list. */
#define MAX_SINGLE_NEWS 20

/* The whole list can be 50 KiB: while very many come and go a client gets it this often at most. */
#define LIST_INTERVAL_US (2 * (gint64) G_USEC_PER_SEC)

/* News that is kept for those who have not heard it yet; who has missed some gets the list. */
#define MAX_NEWS 4096

struct _AloqaPresence {
  AloqaHub *hub;          /* not owned */
  GHashTable *online;     /* set of gint64 *: those of whom it was told */
  GHashTable *leaving;    /* gint64 * → gint64 *: who has no connection any more, since when */
  GArray *news;           /* of gint64: whose state has changed, the newest last */
  guint64 n_forgotten;    /* news before the first of them */
  GPtrArray *subscribers; /* of Subscriber */
  guint next;             /* of them, whose turn it is */
};

typedef struct {
  AloqaDevice *device;
  guint64 n_heard; /* of all news ever */
  gboolean has_list;
  gint64 next_list_us;
} Subscriber;

AloqaPresence *
aloqa_presence_new (AloqaHub *hub)
{
  AloqaPresence *self = g_new0 (AloqaPresence, 1);

  self->hub = hub;
  self->online = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->leaving = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  self->news = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->subscribers = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
aloqa_presence_free (AloqaPresence *self)
{
  if (self == NULL)
    return;

  g_hash_table_unref (self->online);
  g_hash_table_unref (self->leaving);
  g_array_unref (self->news);
  g_ptr_array_unref (self->subscribers);
  g_free (self);
}

static guint64
get_n_news (const AloqaPresence *self)
{
  return self->n_forgotten + self->news->len;
}

/**
 * aloqa_presence_subscribe:
 * @device: has just said hello. Whether it wants to know is in its features.
 */
void
aloqa_presence_subscribe (AloqaPresence *self, AloqaDevice *device)
{
  Subscriber *subscriber;

  aloqa_presence_unsubscribe (self, device);
  if (!aloqa_device_has (device, ALOQA_FEATURE_PRESENCE))
    return;
  subscriber = g_new0 (Subscriber, 1);
  subscriber->device = device;
  g_ptr_array_add (self->subscribers, subscriber);
}

void
aloqa_presence_unsubscribe (AloqaPresence *self, AloqaDevice *device)
{
  for (guint i = 0; i < self->subscribers->len; i++) {
    Subscriber *subscriber = g_ptr_array_index (self->subscribers, i);

    if (subscriber->device == device) {
      g_ptr_array_remove_index_fast (self->subscribers, i);
      return;
    }
  }
}

static void
add_news (AloqaPresence *self, gint64 user_id)
{
  g_array_append_val (self->news, user_id);
  if (self->news->len > MAX_NEWS) {
    self->n_forgotten += MAX_NEWS / 2;
    g_array_remove_range (self->news, 0, MAX_NEWS / 2);
  }
}

/**
 * aloqa_presence_note:
 *
 * A connection of @user_id has begun or ended. Who comes back at once has never been away.
 */
void
aloqa_presence_note (AloqaPresence *self, gint64 user_id, gint64 now_us)
{
  AloqaHubUser *user = aloqa_hub_find (self->hub, user_id);

  if (user == NULL || user->devices->len == 0) {
    g_hash_table_insert (self->leaving, g_memdup2 (&user_id, sizeof user_id),
                         g_memdup2 (&now_us, sizeof now_us));
    return;
  }
  g_hash_table_remove (self->leaving, &user_id);
  if (g_hash_table_add (self->online, g_memdup2 (&user_id, sizeof user_id)))
    add_news (self, user_id);
}

/* To be called about once a second: who has been away for long enough is not there any more. */
void
aloqa_presence_expire (AloqaPresence *self, gint64 now_us)
{
  GHashTableIter iter;
  gpointer key;
  gpointer value;

  g_hash_table_iter_init (&iter, self->leaving);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    if (now_us - *(gint64 *) value < aloqa_hub_get_reconnect_limit_us (self->hub))
      continue;
    if (g_hash_table_remove (self->online, key))
      add_news (self, *(gint64 *) key);
    g_hash_table_iter_remove (&iter);
  }
}

static gboolean
is_up_to_date (const AloqaPresence *self, const Subscriber *subscriber)
{
  return subscriber->has_list && subscriber->n_heard == get_n_news (self);
}

/* Returns: whether aloqa_presence_tell() should be called soon */
gboolean
aloqa_presence_has_news (AloqaPresence *self)
{
  for (guint i = 0; i < self->subscribers->len; i++) {
    if (!is_up_to_date (self, g_ptr_array_index (self->subscribers, i)))
      return TRUE;
  }
  return FALSE;
}

static AloqaMessage *
make_news (AloqaPresence *self, gint64 user_id)
{
  AloqaMessage *message = aloqa_message_new (ALOQA_MESSAGE_PRESENCE, 0);

  message->user_id = user_id;
  message->is_online = g_hash_table_contains (self->online, &user_id);
  return message;
}

/* What fits a frame; past that many nobody looks for one person in a list. */
static AloqaMessage *
make_list (AloqaPresence *self)
{
  AloqaMessage *message = aloqa_message_new (ALOQA_MESSAGE_PRESENCE, 0);
  GHashTableIter iter;
  gpointer key;

  message->online = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_hash_table_iter_init (&iter, self->online);
  while (g_hash_table_iter_next (&iter, &key, NULL) && message->online->len < ALOQA_MAX_ONLINE)
    g_array_append_vals (message->online, key, 1);
  return message;
}

static gboolean
needs_list (const AloqaPresence *self, const Subscriber *subscriber)
{
  return !subscriber->has_list || subscriber->n_heard < self->n_forgotten ||
         get_n_news (self) - subscriber->n_heard > MAX_SINGLE_NEWS;
}

/* Returns: whether there was anything to tell */
static gboolean
tell (AloqaPresence *self, Subscriber *subscriber, AloqaMessage **list, gint64 now_us,
      GArray *deliveries)
{
  if (is_up_to_date (self, subscriber))
    return FALSE;

  if (!needs_list (self, subscriber)) {
    for (guint64 i = subscriber->n_heard; i < get_n_news (self); i++)
      aloqa_relay_deliver (
          deliveries, subscriber->device,
          make_news (self, g_array_index (self->news, gint64, i - self->n_forgotten)));
  } else if (now_us >= subscriber->next_list_us) {
    if (*list == NULL)
      *list = make_list (self);
    aloqa_relay_deliver (deliveries, subscriber->device, aloqa_message_ref (*list));
    subscriber->next_list_us = now_us + LIST_INTERVAL_US;
    subscriber->has_list = TRUE;
  } else {
    return FALSE;
  }
  subscriber->n_heard = get_n_news (self);
  return TRUE;
}

/**
 * aloqa_presence_tell:
 *
 * Returns: (transfer full) (element-type AloqaDelivery): the next portion. All whole lists in it are
 *   one and the same message, in a row.
 */
GArray *
aloqa_presence_tell (AloqaPresence *self, gint64 now_us)
{
  GArray *deliveries = aloqa_relay_new_deliveries ();
  AloqaMessage *list = NULL;
  guint n_told = 0;

  for (guint i = 0; i < self->subscribers->len && n_told < MAX_TOLD_AT_ONCE; i++) {
    self->next = (self->next + 1) % self->subscribers->len;
    n_told +=
        tell (self, g_ptr_array_index (self->subscribers, self->next), &list, now_us, deliveries);
  }
  g_clear_pointer (&list, aloqa_message_unref);
  return deliveries;
}
