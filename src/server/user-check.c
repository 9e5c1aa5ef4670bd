/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/user-check.h"

#include "server/server.h"

/* Users looked up at once: a fraction of a millisecond. */
#define MAX_AT_ONCE 20

struct _AloqaUserCheck {
  AloqaAccounts *accounts; /* not owned */
  AloqaHub *hub;           /* not owned */
  GArray *ids;             /* of gint64: those to be looked up before anybody is again */
};

/* @accounts, @hub: outlive it */
AloqaUserCheck *
aloqa_user_check_new (AloqaAccounts *accounts, AloqaHub *hub)
{
  AloqaUserCheck *self = g_new0 (AloqaUserCheck, 1);

  self->accounts = accounts;
  self->hub = hub;
  self->ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  return self;
}

void
aloqa_user_check_free (AloqaUserCheck *self)
{
  g_array_unref (self->ids);
  g_free (self);
}

static void
refill (AloqaUserCheck *self)
{
  g_autoptr (GPtrArray) devices = aloqa_hub_dup_devices (self->hub);

  for (guint i = 0; i < devices->len; i++)
    g_array_append_val (self->ids, ((AloqaDevice *) g_ptr_array_index (devices, i))->user_id);
}

/* A database that does not answer ends nobody's connection. */
static gboolean
is_gone (AloqaUserCheck *self, gint64 user_id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaAccount) account = aloqa_accounts_find_by_id (self->accounts, user_id, &error);

  if (account != NULL)
    return !account->user->is_active;
  return g_error_matches (error, ALOQA_SERVER_ERROR, ALOQA_SERVER_ERROR_NO_USER);
}

/**
 * aloqa_user_check_find_next:
 *
 * To be called about once a second.
 *
 * Returns: a user whose connections are to be closed; 0 where there is none among the next few
 */
gint64
aloqa_user_check_find_next (AloqaUserCheck *self)
{
  if (self->ids->len == 0)
    refill (self);
  for (guint i = 0; i < MAX_AT_ONCE && self->ids->len > 0; i++) {
    gint64 user_id = g_array_index (self->ids, gint64, self->ids->len - 1);

    g_array_set_size (self->ids, self->ids->len - 1);
    if (is_gone (self, user_id))
      return user_id;
  }
  return 0;
}
