/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "signaling/server-address.h"

G_BEGIN_DECLS

/* Which server, whose word for it, and which STUN and TURN servers: what a person names. */
typedef struct {
  AloqaServerAddress *address;
  GTlsDatabase *trust;    /* or NULL: the system's authorities */
  GPtrArray *ice_servers; /* of AloqaIceServer; NULL: the server's own list */
} AloqaServerChoice;

AloqaServerChoice *
aloqa_server_choice_new (const char *url, const char *websocket_base,
                         gboolean is_plain_http_allowed, const char *ca_file, GError **error);
gboolean aloqa_server_choice_add_ice_url (AloqaServerChoice *self, const char *url, GError **error);
gboolean
aloqa_server_choice_add_ice_list (AloqaServerChoice *self, const char *json, GError **error);
void aloqa_server_choice_free (AloqaServerChoice *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaServerChoice, aloqa_server_choice_free)

G_END_DECLS
