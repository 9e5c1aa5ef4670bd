/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fakes/fake-stun-server.h"

#include <string.h>

static gboolean
request_cb (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  AloqaFakeStunServer *self = user_data;
  guint8 buffer[2048];
  g_autoptr (GSocketAddress) from = NULL;
  g_autoptr (AloqaStunMessage) request = NULL;
  g_autoptr (GByteArray) answer = NULL;
  g_autoptr (GError) error = NULL;
  gssize length =
      g_socket_receive_from (socket, &from, (char *) buffer, sizeof buffer, NULL, &error);

  g_assert_no_error (error);
  request = aloqa_stun_message_parse (buffer, (gsize) length, &error);
  g_assert_no_error (error);
  self->n_requests++;
  g_clear_pointer (&self->last_request, g_bytes_unref);
  self->last_request = g_bytes_new (buffer, (gsize) length);
  answer = self->answer (self, request);
  if (answer != NULL)
    g_socket_send_to (socket, from, (const char *) answer->data, answer->len, NULL, NULL);
  return G_SOURCE_CONTINUE;
}

/* Returns: (transfer full): a server on a port of 127.0.0.1 */
AloqaFakeStunServer *
aloqa_fake_stun_server_new (AloqaFakeStunAnswer answer)
{
  AloqaFakeStunServer *self = g_new0 (AloqaFakeStunServer, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any_port = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) address = NULL;

  self->answer = answer;
  self->socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  g_assert_true (g_socket_bind (self->socket, any_port, FALSE, NULL));
  address = g_socket_get_local_address (self->socket, NULL);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
  self->source = g_socket_create_source (self->socket, G_IO_IN, NULL);
  g_source_set_callback (self->source, G_SOURCE_FUNC (request_cb), self, NULL);
  g_source_attach (self->source, NULL);
  return self;
}

void
aloqa_fake_stun_server_free (AloqaFakeStunServer *self)
{
  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_object_unref (self->socket);
  g_clear_pointer (&self->last_request, g_bytes_unref);
  g_free (self);
}

GByteArray *
aloqa_fake_stun_make_answer (const AloqaStunMessage *request, AloqaStunClass message_class)
{
  GByteArray *answer = aloqa_stun_request_new ((AloqaStunMethod) request->method, request->id);

  answer->data[0] |= (guint8) (message_class >> 1);
  answer->data[1] |= (guint8) ((message_class & 1) << 4);
  return answer;
}

/* With the addresses that the method asks for. */
GByteArray *
aloqa_fake_stun_make_success (const AloqaStunMessage *request)
{
  /* ALOQA_FAKE_STUN_ADDRESS, as RFC 5769 writes it. */
  static const guint8 address[] = { 0x00, 0x01, 0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43 };
  GByteArray *answer = aloqa_fake_stun_make_answer (request, ALOQA_STUN_CLASS_SUCCESS);

  aloqa_stun_request_add (answer, ALOQA_STUN_XOR_MAPPED_ADDRESS, address, sizeof address);
  if (request->method == ALOQA_STUN_ALLOCATE)
    aloqa_stun_request_add (answer, ALOQA_STUN_XOR_RELAYED_ADDRESS, address, sizeof address);
  return answer;
}

GByteArray *
aloqa_fake_stun_make_error (const AloqaStunMessage *request, guint code)
{
  GByteArray *answer = aloqa_fake_stun_make_answer (request, ALOQA_STUN_CLASS_ERROR);
  guint8 value[] = { 0, 0, (guint8) (code / 100), (guint8) (code % 100), 'n', 'o' };

  aloqa_stun_request_add (answer, ALOQA_STUN_ERROR_CODE, value, sizeof value);
  return answer;
}

GByteArray *
aloqa_fake_stun_make_challenge (const AloqaStunMessage *request, guint code, const char *nonce)
{
  GByteArray *answer = aloqa_fake_stun_make_error (request, code);

  aloqa_stun_request_add (answer, ALOQA_STUN_REALM, ALOQA_FAKE_STUN_REALM,
                          strlen (ALOQA_FAKE_STUN_REALM));
  aloqa_stun_request_add (answer, ALOQA_STUN_NONCE, nonce, strlen (nonce));
  return answer;
}

/* Returns: (transfer full): @answer, with the user ali's signature */
GByteArray *
aloqa_fake_stun_sign (GByteArray *answer, const char *password)
{
  guint8 key[ALOQA_STUN_KEY_BYTES];

  aloqa_stun_make_key ("ali", ALOQA_FAKE_STUN_REALM, password, key);
  aloqa_stun_request_sign (answer, key, sizeof key);
  return answer;
}
