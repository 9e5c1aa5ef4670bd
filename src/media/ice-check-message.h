/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/ice-check-request.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum {
  ALOQA_STUN_CLASS_REQUEST,
  ALOQA_STUN_CLASS_INDICATION,
  ALOQA_STUN_CLASS_SUCCESS,
  ALOQA_STUN_CLASS_ERROR,
} AloqaStunClass;

/*
 * A STUN message (RFC 8489, RFC 8656) taken apart, as far as the check of a server needs it. What an
 * attribute says is NULL or 0 where the attribute is absent; of several of one type the first counts.
 */
typedef struct {
  AloqaStunClass message_class;
  guint method; /* an AloqaStunMethod, or another */
  guint8 id[ALOQA_STUN_ID_BYTES];

  GSocketAddress *mapped_address; /* XOR-MAPPED-ADDRESS, else an old server's MAPPED-ADDRESS */
  GSocketAddress *relayed_address;
  GSocketAddress *alternate_address;
  guint error_code; /* 300 to 699 */
  char *reason;     /* of the error, in one line of UTF-8 */
  char *realm;
  char *nonce;

  gsize integrity_offset; /* where MESSAGE-INTEGRITY stands */
} AloqaStunMessage;

gboolean aloqa_stun_message_peek_size (const guint8 *data, gsize length, gsize *n_bytes);
AloqaStunMessage *aloqa_stun_message_parse (const guint8 *data, gsize length, GError **error);
gboolean aloqa_stun_message_is_signed_with (const AloqaStunMessage *self, const guint8 *data,
                                            const guint8 *key, gsize key_length);
void aloqa_stun_message_free (AloqaStunMessage *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaStunMessage, aloqa_stun_message_free)

G_END_DECLS
