/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "signaling/error.h"
#include "signaling/server-address.h"

G_BEGIN_DECLS

/* Turns what a library says went wrong into a sentence for a person. */

void aloqa_failure_watch (SoupMessage *message);
GError *aloqa_failure_describe (SoupMessage *message, const AloqaServerAddress *address,
                                const GError *cause);
GError *aloqa_failure_describe_lateness (SoupMessage *message, const AloqaServerAddress *address,
                                         gint64 limit_us);
GError *aloqa_failure_describe_redirect (SoupMessage *message, const AloqaServerAddress *address);

G_END_DECLS
