/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/ice-check-request.h"

#include <string.h>

/* Type and length. */
#define ATTRIBUTE_HEADER_BYTES 4

/* RFC 8489, section 14.7. */
#define FINGERPRINT_XOR 0x5354554eu

static void
put_uint16 (guint8 *bytes, guint value)
{
  bytes[0] = (guint8) (value >> 8);
  bytes[1] = (guint8) value;
}

static void
put_uint32 (guint8 *bytes, guint32 value)
{
  put_uint16 (bytes, value >> 16);
  put_uint16 (bytes + 2, value & 0xffff);
}

/**
 * aloqa_stun_request_new:
 * @id: %ALOQA_STUN_ID_BYTES of the transaction, hard to guess
 *
 * Returns: (transfer full): a request without attributes
 */
GByteArray *
aloqa_stun_request_new (AloqaStunMethod method, const guint8 *id)
{
  guint8 header[ALOQA_STUN_HEADER_BYTES] = { 0 };

  put_uint16 (header, method);
  put_uint32 (header + 4, ALOQA_STUN_COOKIE);
  memcpy (header + 8, id, ALOQA_STUN_ID_BYTES);
  return g_byte_array_append (g_byte_array_new (), header, sizeof header);
}

/**
 * aloqa_stun_request_add:
 * @value: @length bytes, at most 763 as no attribute takes more
 */
void
aloqa_stun_request_add (GByteArray *request, AloqaStunAttribute type, const void *value,
                        gsize length)
{
  static const guint8 padding[3] = { 0 };
  guint8 header[ATTRIBUTE_HEADER_BYTES];

  put_uint16 (header, type);
  put_uint16 (header + 2, (guint) length);
  g_byte_array_append (request, header, sizeof header);
  g_byte_array_append (request, value, (guint) length);
  g_byte_array_append (request, padding, (guint) (-length % 4));
  put_uint16 (request->data + 2, request->len - ALOQA_STUN_HEADER_BYTES);
}

void
aloqa_stun_request_add_uint32 (GByteArray *request, AloqaStunAttribute type, guint32 value)
{
  guint8 bytes[4];

  put_uint32 (bytes, value);
  aloqa_stun_request_add (request, type, bytes, sizeof bytes);
}

/* Adds MESSAGE-INTEGRITY, which only a fingerprint may follow. */
void
aloqa_stun_request_sign (GByteArray *request, const guint8 *key, gsize key_length)
{
  guint8 integrity[ALOQA_STUN_INTEGRITY_BYTES];

  aloqa_stun_compute_integrity (request->data, request->len, key, key_length, integrity);
  aloqa_stun_request_add (request, ALOQA_STUN_MESSAGE_INTEGRITY, integrity, sizeof integrity);
}

/**
 * aloqa_stun_make_key:
 * @key: (out): %ALOQA_STUN_KEY_BYTES
 *
 * The key of long-term credentials: RFC 8489, section 9.2.2. The strings go in as they are, without
 * OpaqueString: so does the library that makes the calls, and the check must see what it will see.
 */
void
aloqa_stun_make_key (const char *username, const char *realm, const char *password, guint8 *key)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_MD5);
  const char *const parts[] = { username, ":", realm, ":", password };
  gsize length = ALOQA_STUN_KEY_BYTES;

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    g_checksum_update (checksum, (const guchar *) parts[i], (gssize) strlen (parts[i]));
  g_checksum_get_digest (checksum, key, &length);
}

/* The header as it stands in a message that ends with an attribute of so many bytes at @offset. */
static void
copy_header (guint8 *header, const guint8 *message, gsize offset, gsize attribute_bytes)
{
  gsize n_bytes = offset + ATTRIBUTE_HEADER_BYTES + attribute_bytes - ALOQA_STUN_HEADER_BYTES;

  memcpy (header, message, ALOQA_STUN_HEADER_BYTES);
  put_uint16 (header + 2, (guint) n_bytes);
}

/**
 * aloqa_stun_compute_integrity:
 * @offset: where MESSAGE-INTEGRITY stands, or would: behind the header
 * @integrity: (out): %ALOQA_STUN_INTEGRITY_BYTES
 *
 * RFC 8489, section 14.5.
 */
void
aloqa_stun_compute_integrity (const guint8 *message, gsize offset, const guint8 *key,
                              gsize key_length, guint8 *integrity)
{
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA1, key, key_length);
  guint8 header[ALOQA_STUN_HEADER_BYTES];
  gsize length = ALOQA_STUN_INTEGRITY_BYTES;

  copy_header (header, message, offset, ALOQA_STUN_INTEGRITY_BYTES);
  g_hmac_update (hmac, header, sizeof header);
  g_hmac_update (hmac, message + sizeof header, (gssize) (offset - sizeof header));
  g_hmac_get_digest (hmac, integrity, &length);
}

static guint32
update_crc32 (guint32 crc, const guint8 *bytes, gsize length)
{
  for (gsize i = 0; i < length; i++) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++)
      crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320u : 0);
  }
  return crc;
}

/**
 * aloqa_stun_compute_fingerprint:
 * @offset: where FINGERPRINT stands, or would: behind the header
 *
 * RFC 8489, section 14.7.
 */
guint32
aloqa_stun_compute_fingerprint (const guint8 *message, gsize offset)
{
  guint8 header[ALOQA_STUN_HEADER_BYTES];
  guint32 crc;

  copy_header (header, message, offset, sizeof crc);
  crc = update_crc32 (0xffffffffu, header, sizeof header);
  crc = update_crc32 (crc, message + sizeof header, offset - sizeof header);
  return ~crc ^ FINGERPRINT_XOR;
}
