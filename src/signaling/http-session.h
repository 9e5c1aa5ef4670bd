/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "signaling/server-address.h"

G_BEGIN_DECLS

SoupSession *aloqa_http_session_new (const AloqaServerAddress *address, GTlsDatabase *trust);

G_END_DECLS
