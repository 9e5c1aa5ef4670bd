/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/hub.h"

#include "server/limits.h"

struct _AloqaHub {
  GHashTable *users; /* gint64 * → AloqaHubUser *; as many as there are accounts */
};

static void
hub_user_free (gpointer data)
{
  AloqaHubUser *user = data;

  g_ptr_array_unref (user->devices);
  g_free (user);
}

AloqaHub *
aloqa_hub_new (void)
{
  AloqaHub *self = g_new0 (AloqaHub, 1);

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
hub_user_new (gint64 id)
{
  AloqaHubUser *user = g_new0 (AloqaHubUser, 1);

  user->id = id;
  user->devices = g_ptr_array_new ();
  user->frames = (AloqaRateLimiter){ .rate_hz = ALOQA_FRAMES_HZ, .burst = ALOQA_FRAMES_BURST };
  user->calls = (AloqaRateLimiter){ .rate_hz = ALOQA_CALLS_HZ, .burst = ALOQA_CALLS_BURST };
  user->candidates =
      (AloqaRateLimiter){ .rate_hz = ALOQA_CANDIDATES_HZ, .burst = ALOQA_CANDIDATES_BURST };
  user->messages =
      (AloqaRateLimiter){ .rate_hz = ALOQA_MESSAGES_HZ, .burst = ALOQA_MESSAGES_BURST };
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
    user = hub_user_new (device->user_id);
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
