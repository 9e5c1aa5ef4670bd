/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/ice-check-message.h"

G_BEGIN_DECLS

/* A STUN and TURN server over UDP, in the test's own process, that answers what it is told to. */
typedef struct _AloqaFakeStunServer AloqaFakeStunServer;

/* Returns: (transfer full) (nullable): what goes back */
typedef GByteArray *(*AloqaFakeStunAnswer) (AloqaFakeStunServer *server,
                                            const AloqaStunMessage *request);

struct _AloqaFakeStunServer {
  AloqaFakeStunAnswer answer; /* to be set at any time */
  guint parameter;            /* whatever the answer makes of it */

  guint port;
  guint n_requests; /* the one that is being answered included */
  GBytes *last_request;

  /* Its own. */
  GSocket *socket;
  GSource *source;
};

#define ALOQA_FAKE_STUN_REALM "aloqa.test"

/* The address in every success, as "host:port". */
#define ALOQA_FAKE_STUN_ADDRESS "192.0.2.1:32853"

AloqaFakeStunServer *aloqa_fake_stun_server_new (AloqaFakeStunAnswer answer);
void aloqa_fake_stun_server_free (AloqaFakeStunServer *self);

GByteArray *
aloqa_fake_stun_make_answer (const AloqaStunMessage *request, AloqaStunClass message_class);
GByteArray *aloqa_fake_stun_make_success (const AloqaStunMessage *request);
GByteArray *aloqa_fake_stun_make_error (const AloqaStunMessage *request, guint code);
GByteArray *
aloqa_fake_stun_make_challenge (const AloqaStunMessage *request, guint code, const char *nonce);
GByteArray *aloqa_fake_stun_sign (GByteArray *answer, const char *password);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaFakeStunServer, aloqa_fake_stun_server_free)

G_END_DECLS
