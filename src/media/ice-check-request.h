/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* STUN requests (RFC 8489) and those of TURN (RFC 8656), as bytes. */

#define ALOQA_STUN_HEADER_BYTES 20
#define ALOQA_STUN_ID_BYTES 12
#define ALOQA_STUN_COOKIE 0x2112a442u

/* Of HMAC-SHA1, and of MD5. */
#define ALOQA_STUN_INTEGRITY_BYTES 20
#define ALOQA_STUN_KEY_BYTES 16

typedef enum {
  ALOQA_STUN_BINDING = 0x001,
  ALOQA_STUN_ALLOCATE = 0x003,
  ALOQA_STUN_REFRESH = 0x004,
} AloqaStunMethod;

typedef enum {
  ALOQA_STUN_MAPPED_ADDRESS = 0x0001,
  ALOQA_STUN_USERNAME = 0x0006,
  ALOQA_STUN_MESSAGE_INTEGRITY = 0x0008,
  ALOQA_STUN_ERROR_CODE = 0x0009,
  ALOQA_STUN_LIFETIME = 0x000d,
  ALOQA_STUN_REALM = 0x0014,
  ALOQA_STUN_NONCE = 0x0015,
  ALOQA_STUN_XOR_RELAYED_ADDRESS = 0x0016,
  ALOQA_STUN_REQUESTED_TRANSPORT = 0x0019,
  ALOQA_STUN_XOR_MAPPED_ADDRESS = 0x0020,
  ALOQA_STUN_ALTERNATE_SERVER = 0x8023,
  ALOQA_STUN_FINGERPRINT = 0x8028,
} AloqaStunAttribute;

GByteArray *aloqa_stun_request_new (AloqaStunMethod method, const guint8 *id);
void aloqa_stun_request_add (GByteArray *request, AloqaStunAttribute type, const void *value,
                             gsize length);
void aloqa_stun_request_add_uint32 (GByteArray *request, AloqaStunAttribute type, guint32 value);
void aloqa_stun_request_sign (GByteArray *request, const guint8 *key, gsize key_length);

void
aloqa_stun_make_key (const char *username, const char *realm, const char *password, guint8 *key);
void aloqa_stun_compute_integrity (const guint8 *message, gsize offset, const guint8 *key,
                                   gsize key_length, guint8 *integrity);
guint32 aloqa_stun_compute_fingerprint (const guint8 *message, gsize offset);

G_END_DECLS
