/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/ice-check.h"

#include "media/ice-check-link.h"
#include "media/ice-check-message.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* A call gathers for about as long; what answers later is of no use to it. */
#define LIMIT_US (5 * G_USEC_PER_SEC)

/* RFC 8489, section 6.2.1: sent again after half a second, then after twice as long each time. */
#define FIRST_RESEND_US (G_USEC_PER_SEC / 2)

/* A nonce goes stale once in its life; a server that says so again and again is broken. */
#define MAX_STALE_NONCES 2

/* UDP, in the first byte of REQUESTED-TRANSPORT: RFC 8656, section 18.8. */
#define RELAY_UDP (17u << 24)

G_DEFINE_QUARK (aloqa - ice - check - error - quark, aloqa_ice_check_error)

/* The data of the task. */
typedef struct {
  AloqaIceServer *server;
  GTlsDatabase *trust; /* or NULL */
  AloqaClock *clock;
  AloqaIceLink *link;
  GSource *cancel_source;
  guint limit_timer;
  guint resend_timer;
  gint64 resend_us;

  AloqaStunMethod method; /* of the request that is out */
  guint8 id[ALOQA_STUN_ID_BYTES];
  GByteArray *request;

  char *realm, *nonce; /* from the server's challenge, else NULL */
  guint8 key[ALOQA_STUN_KEY_BYTES];
  guint n_stale_nonces;
  gboolean was_redirected;

  GError *doubt;               /* about what came and was no proper answer, or NULL */
  AloqaIceCheckResult *result; /* once there is one; what remains is to give the relay back */
} Check;

static void
end_link (Check *check, gpointer owner)
{
  aloqa_clock_clear_timer (check->clock, &check->resend_timer);
  if (check->link != NULL) {
    g_signal_handlers_disconnect_by_data (check->link, owner);
    aloqa_ice_link_close (check->link);
  }
  g_clear_object (&check->link);
}

static void
free_check (gpointer data)
{
  Check *check = data;

  explicit_bzero (check->key, sizeof check->key);
  aloqa_ice_server_unref (check->server);
  g_clear_object (&check->trust);
  g_object_unref (check->clock);
  g_clear_pointer (&check->request, g_byte_array_unref);
  g_free (check->realm);
  g_free (check->nonce);
  g_clear_error (&check->doubt);
  g_clear_pointer (&check->result, aloqa_ice_check_result_free);
  g_free (check);
}

/* Ends the check, with what there is: @error (transfer full) counts only where that is nothing. */
static void
end (GTask *task, GError *error)
{
  Check *check = g_task_get_task_data (task);

  end_link (check, task);
  aloqa_clock_clear_timer (check->clock, &check->limit_timer);
  if (check->cancel_source != NULL)
    g_source_destroy (check->cancel_source);
  g_clear_pointer (&check->cancel_source, g_source_unref);

  if (check->result != NULL) {
    g_clear_error (&error);
    g_task_return_pointer (task, g_steal_pointer (&check->result),
                           (GDestroyNotify) aloqa_ice_check_result_free);
  } else {
    g_task_return_error (task, error);
  }
  g_object_unref (task);
}

static void
    G_GNUC_PRINTF (3, 4) fail (GTask *task, AloqaIceCheckError code, const char *format, ...)
{
  va_list arguments;
  GError *error;

  va_start (arguments, format);
  error = g_error_new_valist (ALOQA_ICE_CHECK_ERROR, (int) code, format, arguments);
  va_end (arguments);
  end (task, error);
}

static void
add_string (GByteArray *request, AloqaStunAttribute type, const char *text)
{
  aloqa_stun_request_add (request, type, text, strlen (text));
}

static void
resend_cb (gpointer user_data)
{
  Check *check = user_data;

  check->resend_us *= 2;
  check->resend_timer = aloqa_clock_add_timer (check->clock, check->resend_us, resend_cb, check);
  aloqa_ice_link_send (check->link, check->request);
}

/* Begins a transaction. */
static void
send_request (Check *check, AloqaStunMethod method)
{
  /* RFC 8489, section 5: who cannot see the request must not guess it. */
  if (getentropy (check->id, sizeof check->id) != 0)
    g_error ("The system has no random numbers: %s", g_strerror (errno));
  check->method = method;
  g_clear_pointer (&check->request, g_byte_array_unref);
  check->request = aloqa_stun_request_new (method, check->id);

  if (method == ALOQA_STUN_ALLOCATE)
    aloqa_stun_request_add_uint32 (check->request, ALOQA_STUN_REQUESTED_TRANSPORT, RELAY_UDP);
  else if (method == ALOQA_STUN_REFRESH)
    aloqa_stun_request_add_uint32 (check->request, ALOQA_STUN_LIFETIME, 0);
  if (check->realm != NULL) {
    add_string (check->request, ALOQA_STUN_USERNAME, check->server->username);
    add_string (check->request, ALOQA_STUN_REALM, check->realm);
    add_string (check->request, ALOQA_STUN_NONCE, check->nonce);
    aloqa_stun_request_sign (check->request, check->key, sizeof check->key);
  }

  aloqa_clock_clear_timer (check->clock, &check->resend_timer);
  if (!aloqa_ice_link_is_reliable (check->link)) {
    check->resend_us = FIRST_RESEND_US;
    check->resend_timer = aloqa_clock_add_timer (check->clock, check->resend_us, resend_cb, check);
  }
  aloqa_ice_link_send (check->link, check->request);
}

static char *
write_address (GSocketAddress *address)
{
  return g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (address));
}

static void
take_success (GTask *task, Check *check, const AloqaStunMessage *message)
{
  gboolean is_relay = check->method == ALOQA_STUN_ALLOCATE;

  if (check->method == ALOQA_STUN_REFRESH) {
    end (task, NULL);
    return;
  }
  if (message->mapped_address == NULL || (is_relay && message->relayed_address == NULL)) {
    fail (task, ALOQA_ICE_CHECK_ERROR_BAD_ANSWER, "%s answers, but names no address",
          aloqa_ice_link_get_name (check->link));
    return;
  }

  check->result = g_new0 (AloqaIceCheckResult, 1);
  check->result->seen_address = write_address (message->mapped_address);
  if (!is_relay) {
    end (task, NULL);
    return;
  }
  check->result->relayed_address = write_address (message->relayed_address);
  send_request (check, ALOQA_STUN_REFRESH);
}

static void
take_challenge (Check *check, const AloqaStunMessage *message)
{
  g_free (check->realm);
  g_free (check->nonce);
  check->realm = g_strdup (message->realm);
  check->nonce = g_strdup (message->nonce);
  aloqa_stun_make_key (check->server->username, check->realm, check->server->credential,
                       check->key);
  send_request (check, check->method);
}

/* Sentences about the errors of RFC 8489, section 14.8, and RFC 8656, section 19. */
static void
explain (GTask *task, Check *check, const AloqaStunMessage *message)
{
  const char *name = aloqa_ice_link_get_name (check->link);

  if (check->realm != NULL && (message->error_code == 401 || message->error_code == 441)) {
    fail (task, ALOQA_ICE_CHECK_ERROR_UNAUTHORIZED, "%s refuses the user name or the password",
          name);
    return;
  }

  switch (message->error_code) {
  case 437:
    fail (task, ALOQA_ICE_CHECK_ERROR_NO_CAPACITY,
          "%s takes this check for an earlier one that has not ended yet (error 437)", name);
    break;
  case 486:
    fail (task, ALOQA_ICE_CHECK_ERROR_NO_CAPACITY,
          "%s has lent this user as many relays as it allows (error 486)", name);
    break;
  case 508:
    fail (task, ALOQA_ICE_CHECK_ERROR_NO_CAPACITY, "%s has no relay left (error 508)", name);
    break;
  default:
    fail (task, ALOQA_ICE_CHECK_ERROR_SERVER_REFUSED, "%s refuses: error %u%s%s", name,
          message->error_code, *message->reason != '\0' ? ", " : "", message->reason);
    break;
  }
}

static void open_link (GTask *task, GSocketAddress *address);

static void
take_error (GTask *task, Check *check, const AloqaStunMessage *message)
{
  gboolean has_nonce = check->server->kind != ALOQA_ICE_SERVER_STUN && message->realm != NULL &&
                       message->nonce != NULL && *message->nonce != '\0';

  if (has_nonce && message->error_code == 401 && check->realm == NULL) {
    take_challenge (check, message);
  } else if (has_nonce && message->error_code == 438 && check->realm != NULL &&
             check->n_stale_nonces < MAX_STALE_NONCES) {
    check->n_stale_nonces++;
    take_challenge (check, message);
  } else if (check->method == ALOQA_STUN_REFRESH) {
    end (task, NULL);
  } else if (message->error_code == 300 && message->alternate_address != NULL &&
             !check->was_redirected) {
    check->was_redirected = TRUE;
    end_link (check, task);
    open_link (task, message->alternate_address);
  } else {
    explain (task, check, message);
  }
}

/* Notes what is no answer to rely on; a true one may still come. */
static void
note_doubt (Check *check, const char *reason)
{
  g_clear_error (&check->doubt);
  check->doubt = g_error_new (ALOQA_ICE_CHECK_ERROR, ALOQA_ICE_CHECK_ERROR_BAD_ANSWER,
                              "%s answers, but not as such a server should: %s",
                              aloqa_ice_link_get_name (check->link), reason);
}

static void
message_cb (AloqaIceLink *link, GBytes *bytes, GTask *task)
{
  Check *check = g_task_get_task_data (task);
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaStunMessage) message = aloqa_stun_message_parse (data, length, &error);

  if (message == NULL) {
    note_doubt (check, error->message);
    return;
  }
  if (message->method != check->method || memcmp (message->id, check->id, sizeof check->id) != 0)
    return;

  if (message->message_class == ALOQA_STUN_CLASS_ERROR && message->error_code != 0)
    take_error (task, check, message);
  else if (message->message_class != ALOQA_STUN_CLASS_SUCCESS)
    note_doubt (check, "its answer is neither a success nor an error");
  else if (check->realm != NULL &&
           !aloqa_stun_message_is_signed_with (message, data, check->key, sizeof check->key))
    note_doubt (check, "it does not prove that it knows the password");
  else
    take_success (task, check, message);
}

static void
opened_cb (AloqaIceLink *link, GTask *task)
{
  Check *check = g_task_get_task_data (task);

  send_request (check, check->server->kind == ALOQA_ICE_SERVER_STUN ? ALOQA_STUN_BINDING
                                                                    : ALOQA_STUN_ALLOCATE);
}

static void
failed_cb (AloqaIceLink *link, const GError *error, GTask *task)
{
  end (task, g_error_copy (error));
}

static void
open_link (GTask *task, GSocketAddress *address)
{
  Check *check = g_task_get_task_data (task);

  check->link = aloqa_ice_link_new (check->server, address, check->trust);
  g_signal_connect (check->link, "opened", G_CALLBACK (opened_cb), task);
  g_signal_connect (check->link, "message", G_CALLBACK (message_cb), task);
  g_signal_connect (check->link, "failed", G_CALLBACK (failed_cb), task);
  aloqa_ice_link_open (check->link);
}

static void
limit_cb (gpointer user_data)
{
  GTask *task = user_data;
  Check *check = g_task_get_task_data (task);

  check->limit_timer = 0;
  if (check->doubt != NULL)
    end (task, g_steal_pointer (&check->doubt));
  else
    fail (task, ALOQA_ICE_CHECK_ERROR_NO_ANSWER, "%s does not answer within %d s",
          aloqa_ice_link_get_name (check->link), (int) (LIMIT_US / G_USEC_PER_SEC));
}

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  GTask *task = user_data;
  Check *check = g_task_get_task_data (task);

  g_clear_pointer (&check->result, aloqa_ice_check_result_free);
  end (task, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "The check was cancelled"));
  return G_SOURCE_REMOVE;
}

static void
watch_cancellable (GTask *task, Check *check, GCancellable *cancellable)
{
  if (cancellable == NULL)
    return;
  check->cancel_source = g_cancellable_source_new (cancellable);
  g_source_set_callback (check->cancel_source, G_SOURCE_FUNC (cancelled_cb), task, NULL);
  g_source_attach (check->cancel_source, NULL);
}

/**
 * aloqa_ice_check_async:
 * @trust: (nullable): whose certificates count for TLS; %NULL for the system's authorities
 *
 * Asks @server what a call would ask it: a STUN server for our address, a TURN server for a relay,
 * which is given back at once. Ends within 5 s.
 */
void
aloqa_ice_check_async (AloqaIceServer *server, GTlsDatabase *trust, AloqaClock *clock,
                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  Check *check = g_new0 (Check, 1);

  g_task_set_source_tag (task, aloqa_ice_check_async);
  g_task_set_task_data (task, check, free_check);
  check->server = aloqa_ice_server_ref (server);
  g_set_object (&check->trust, trust);
  check->clock = g_object_ref (clock);
  check->limit_timer = aloqa_clock_add_timer (clock, LIMIT_US, limit_cb, task);
  watch_cancellable (task, check, cancellable);
  open_link (task, NULL);
}

/**
 * aloqa_ice_check_finish:
 * @error: %ALOQA_ICE_CHECK_ERROR, or %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable): the addresses
 */
AloqaIceCheckResult *
aloqa_ice_check_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
aloqa_ice_check_result_free (AloqaIceCheckResult *self)
{
  g_free (self->seen_address);
  g_free (self->relayed_address);
  g_free (self);
}
