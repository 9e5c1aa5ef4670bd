/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* Where a server is, and every URL on it. Immutable, counted. */
typedef struct _AloqaServerAddress AloqaServerAddress;

typedef enum {
  ALOQA_ADDRESS_NONE = 0,
  ALOQA_ADDRESS_ALLOW_PLAIN_HTTP = 1 << 0, /* http to hosts other than this machine, too */
} AloqaAddressFlags;

AloqaServerAddress *aloqa_server_address_new (const char *text, const char *websocket_base,
                                              AloqaAddressFlags flags, GError **error);
AloqaServerAddress *aloqa_server_address_ref (AloqaServerAddress *self);
void aloqa_server_address_unref (AloqaServerAddress *self);

const char *aloqa_server_address_get_origin (const AloqaServerAddress *self);
const char *aloqa_server_address_get_host (const AloqaServerAddress *self);
gboolean aloqa_server_address_is_loopback (const AloqaServerAddress *self);
gboolean aloqa_server_address_is_secure (const AloqaServerAddress *self);

GUri *aloqa_server_address_build_api_uri (const AloqaServerAddress *self, const char *path,
                                          const char *query);
GUri *aloqa_server_address_build_upload_uri (const AloqaServerAddress *self, const char *file_name);
GUri *aloqa_server_address_build_websocket_uri (const AloqaServerAddress *self, gint64 user_id,
                                                const char *access_token);

#define ALOQA_TYPE_SERVER_ADDRESS (aloqa_server_address_get_type ())
GType aloqa_server_address_get_type (void);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaServerAddress, aloqa_server_address_unref)

G_END_DECLS
