/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/ice-check-message.h"

#include <string.h>

#define ATTRIBUTE_HEADER_BYTES 4

/* RFC 8489, sections 14.8 to 14.10: REALM, NONCE and a reason have at most 763 bytes. */
#define MAX_STRING_BYTES 763

/* Characters of a server's reason that a person is shown. */
#define MAX_REASON_CHARS 100

typedef struct {
  guint type;
  const guint8 *value;
  gsize length;
  gsize offset; /* of the attribute in the message */
} Attribute;

static guint
get_uint16 (const guint8 *bytes)
{
  return (guint) bytes[0] << 8 | bytes[1];
}

static guint32
get_uint32 (const guint8 *bytes)
{
  return (guint32) get_uint16 (bytes) << 16 | get_uint16 (bytes + 2);
}

static gboolean
refuse (GError **error, const char *what)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "Not a STUN message: %s", what);
  return FALSE;
}

/**
 * aloqa_stun_message_peek_size:
 * @data: the beginning of a message, of at least %ALOQA_STUN_HEADER_BYTES
 * @n_bytes: (out): the size that it says it has, the header included
 *
 * Returns: whether this is the header of a STUN message
 */
gboolean
aloqa_stun_message_peek_size (const guint8 *data, gsize length, gsize *n_bytes)
{
  if (length < ALOQA_STUN_HEADER_BYTES || (data[0] & 0xc0) != 0 || data[3] % 4 != 0 ||
      get_uint32 (data + 4) != ALOQA_STUN_COOKIE)
    return FALSE;
  *n_bytes = ALOQA_STUN_HEADER_BYTES + get_uint16 (data + 2);
  return TRUE;
}

/* RFC 8489, figure 3: the two bits of the class stand among those of the method. */
static void
read_type (AloqaStunMessage *self, guint type)
{
  self->message_class = (type >> 7 & 2) | (type >> 4 & 1);
  self->method = (type >> 2 & 0xf80) | (type >> 1 & 0x70) | (type & 0xf);
}

/* RFC 8489, sections 14.1 and 14.2; @mask is NULL, or the cookie and the id. */
static gboolean
read_address (GSocketAddress **address, const Attribute *attribute, const guint8 *mask,
              GError **error)
{
  g_autoptr (GInetAddress) inet_address = NULL;
  GSocketFamily family;
  guint8 bytes[16];
  gsize n_bytes;
  guint port;

  if (*address != NULL)
    return TRUE;
  if (attribute->length < 8)
    return refuse (error, "an address is too short");
  family = attribute->value[1] == 1 ? G_SOCKET_FAMILY_IPV4 : G_SOCKET_FAMILY_IPV6;
  n_bytes = family == G_SOCKET_FAMILY_IPV4 ? 4 : 16;
  if (attribute->value[1] < 1 || attribute->value[1] > 2 || attribute->length != 4 + n_bytes)
    return refuse (error, "an address is of no known family, or has not its size");

  port = get_uint16 (attribute->value + 2) ^ (mask != NULL ? get_uint16 (mask) : 0);
  for (gsize i = 0; i < n_bytes; i++)
    bytes[i] = attribute->value[4 + i] ^ (mask != NULL ? mask[i] : 0);
  inet_address = g_inet_address_new_from_bytes (bytes, family);
  *address = g_inet_socket_address_new (inet_address, (guint16) port);
  return TRUE;
}

/* What goes back to the server byte by byte, so nothing is repaired. */
static gboolean
read_string (char **string, const Attribute *attribute, GError **error)
{
  if (*string != NULL)
    return TRUE;
  if (attribute->length > MAX_STRING_BYTES)
    return refuse (error, "a string is too long");
  if (memchr (attribute->value, '\0', attribute->length) != NULL)
    return refuse (error, "a NUL stands in a string");

  *string = g_strndup ((const char *) attribute->value, attribute->length);
  return TRUE;
}

static char *
make_presentable (const guint8 *text, gsize length)
{
  g_autofree char *valid = g_utf8_make_valid ((const char *) text, (gssize) length);
  char *shown = g_utf8_substring (valid, 0, MIN (g_utf8_strlen (valid, -1), MAX_REASON_CHARS));

  for (char *c = shown; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      *c = ' ';
  return g_strstrip (shown);
}

/* RFC 8489, section 14.8. */
static gboolean
read_error (AloqaStunMessage *self, const Attribute *attribute, GError **error)
{
  guint hundreds, rest;

  if (self->error_code != 0)
    return TRUE;
  if (attribute->length < 4 || attribute->length > 4 + MAX_STRING_BYTES)
    return refuse (error, "an error has not its size");
  hundreds = attribute->value[2] & 7;
  rest = attribute->value[3];
  if (hundreds < 3 || hundreds > 6 || rest > 99)
    return refuse (error, "an error has no valid number");

  self->error_code = hundreds * 100 + rest;
  self->reason = make_presentable (attribute->value + 4, attribute->length - 4);
  return TRUE;
}

static gboolean
read_integrity (AloqaStunMessage *self, const Attribute *attribute, GError **error)
{
  if (attribute->length != ALOQA_STUN_INTEGRITY_BYTES)
    return refuse (error, "MESSAGE-INTEGRITY has not its size");
  self->integrity_offset = attribute->offset;
  return TRUE;
}

static gboolean
check_fingerprint (const Attribute *attribute, const guint8 *data, gsize length, GError **error)
{
  if (attribute->length != 4 || attribute->offset + ATTRIBUTE_HEADER_BYTES + 4 != length ||
      get_uint32 (attribute->value) != aloqa_stun_compute_fingerprint (data, attribute->offset))
    return refuse (error, "FINGERPRINT does not match, or is not the last attribute");
  return TRUE;
}

/* What is not known is passed over: nothing is asked for that it could change. */
static gboolean
read_attribute (AloqaStunMessage *self, const Attribute *attribute, const guint8 *data,
                GSocketAddress **plain_address, GError **error)
{
  const guint8 *mask = data + 4;

  switch (attribute->type) {
  case ALOQA_STUN_MAPPED_ADDRESS:
    return read_address (plain_address, attribute, NULL, error);
  case ALOQA_STUN_XOR_MAPPED_ADDRESS:
    return read_address (&self->mapped_address, attribute, mask, error);
  case ALOQA_STUN_XOR_RELAYED_ADDRESS:
    return read_address (&self->relayed_address, attribute, mask, error);
  case ALOQA_STUN_ALTERNATE_SERVER:
    return read_address (&self->alternate_address, attribute, NULL, error);
  case ALOQA_STUN_ERROR_CODE:
    return read_error (self, attribute, error);
  case ALOQA_STUN_REALM:
    return read_string (&self->realm, attribute, error);
  case ALOQA_STUN_NONCE:
    return read_string (&self->nonce, attribute, error);
  case ALOQA_STUN_MESSAGE_INTEGRITY:
    return read_integrity (self, attribute, error);
  default:
    return TRUE;
  }
}

static gboolean
take_attribute (Attribute *attribute, const guint8 *data, gsize length, gsize *offset,
                GError **error)
{
  const guint8 *header = data + *offset;
  gsize padded_length;

  if (length - *offset < ATTRIBUTE_HEADER_BYTES)
    return refuse (error, "it ends within an attribute");
  attribute->type = get_uint16 (header);
  attribute->length = get_uint16 (header + 2);
  attribute->value = header + ATTRIBUTE_HEADER_BYTES;
  attribute->offset = *offset;

  padded_length = (attribute->length + 3) & ~(gsize) 3;
  if (length - *offset - ATTRIBUTE_HEADER_BYTES < padded_length)
    return refuse (error, "it ends within an attribute");
  *offset += ATTRIBUTE_HEADER_BYTES + padded_length;
  return TRUE;
}

static gboolean
read_attributes (AloqaStunMessage *self, const guint8 *data, gsize length, GError **error)
{
  g_autoptr (GSocketAddress) plain_address = NULL;
  gsize offset = ALOQA_STUN_HEADER_BYTES;
  Attribute attribute;

  while (offset < length) {
    if (!take_attribute (&attribute, data, length, &offset, error))
      return FALSE;
    if (attribute.type == ALOQA_STUN_FINGERPRINT) {
      if (!check_fingerprint (&attribute, data, length, error))
        return FALSE;
      continue;
    }
    /* RFC 8489, section 14.5: what follows is not covered, so it does not count. */
    if (self->integrity_offset == 0 &&
        !read_attribute (self, &attribute, data, &plain_address, error))
      return FALSE;
  }

  if (self->mapped_address == NULL)
    self->mapped_address = g_steal_pointer (&plain_address);
  return TRUE;
}

/**
 * aloqa_stun_message_parse:
 * @data: a whole message and nothing behind it
 * @error: %G_IO_ERROR_INVALID_DATA
 *
 * Reads a message from anybody. A wrong fingerprint is refused; a signature is for
 * aloqa_stun_message_is_signed_with() to check.
 *
 * Returns: (transfer full) (nullable): what it says
 */
AloqaStunMessage *
aloqa_stun_message_parse (const guint8 *data, gsize length, GError **error)
{
  g_autoptr (AloqaStunMessage) self = NULL;
  gsize n_bytes;

  if (!aloqa_stun_message_peek_size (data, length, &n_bytes)) {
    refuse (error, "it has no STUN header");
    return NULL;
  }
  if (n_bytes != length) {
    refuse (error, "it has not the size that it says");
    return NULL;
  }

  self = g_new0 (AloqaStunMessage, 1);
  read_type (self, get_uint16 (data));
  memcpy (self->id, data + 8, sizeof self->id);
  return read_attributes (self, data, length, error) ? g_steal_pointer (&self) : NULL;
}

/**
 * aloqa_stun_message_is_signed_with:
 * @data: what @self was parsed from
 * @key: from aloqa_stun_make_key(), or a short-term password
 *
 * Returns: whether who wrote the message knew the key
 */
gboolean
aloqa_stun_message_is_signed_with (const AloqaStunMessage *self, const guint8 *data,
                                   const guint8 *key, gsize key_length)
{
  guint8 integrity[ALOQA_STUN_INTEGRITY_BYTES];

  if (self->integrity_offset == 0)
    return FALSE;
  aloqa_stun_compute_integrity (data, self->integrity_offset, key, key_length, integrity);
  return memcmp (data + self->integrity_offset + ATTRIBUTE_HEADER_BYTES, integrity,
                 sizeof integrity) == 0;
}

void
aloqa_stun_message_free (AloqaStunMessage *self)
{
  g_clear_object (&self->mapped_address);
  g_clear_object (&self->relayed_address);
  g_clear_object (&self->alternate_address);
  g_free (self->reason);
  g_free (self->realm);
  g_free (self->nonce);
  g_free (self);
}
