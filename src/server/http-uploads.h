/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "server/server.h"

G_BEGIN_DECLS

void aloqa_http_uploads_get (AloqaServer *server, SoupServerMessage *message, const char *rest);

G_END_DECLS
