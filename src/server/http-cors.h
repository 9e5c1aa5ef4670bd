/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "server/server.h"

G_BEGIN_DECLS

void aloqa_http_cors_allow (AloqaServer *server, SoupServerMessage *message);
void aloqa_http_cors_answer_preflight (SoupServerMessage *message);

G_END_DECLS
