/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

#include "server/accounts.h"
#include "server/server-private.h"

G_BEGIN_DECLS

/* RFC 6585; libsoup has no names for them. */
#define ALOQA_HTTP_TOO_MANY_REQUESTS 429
#define ALOQA_HTTP_HEADERS_TOO_LARGE 431

/* What every subject of the HTTP interface needs: who asks, with what body, and how to answer. */

void aloqa_http_reply (SoupServerMessage *message, guint status, char *json);
void aloqa_http_reply_error (SoupServerMessage *message, guint status, const char *detail);
void aloqa_http_reply_wait (SoupServerMessage *message, guint status, const char *detail,
                            gint64 wait_ms);
void aloqa_http_reply_field_error (SoupServerMessage *message, const GError *error);
JsonObject *aloqa_http_read_body (SoupServerMessage *message);
AloqaAccount *aloqa_http_authenticate (AloqaServer *server, SoupServerMessage *message);

void aloqa_http_install (AloqaServer *server, SoupServer *soup);

G_END_DECLS
