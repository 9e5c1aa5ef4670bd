/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/token-check.h"

#include "server/authority.h"
#include "server/connection.h"

/* How often it is asked whether another program has written: one read of shared memory. */
#define LOOK_INTERVAL_US ((gint64) G_USEC_PER_SEC)

/* After that: so many users, then everybody else has a turn. Five thousand take ten seconds. */
#define MAX_AT_ONCE 20
#define PAUSE_US (40 * (gint64) 1000)

struct _AloqaTokenCheck {
  AloqaTokens *tokens;     /* not owned */
  AloqaAccounts *accounts; /* not owned */
  AloqaHub *hub;           /* not owned */
  AloqaClock *clock;
  gint64 version; /* of the database, when it was last asked for */
  GArray *ids;    /* of gint64: the users who are still to be looked at */
  guint timer;
};

/* A database that does not answer ends nobody's connection. */
static void
check_connection (AloqaTokenCheck *self, AloqaServerConnection *connection)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaAccount) account =
      aloqa_authority_find_account (self->tokens, self->accounts, connection->claims, &error);

  if (account != NULL
          ? account->user->id == connection->device.user_id
          : g_error_matches (error, ALOQA_AUTHORITY_ERROR, ALOQA_AUTHORITY_ERROR_INTERNAL))
    return;
  aloqa_server_connection_close (connection, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION,
                                 error != NULL ? error->message : "another user has this name");
}

/**
 * aloqa_token_check_user:
 *
 * At once, for what this server has done itself.
 */
void
aloqa_token_check_user (AloqaTokenCheck *self, gint64 user_id)
{
  AloqaHubUser *user = aloqa_hub_find (self->hub, user_id);
  g_autoptr (GPtrArray) devices =
      user != NULL ? g_ptr_array_copy (user->devices, NULL, NULL) : NULL;

  for (guint i = 0; devices != NULL && i < devices->len; i++)
    check_connection (self, g_ptr_array_index (devices, i));
}

/* Whoever comes later has had their token read after the change. */
static void
queue_all (AloqaTokenCheck *self)
{
  g_autoptr (GPtrArray) devices = aloqa_hub_dup_devices (self->hub);
  gint64 previous = 0;

  for (guint i = 0; i < devices->len; i++) {
    gint64 user_id = ((AloqaDevice *) g_ptr_array_index (devices, i))->user_id;

    /* A user's devices stand in a row. */
    if (user_id != previous)
      g_array_append_val (self->ids, user_id);
    previous = user_id;
  }
}

/* Not before all are through: the existing system writes the whole day. */
static void
look_for_changes (AloqaTokenCheck *self)
{
  gint64 version = self->ids->len == 0 ? aloqa_accounts_get_version (self->accounts) : 0;

  if (version == 0 || version == self->version)
    return;
  self->version = version;
  queue_all (self);
}

static void
timer_cb (gpointer user_data)
{
  AloqaTokenCheck *self = user_data;

  look_for_changes (self);
  for (guint i = 0; i < MAX_AT_ONCE && self->ids->len > 0; i++) {
    gint64 user_id = g_array_index (self->ids, gint64, self->ids->len - 1);

    g_array_set_size (self->ids, self->ids->len - 1);
    aloqa_token_check_user (self, user_id);
  }
  self->timer = aloqa_clock_add_timer (
      self->clock, self->ids->len > 0 ? PAUSE_US : LOOK_INTERVAL_US, timer_cb, self);
}

/* @tokens, @accounts, @hub: outlive it */
AloqaTokenCheck *
aloqa_token_check_new (AloqaTokens *tokens, AloqaAccounts *accounts, AloqaHub *hub,
                       AloqaClock *clock)
{
  AloqaTokenCheck *self = g_new0 (AloqaTokenCheck, 1);

  self->tokens = tokens;
  self->accounts = accounts;
  self->hub = hub;
  self->clock = g_object_ref (clock);
  self->version = aloqa_accounts_get_version (accounts);
  self->ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->timer = aloqa_clock_add_timer (clock, LOOK_INTERVAL_US, timer_cb, self);
  return self;
}

void
aloqa_token_check_free (AloqaTokenCheck *self)
{
  aloqa_clock_clear_timer (self->clock, &self->timer);
  g_array_unref (self->ids);
  g_object_unref (self->clock);
  g_free (self);
}
