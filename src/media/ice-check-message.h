/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * STUN messages (RFC 8489) with what TURN adds (RFC 8656), as far as a check of a server needs
 * them. Pure: bytes in, values out. Whatever the bytes, reading stays within them.
 */

#define ALOQA_STUN_HEADER_BYTES 20
#define ALOQA_STUN_ID_BYTES 12

typedef enum {
  ALOQA_STUN_BINDING = 0x001,
  ALOQA_STUN_ALLOCATE = 0x003,
  ALOQA_STUN_REFRESH = 0x004,
} AloqaStunMethod;

typedef enum {
  ALOQA_STUN_REQUEST,
  ALOQA_STUN_INDICATION,
  ALOQA_STUN_SUCCESS,
  ALOQA_STUN_ERROR,
} AloqaStunClass;

typedef enum {
  ALOQA_STUN_ATTRIBUTE_USERNAME = 0x0006,
  ALOQA_STUN_ATTRIBUTE_LIFETIME = 0x000d,
  ALOQA_STUN_ATTRIBUTE_REALM = 0x0014,
  ALOQA_STUN_ATTRIBUTE_NONCE = 0x0015,
  ALOQA_STUN_ATTRIBUTE_REQUESTED_TRANSPORT = 0x0019,
  ALOQA_STUN_ATTRIBUTE_SOFTWARE = 0x8022,
} AloqaStunAttribute;

/* What came, taken apart. Strings are NULL and addresses absent where the attribute is. */
typedef struct {
  guint method; /* an AloqaStunMethod, or another */
  AloqaStunClass message_class;
  guint8 id[ALOQA_STUN_ID_BYTES];

  GSocketAddress *mapped_address;    /* XOR-MAPPED-ADDRESS, or an old server's MAPPED-ADDRESS */
  GSocketAddress *relayed_address;   /* XOR-RELAYED-ADDRESS */
  GSocketAddress *alternate_address; /* ALTERNATE-SERVER */
  guint error_code;                  /* 300 to 699, or 0 */
  char *reason;                      /* of the error, valid UTF-8, one line */
  char *realm;
  char *nonce;
  char *software;

  gsize integrity_offset; /* of MESSAGE-INTEGRITY in the bytes, 0 where there is none */
  gboolean has_fingerprint;
} AloqaStunMessage;

gboolean aloqa_stun_message_peek_size (const guint8 *data, gsize length, gsize *n_bytes);
AloqaStunMessage *aloqa_stun_message_parse (const guint8 *data, gsize length, GError **error);
gboolean aloqa_stun_message_is_signed_with (const AloqaStunMessage *self, const guint8 *data,
                                            const guint8 *key, gsize key_length);
void aloqa_stun_message_free (AloqaStunMessage *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaStunMessage, aloqa_stun_message_free)

GByteArray *aloqa_stun_request_new (AloqaStunMethod method, const guint8 *id);
void aloqa_stun_request_add (GByteArray *request, AloqaStunAttribute type, const void *value,
                             gsize length);
void aloqa_stun_request_sign (GByteArray *request, const guint8 *key, gsize key_length);
void aloqa_stun_request_add_fingerprint (GByteArray *request);

void aloqa_stun_make_long_term_key (const char *username, const char *realm, const char *password,
                                    guint8 *key);

G_END_DECLS
