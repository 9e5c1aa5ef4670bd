/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signaling/rig.h"

typedef struct {
  Rig *rig;
  gint64 value;
} Wanted;

static void
connection_message_cb (AloqaConnection *connection, AloqaMessage *message, Rig *rig)
{
  g_ptr_array_add (rig->messages, aloqa_message_ref (message));
}

static void
connection_notify_state_cb (AloqaConnection *connection, GParamSpec *pspec, Rig *rig)
{
  AloqaConnectionState state = aloqa_connection_get_state (connection);

  g_array_append_val (rig->states, state);
}

static void
free_message (gpointer message)
{
  aloqa_message_unref (message);
}

void
rig_set_up (Rig *rig, gconstpointer data)
{
  g_autofree char *url = NULL;
  g_autofree char *token = NULL;

  rig->server = aloqa_fake_server_new (NULL);
  url = aloqa_fake_server_dup_url (rig->server);
  token = aloqa_fake_server_make_token (rig->server, 2, "access");
  rig->address = aloqa_server_address_new (url, NULL, ALOQA_ADDRESS_NONE, NULL);
  rig->clock = aloqa_fake_clock_new ();
  rig->network = aloqa_fake_network_new ();
  rig->messages = g_ptr_array_new_with_free_func (free_message);
  rig->states = g_array_new (FALSE, FALSE, sizeof (AloqaConnectionState));
  rig->connection = aloqa_connection_new (rig->address, NULL, rig->clock, 2, token);
  aloqa_connection_set_network_monitor (rig->connection, G_NETWORK_MONITOR (rig->network));
  g_signal_connect (rig->connection, "message", G_CALLBACK (connection_message_cb), rig);
  g_signal_connect (rig->connection, "notify::state", G_CALLBACK (connection_notify_state_cb), rig);
}

/* Whatever the test did, nothing is left of the connection: no reference, no timer. */
void
rig_tear_down (Rig *rig, gconstpointer data)
{
  if (rig->connection != NULL)
    g_assert_finalize_object (rig->connection);
  aloqa_test_drain ();
  g_assert_cmpuint (aloqa_fake_clock_get_n_timers (ALOQA_FAKE_CLOCK (rig->clock)), ==, 0);
  g_assert_finalize_object (rig->network);
  g_ptr_array_unref (rig->messages);
  g_array_unref (rig->states);
  aloqa_server_address_unref (rig->address);
  aloqa_fake_server_free (rig->server);
  aloqa_test_drain ();
  g_assert_finalize_object (rig->clock);
}

void
rig_advance_ms (Rig *rig, gint64 duration_ms)
{
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (rig->clock), duration_ms);
}

gint64
rig_get_next_ms (Rig *rig)
{
  return aloqa_fake_clock_get_next_ms (ALOQA_FAKE_CLOCK (rig->clock));
}

/* To user 3. */
void
rig_send (Rig *rig, AloqaMessageType type, const char *call_id)
{
  g_autoptr (AloqaMessage) message = aloqa_message_new (type, 3);

  message->call_id = g_strdup (call_id);
  aloqa_connection_send (rig->connection, message);
}

static gboolean
is_in_state (gpointer user_data)
{
  Wanted *wanted = user_data;

  return aloqa_connection_get_state (wanted->rig->connection) ==
         (AloqaConnectionState) wanted->value;
}

void
rig_await_state (Rig *rig, AloqaConnectionState state)
{
  Wanted wanted = { rig, state };

  aloqa_test_wait_until (is_in_state, &wanted);
}

static gboolean
has_frames (gpointer user_data)
{
  Wanted *wanted = user_data;

  return wanted->rig->server->frames->len >= (guint) wanted->value;
}

void
rig_await_frames (Rig *rig, guint n_frames)
{
  Wanted wanted = { rig, n_frames };

  aloqa_test_wait_until (has_frames, &wanted);
  g_assert_cmpuint (rig->server->frames->len, ==, n_frames);
}

static gboolean
has_swallowed (gpointer user_data)
{
  Wanted *wanted = user_data;

  return wanted->rig->server->n_swallowed == (guint) wanted->value;
}

void
rig_await_swallowed (Rig *rig, guint n_swallowed)
{
  Wanted wanted = { rig, n_swallowed };

  aloqa_test_wait_until (has_swallowed, &wanted);
}

static gboolean
has_messages (gpointer user_data)
{
  Wanted *wanted = user_data;

  return wanted->rig->messages->len >= (guint) wanted->value;
}

void
rig_await_messages (Rig *rig, guint n_messages)
{
  Wanted wanted = { rig, n_messages };

  aloqa_test_wait_until (has_messages, &wanted);
}

static gboolean
has_upgrades (gpointer user_data)
{
  Wanted *wanted = user_data;

  return wanted->rig->server->n_upgrades == (guint) wanted->value;
}

void
rig_await_upgrades (Rig *rig, guint n_upgrades)
{
  Wanted wanted = { rig, n_upgrades };

  aloqa_test_wait_until (has_upgrades, &wanted);
}

static gboolean
has_websockets (gpointer user_data)
{
  Wanted *wanted = user_data;

  return wanted->rig->server->websockets->len == (guint) wanted->value;
}

void
rig_await_websockets (Rig *rig, guint n_websockets)
{
  Wanted wanted = { rig, n_websockets };

  aloqa_test_wait_until (has_websockets, &wanted);
}

static gboolean
is_next (gpointer user_data)
{
  Wanted *wanted = user_data;

  return rig_get_next_ms (wanted->rig) == wanted->value;
}

void
rig_await_next_ms (Rig *rig, gint64 next_ms)
{
  Wanted wanted = { rig, next_ms };

  aloqa_test_wait_until (is_next, &wanted);
}

/* Lets the probe that is due next go out and come back. */
void
rig_echo (Rig *rig)
{
  rig_advance_ms (rig, rig_get_next_ms (rig));
  rig_await_next_ms (rig, 15000);
}

void
rig_register (Rig *rig)
{
  aloqa_connection_start (rig->connection);
  rig_await_state (rig, ALOQA_CONNECTION_REGISTERED);
  g_assert_cmpint (rig_get_next_ms (rig), ==, 1000);
  rig_echo (rig);
}
