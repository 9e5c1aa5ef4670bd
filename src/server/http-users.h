/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "server/server.h"

G_BEGIN_DECLS

void aloqa_http_users_get_me (AloqaServer *server, SoupServerMessage *message, const char *rest);
void aloqa_http_users_get_list (AloqaServer *server, SoupServerMessage *message, const char *rest);
void aloqa_http_users_get_one (AloqaServer *server, SoupServerMessage *message, const char *rest);

G_END_DECLS
