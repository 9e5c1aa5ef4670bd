/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "signaling/exchange.h"

G_BEGIN_DECLS

/* What differs from one operation of the HTTP interface to the next. */
typedef struct {
  gboolean needs_token;
  gsize max_bytes;
  gint64 limit_us;
  gpointer (*read) (const AloqaReply *reply, GError **error);
  GDestroyNotify destroy;
  gpointer (*make_absent) (void); /* or NULL: the result of a 404 */
  /* Sentences about the server %s. */
  const char *unauthorized; /* what a 401 means */
  const char *forbidden;    /* what a 403 means */
  const char *not_found;    /* what a 404 means; or NULL: no chat server is there */
} AloqaOperation;

/* The result of aloqa_ice_operation. */
typedef struct {
  GPtrArray *servers; /* of AloqaIceServer */
  gint64 ttl_s;       /* 0 where the server did not say */
} AloqaIceAnswer;

extern const AloqaOperation aloqa_login_operation;     /* gives AloqaCredentials */
extern const AloqaOperation aloqa_refresh_operation;   /* likewise */
extern const AloqaOperation aloqa_logout_operation;    /* GBytes */
extern const AloqaOperation aloqa_user_operation;      /* AloqaUser */
extern const AloqaOperation aloqa_user_list_operation; /* GPtrArray of AloqaUser */
extern const AloqaOperation aloqa_ice_operation;       /* AloqaIceAnswer */
extern const AloqaOperation aloqa_health_operation;    /* GBytes */
extern const AloqaOperation aloqa_picture_operation;   /* GBytes */

gpointer aloqa_operation_read (const AloqaOperation *self, const AloqaReply *reply,
                               const AloqaServerAddress *address, GError **error);
void aloqa_operation_read_async (const AloqaOperation *self, AloqaReply *reply,
                                 AloqaServerAddress *address, GAsyncReadyCallback callback,
                                 gpointer user_data);
gpointer aloqa_operation_read_finish (GAsyncResult *result, GError **error);

G_END_DECLS
