/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * A real STUN and TURN server (coturn) on 127.0.0.1, over UDP, TCP and, where it has a certificate,
 * TLS. It lends relays to the user "ali" with the password "secret".
 */
typedef struct {
  guint port;
  guint tls_port;
  /* ---- */
  GSubprocess *process;
  char *folder;
} AloqaTurnServer;

gboolean aloqa_turn_server_is_installed (void);
AloqaTurnServer *aloqa_turn_server_new (GTlsCertificate *certificate, const char *option);
void aloqa_turn_server_free (AloqaTurnServer *self);
char *aloqa_turn_server_read_log (AloqaTurnServer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaTurnServer, aloqa_turn_server_free)

G_END_DECLS
