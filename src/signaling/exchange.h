/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "base/clock.h"
#include "signaling/server-address.h"

G_BEGIN_DECLS

/* One request and its whole answer, bounded in size and in time. */
typedef struct {
  guint status;
  GBytes *body;         /* never NULL; a NUL stands behind it, not counted */
  gint64 server_unix_s; /* the answer's Date, or 0 */
} AloqaReply;

void aloqa_reply_free (AloqaReply *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaReply, aloqa_reply_free)

void
aloqa_exchange_async (SoupSession *session, SoupMessage *message, AloqaServerAddress *address,
                      AloqaClock *clock, gsize max_bytes, gint64 limit_us,
                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
AloqaReply *aloqa_exchange_finish (GAsyncResult *result, GError **error);

G_END_DECLS
