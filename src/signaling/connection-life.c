/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signaling/connection-private.h"

#include "signaling/failure.h"

/* Name look-up, TCP, TLS, the upgrade and the server's "connected" together. */
#define REGISTER_LIMIT_US (15 * G_USEC_PER_SEC)

#define FIRST_WAIT_US (G_USEC_PER_SEC / 2)
#define MAX_WAIT_US (30 * G_USEC_PER_SEC)

/*
 * A connection that was proven alive is tried again quickly, and one that lasted is tried again at
 * once. Two programs that take one registration from each other, as the existing server lets them,
 * must not do so at full speed.
 */
#define PROVEN_TRIES 2
#define LASTING_US (30 * G_USEC_PER_SEC)

/* Ends the socket and every timer; what is not proven to have arrived waits again. */
void
aloqa_connection_life_drop (AloqaConnection *self)
{
  g_autoptr (AloqaSocket) socket = g_steal_pointer (&self->socket);

  if (socket != NULL) {
    g_signal_handlers_disconnect_by_data (socket, self);
    aloqa_socket_close (socket);
  }
  aloqa_clock_clear_timer (self->clock, &self->wait_timer);
  aloqa_clock_clear_timer (self->clock, &self->register_timer);
  aloqa_probe_stop (&self->probe);
  aloqa_outbox_note_loss (self->outbox);
  self->features = 0;
}

static void
wait_for_retry (AloqaConnection *self)
{
  gint64 now_us = aloqa_clock_get_now_us (self->clock);
  gint64 delay_us;

  if (self->registered_us > 0 && now_us - self->registered_us >= LASTING_US)
    aloqa_backoff_reset (&self->backoff);
  self->registered_us = 0;

  delay_us = aloqa_backoff_next_us (&self->backoff);
  g_debug ("connection: the next try is in %d ms", (int) (delay_us / 1000));
  aloqa_connection_life_begin_in (self, delay_us);
}

static void
lose (AloqaConnection *self, const GError *error, gboolean is_token_refused)
{
  aloqa_connection_life_drop (self);
  g_clear_error (&self->error);
  self->error = g_error_copy (error);

  if (is_token_refused) {
    aloqa_connection_enter (self, ALOQA_CONNECTION_TOKEN_REFUSED);
  } else {
    wait_for_retry (self);
    aloqa_connection_enter (self, ALOQA_CONNECTION_WAITING);
  }
}

/* An existing server closes with 1011 for a bad token, but for faults of its own as well. */
static void
socket_closed_cb (AloqaConnection *self, const GError *error, guint close_code)
{
  gboolean is_refused =
      g_error_matches (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_UNAUTHORIZED) ||
      (close_code == SOUP_WEBSOCKET_CLOSE_SERVER_ERROR &&
       self->state != ALOQA_CONNECTION_REGISTERED);

  lose (self, error, is_refused);
}

static void
send_probe (gpointer user_data)
{
  AloqaConnection *self = user_data;
  g_autoptr (AloqaMessage) message = aloqa_message_new (ALOQA_MESSAGE_TYPING, self->user_id);

  aloqa_outbox_note_probe (self->outbox);
  aloqa_socket_send (self->socket, message);
}

static void
give_up (gpointer user_data)
{
  AloqaConnection *self = user_data;
  g_autoptr (GError) error = NULL;

  /* The echo may have been among what was too much to read. */
  if (aloqa_socket_take_n_dropped (self->socket) > 0) {
    aloqa_probe_wait_on (&self->probe);
    return;
  }
  error = g_error_new (ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_UNREACHABLE,
                       "%s does not answer any more; the connection is made anew",
                       aloqa_server_address_get_host (self->address));
  lose (self, error, FALSE);
}

/* Sends what waits. A failing write ends the socket at once, and puts what was taken back. */
static void
send_waiting (AloqaConnection *self)
{
  const AloqaMessage *message;

  while (self->socket != NULL &&
         (message = aloqa_outbox_take_next (self->outbox, aloqa_clock_get_now_us (self->clock))) !=
             NULL) {
    aloqa_socket_send (self->socket, message);
    if (self->socket != NULL)
      aloqa_probe_hurry (&self->probe);
  }
}

/* @message may take others out, and go with them; then there is nothing left to wait for. */
void
aloqa_connection_life_send (AloqaConnection *self, AloqaMessage *message)
{
  gboolean had_mail = !aloqa_outbox_is_empty (self->outbox);

  aloqa_outbox_push (self->outbox, message, aloqa_clock_get_now_us (self->clock));
  if (self->state == ALOQA_CONNECTION_REGISTERED)
    send_waiting (self);
  if (had_mail && aloqa_outbox_is_empty (self->outbox))
    aloqa_connection_emit_drained (self);
}

static void
send_hello (AloqaConnection *self)
{
  g_autoptr (AloqaMessage) hello = aloqa_message_new (ALOQA_MESSAGE_HELLO, 0);

  hello->features = self->known_features;
  hello->device = g_strdup (self->device);
  aloqa_socket_send (self->socket, hello);
}

static void
note_connected (AloqaConnection *self, const AloqaMessage *message)
{
  g_autoptr (GError) error = NULL;

  if (self->state != ALOQA_CONNECTION_CONNECTING)
    return;
  if (message->user_id != self->user_id) {
    error = g_error_new (ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_BAD_ANSWER,
                         "%s takes this sign-in for somebody else's",
                         aloqa_server_address_get_host (self->address));
    lose (self, error, TRUE);
    return;
  }

  aloqa_clock_clear_timer (self->clock, &self->register_timer);
  self->registered_us = aloqa_clock_get_now_us (self->clock);
  self->features = message->features & self->known_features;
  aloqa_probe_start (&self->probe);
  if (message->has_features)
    send_hello (self);
  send_waiting (self);
  if (self->socket == NULL)
    return;
  g_clear_error (&self->error);
  aloqa_connection_enter (self, ALOQA_CONNECTION_REGISTERED);
}

static void
note_echo (AloqaConnection *self, gint64 from)
{
  gboolean had_mail = !aloqa_outbox_is_empty (self->outbox);

  if (from != self->user_id || !aloqa_probe_note_echo (&self->probe))
    return;
  self->backoff.n_tries = MIN (self->backoff.n_tries, PROVEN_TRIES);
  aloqa_outbox_note_echo (self->outbox);
  if (aloqa_outbox_has_unproven (self->outbox))
    aloqa_probe_hurry (&self->probe);
  if (had_mail && aloqa_outbox_is_empty (self->outbox))
    aloqa_connection_emit_drained (self);
  aloqa_connection_emit_proven (self);
}

static void
socket_message_cb (AloqaConnection *self, AloqaMessage *message)
{
  switch (message->type) {
  case ALOQA_MESSAGE_CONNECTED:
    note_connected (self, message);
    break;
  case ALOQA_MESSAGE_TYPING:
    note_echo (self, message->peer);
    break;
  default:
    if (self->state == ALOQA_CONNECTION_REGISTERED)
      aloqa_connection_emit_message (self, message);
    break;
  }
}

static void
register_late_cb (gpointer user_data)
{
  AloqaConnection *self = user_data;
  g_autoptr (GError) error =
      aloqa_failure_describe_lateness (NULL, self->address, REGISTER_LIMIT_US);

  self->register_timer = 0;
  lose (self, error, FALSE);
}

/* Once, when the clock is known. */
void
aloqa_connection_life_init (AloqaConnection *self)
{
  self->outbox = aloqa_outbox_new ();
  self->backoff.first_us = FIRST_WAIT_US;
  self->backoff.max_us = MAX_WAIT_US;
  self->probe.clock = self->clock;
  self->probe.send = send_probe;
  self->probe.give_up = give_up;
  self->probe.owner = self;
}

/* Begins to connect. */
void
aloqa_connection_life_begin (AloqaConnection *self)
{
  self->last_attempt_us = aloqa_clock_get_now_us (self->clock);
  self->register_timer =
      aloqa_clock_add_timer (self->clock, REGISTER_LIMIT_US, register_late_cb, self);
  self->socket = aloqa_socket_new (self->session, self->address, self->clock);
  g_signal_connect_object (self->socket, "message", G_CALLBACK (socket_message_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->socket, "closed", G_CALLBACK (socket_closed_cb), self,
                           G_CONNECT_SWAPPED);
  aloqa_socket_open (self->socket, self->user_id, self->access_token);
  aloqa_connection_enter (self, ALOQA_CONNECTION_CONNECTING);
}

static void
wait_timer_cb (gpointer user_data)
{
  AloqaConnection *self = user_data;

  self->wait_timer = 0;
  aloqa_connection_life_begin (self);
}

/* Begins to connect after a while, instead of when it would have. */
void
aloqa_connection_life_begin_in (AloqaConnection *self, gint64 delay_us)
{
  aloqa_clock_clear_timer (self->clock, &self->wait_timer);
  self->wait_timer = aloqa_clock_add_timer (self->clock, delay_us, wait_timer_cb, self);
}
