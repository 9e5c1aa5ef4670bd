/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/roster-presence.h"

struct _AloqaRosterPresence {
  AloqaConnection *connection;
  GHashTable *online; /* gint64 ids */
  gboolean is_known;  /* the server has told who is */
  AloqaPresenceFunc func;
  gpointer user_data;
};

static void
add (AloqaRosterPresence *self, gint64 id)
{
  g_hash_table_add (self->online, g_memdup2 (&id, sizeof id));
}

static void
take_all (AloqaRosterPresence *self, GArray *ids)
{
  g_hash_table_remove_all (self->online);
  for (guint i = 0; i < ids->len; i++)
    add (self, g_array_index (ids, gint64, i));
  self->is_known = TRUE;
  self->func (0, self->user_data);
}

static void
take_one (AloqaRosterPresence *self, gint64 id, gboolean is_online)
{
  if (is_online)
    add (self, id);
  else
    g_hash_table_remove (self->online, &id);
  if (self->is_known)
    self->func (id, self->user_data);
}

static void
message_cb (AloqaConnection *connection, AloqaMessage *message, AloqaRosterPresence *self)
{
  if (message->type != ALOQA_MESSAGE_PRESENCE)
    return;

  if (message->user_id != 0)
    take_one (self, message->user_id, message->is_online);
  else if (message->online != NULL)
    take_all (self, message->online);
}

static void
state_cb (AloqaConnection *connection, GParamSpec *pspec, AloqaRosterPresence *self)
{
  if (aloqa_connection_get_state (connection) == ALOQA_CONNECTION_REGISTERED || !self->is_known)
    return;

  self->is_known = FALSE;
  g_hash_table_remove_all (self->online);
  self->func (0, self->user_data);
}

/**
 * aloqa_roster_presence_new:
 * @func: called after each change
 */
AloqaRosterPresence *
aloqa_roster_presence_new (AloqaConnection *connection, AloqaPresenceFunc func, gpointer user_data)
{
  AloqaRosterPresence *self = g_new0 (AloqaRosterPresence, 1);

  self->connection = g_object_ref (connection);
  self->online = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->func = func;
  self->user_data = user_data;
  g_signal_connect (connection, "message", G_CALLBACK (message_cb), self);
  g_signal_connect (connection, "notify::state", G_CALLBACK (state_cb), self);
  return self;
}

void
aloqa_roster_presence_free (AloqaRosterPresence *self)
{
  g_signal_handlers_disconnect_by_data (self->connection, self);
  g_object_unref (self->connection);
  g_hash_table_unref (self->online);
  g_free (self);
}

AloqaPresence
aloqa_roster_presence_get (AloqaRosterPresence *self, gint64 id)
{
  if (!self->is_known)
    return ALOQA_PRESENCE_UNKNOWN;

  return g_hash_table_contains (self->online, &id) ? ALOQA_PRESENCE_ONLINE : ALOQA_PRESENCE_OFFLINE;
}
