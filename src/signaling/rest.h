/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "base/clock.h"
#include "protocol/credentials.h"
#include "protocol/ice-server.h"
#include "protocol/user.h"
#include "signaling/error.h"
#include "signaling/server-address.h"

G_BEGIN_DECLS

/*
 * The server's HTTP interface. Every operation ends within its time-out, reads a bounded answer,
 * follows no redirect, and fails with ALOQA_SIGNALING_ERROR or G_IO_ERROR_CANCELLED.
 *
 * Signal "unauthorized": the access token was refused by an operation that needs one.
 */
#define ALOQA_TYPE_REST (aloqa_rest_get_type ())
G_DECLARE_FINAL_TYPE (AloqaRest, aloqa_rest, ALOQA, REST, GObject)

AloqaRest *aloqa_rest_new (AloqaServerAddress *address, GTlsDatabase *trust, AloqaClock *clock);
AloqaServerAddress *aloqa_rest_get_address (AloqaRest *self);
gint64 aloqa_rest_get_server_ahead_s (AloqaRest *self);
void aloqa_rest_set_access_token (AloqaRest *self, const char *access_token);

/* What a sign-in gives. */
void aloqa_rest_login_async (AloqaRest *self, const char *username, const char *password,
                             GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data);
AloqaCredentials *aloqa_rest_login_finish (AloqaRest *self, GAsyncResult *result, GError **error);
void
aloqa_rest_refresh_async (AloqaRest *self, const char *refresh_token, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data);
AloqaCredentials *aloqa_rest_refresh_finish (AloqaRest *self, GAsyncResult *result, GError **error);
void aloqa_rest_logout_async (AloqaRest *self, const char *refresh_token, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data);
gboolean aloqa_rest_logout_finish (AloqaRest *self, GAsyncResult *result, GError **error);

/* With the access token. */
void aloqa_rest_get_me_async (AloqaRest *self, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data);
AloqaUser *aloqa_rest_get_me_finish (AloqaRest *self, GAsyncResult *result, GError **error);
void aloqa_rest_get_user_async (AloqaRest *self, gint64 user_id, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data);
AloqaUser *aloqa_rest_get_user_finish (AloqaRest *self, GAsyncResult *result, GError **error);
void aloqa_rest_list_users_async (AloqaRest *self, const char *search, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *aloqa_rest_list_users_finish (AloqaRest *self, GAsyncResult *result, GError **error);
void aloqa_rest_get_ice_servers_async (AloqaRest *self, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *aloqa_rest_get_ice_servers_finish (AloqaRest *self, GAsyncResult *result, gint64 *ttl_s,
                                              GError **error);

/* Without it. */
void aloqa_rest_check_health_async (AloqaRest *self, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data);
gboolean aloqa_rest_check_health_finish (AloqaRest *self, GAsyncResult *result, GError **error);
void
aloqa_rest_get_picture_async (AloqaRest *self, const char *file_name, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data);
GBytes *aloqa_rest_get_picture_finish (AloqaRest *self, GAsyncResult *result, GError **error);

G_END_DECLS
