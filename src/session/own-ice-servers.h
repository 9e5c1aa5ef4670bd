/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * The STUN and TURN servers that a person named themselves. Where they are and as whom is kept by the
 * program, as pairs "a(ss)" of URL and user name ("" for STUN); their passwords are in the keyring.
 */
void aloqa_own_ice_servers_load_async (GVariant *pairs, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *
aloqa_own_ice_servers_load_finish (GAsyncResult *result, GVariant **missing, GError **error);
GPtrArray *
aloqa_own_ice_servers_choose (GPtrArray *servers, gboolean is_any_named, gboolean is_relay_only);

gboolean aloqa_own_ice_servers_check_url (const char *url, const char *username,
                                          const char *password, GError **error);
void aloqa_own_ice_servers_add_async (const char *url, const char *username, const char *password,
                                      GAsyncReadyCallback callback, gpointer user_data);
gboolean aloqa_own_ice_servers_add_finish (GAsyncResult *result, GError **error);
void aloqa_own_ice_servers_forget_async (const char *url, const char *username,
                                         GAsyncReadyCallback callback, gpointer user_data);
void aloqa_own_ice_servers_forget_finish (GAsyncResult *result);

void
aloqa_own_ice_servers_try_async (const char *url, const char *username, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data);
char *aloqa_own_ice_servers_try_finish (GAsyncResult *result, GError **error);

G_END_DECLS
