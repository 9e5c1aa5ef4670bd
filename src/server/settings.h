/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/limit-table.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * What an operator may set, and change while the server runs. A file in the form of GKeyFile:
 *
 *     [server]
 *     ice-servers=stun:stun.example.org:3478;turn:turn.example.org:3478
 *     turn-secret=…          coturn's static-auth-secret: each user gets credentials of their own
 *     cors-origins=https://chat.example.org
 *     trusted-proxies=127.0.0.1;10.0.0.0/8
 *     metrics-token=…        who may read /metrics from elsewhere than this machine
 *
 *     [limits]
 *     calls-hz=2             and the others of limit-table.h, as --print-limits shows them
 *
 * and the environment for what the file does not name: ICE_SERVERS, CORS_ORIGINS and TRUSTED_PROXIES
 * (with spaces between), TURN_SECRET, METRICS_TOKEN.
 */
typedef struct {
  GStrv ice_servers;
  char *turn_secret; /* or NULL */
  GStrv cors_origins;
  GPtrArray *trusted_proxies; /* of GInetAddressMask */
  char *metrics_token;        /* or NULL */
  double limits[ALOQA_N_LIMITS];
} AloqaSettings;

AloqaSettings *aloqa_settings_new (void);
AloqaSettings *aloqa_settings_load (const char *path, GError **error);
gboolean
aloqa_settings_set_ice_servers (AloqaSettings *self, const char *const *urls, GError **error);
gboolean
aloqa_settings_set_limit (AloqaSettings *self, const char *name, const char *text, GError **error);
gboolean aloqa_settings_check_limits (const AloqaSettings *self, GError **error);
AloqaSettings *aloqa_settings_copy (const AloqaSettings *self);
void aloqa_settings_free (AloqaSettings *self);
gboolean aloqa_settings_trusts (const AloqaSettings *self, GInetAddress *address);
GInetAddress *
aloqa_settings_find_client (const AloqaSettings *self, GInetAddress *peer, const char *forwarded);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaSettings, aloqa_settings_free)

G_END_DECLS
