/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/hub.h"

struct _AloqaHub {
  const AloqaSettings *settings; /* not owned */
  GHashTable *users;             /* gint64 * → AloqaHubUser *; as many as there are accounts */
};

static void
hub_user_free (gpointer data)
{
  AloqaHubUser *user = data;

  g_ptr_array_unref (user->devices);
  g_free (user);
}

/**
 * aloqa_hub_new:
 * @settings: outlives the hub
 */
AloqaHub *
aloqa_hub_new (const AloqaSettings *settings)
{
  AloqaHub *self = g_new0 (AloqaHub, 1);

  self->settings = settings;
  self->users = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, hub_user_free);
  return self;
}

void
aloqa_hub_free (AloqaHub *self)
{
  if (self == NULL)
    return;

  g_hash_table_unref (self->users);
  g_free (self);
}

static AloqaHubUser *
hub_user_new (AloqaHub *self, gint64 id)
{
  AloqaHubUser *user = g_new0 (AloqaHubUser, 1);

  user->id = id;
  user->devices = g_ptr_array_new ();
  aloqa_quota_set_limits (&user->quota, self->settings, 1);
  return user;
}

/**
 * aloqa_hub_add:
 * @device: the newest of its user from now on; not owned
 *
 * Returns: (transfer none): its user
 */
AloqaHubUser *
aloqa_hub_add (AloqaHub *self, AloqaDevice *device)
{
  AloqaHubUser *user = aloqa_hub_find (self, device->user_id);

  if (user == NULL) {
    user = hub_user_new (self, device->user_id);
    g_hash_table_insert (self->users, &user->id, user);
  }
  g_ptr_array_add (user->devices, device);
  return user;
}

/**
 * aloqa_hub_remove:
 *
 * Removes this one connection. The others of its user stay, in their order: an old one that ends
 * never silences a newer one.
 */
void
aloqa_hub_remove (AloqaHub *self, AloqaDevice *device)
{
  AloqaHubUser *user = aloqa_hub_find (self, device->user_id);

  if (user != NULL)
    g_ptr_array_remove (user->devices, device);
}

/**
 * aloqa_hub_find:
 *
 * Returns: (transfer none) (nullable): also somebody whose last connection has ended
 */
AloqaHubUser *
aloqa_hub_find (AloqaHub *self, gint64 user_id)
{
  return g_hash_table_lookup (self->users, &user_id);
}

/**
 * aloqa_hub_dup_devices:
 *
 * Returns: (transfer container) (element-type AloqaDevice): everyone's
 */
GPtrArray *
aloqa_hub_dup_devices (AloqaHub *self)
{
  GPtrArray *devices = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->users);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    AloqaHubUser *user = value;

    for (guint i = 0; i < user->devices->len; i++)
      g_ptr_array_add (devices, g_ptr_array_index (user->devices, i));
  }
  return devices;
}

guint
aloqa_hub_get_n_online (AloqaHub *self)
{
  GHashTableIter iter;
  gpointer value;
  guint n_online = 0;

  g_hash_table_iter_init (&iter, self->users);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    n_online += ((AloqaHubUser *) value)->devices->len > 0;
  return n_online;
}

/* Returns: how long somebody whose connection has ended may take to come back */
gint64
aloqa_hub_get_reconnect_limit_us (AloqaHub *self)
{
  return (gint64) self->settings->limits[ALOQA_LIMIT_RECONNECT_MS] * 1000;
}

/* Returns: the same while nobody has answered yet */
gint64
aloqa_hub_get_ring_return_limit_us (AloqaHub *self)
{
  return (gint64) self->settings->limits[ALOQA_LIMIT_RING_RETURN_MS] * 1000;
}

/* The settings have changed. */
void
aloqa_hub_reload (AloqaHub *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->users);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    aloqa_quota_set_limits (&((AloqaHubUser *) value)->quota, self->settings, 1);
}
