/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/call-controller.h"
#include "session/history.h"
#include "session/roster.h"
#include "session/server-choice.h"
#include "signaling/account.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_SESSION (aloqa_session_get_type ())
G_DECLARE_FINAL_TYPE (AloqaSession, aloqa_session, ALOQA, SESSION, GObject)

/*
 * One person signed in to one server, with all that takes: account, people, calls.
 *
 * The roster is made when it is first asked for. History is kept only where keep_history() was called
 * before signing in; its @path is NULL for the usual file. Both are NULL before signing in.
 *
 * Property "online" (gboolean, with notify): calls can come in and go out.
 * Signal "signed-out" (GError *): the server wants the password again.
 */
AloqaSession *
aloqa_session_new (const AloqaServerChoice *choice, const AloqaMediaSettings *settings);
void aloqa_session_keep_history (AloqaSession *self, const char *path);
void aloqa_session_set_stays_signed_in (AloqaSession *self, gboolean stays_signed_in);

void aloqa_session_set_media_settings (AloqaSession *self, const AloqaMediaSettings *settings);

void aloqa_session_use_ice_servers (AloqaSession *self, GPtrArray *servers);

void aloqa_session_sign_in_async (AloqaSession *self, const char *username, const char *password,
                                  GAsyncReadyCallback callback, gpointer user_data);
void aloqa_session_sign_in_with_token_async (AloqaSession *self, const char *token,
                                             GAsyncReadyCallback callback, gpointer user_data);
gboolean aloqa_session_sign_in_finish (AloqaSession *self, GAsyncResult *result, GError **error);

void aloqa_session_list_contacts_async (AloqaSession *self, const char *search,
                                        GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *
aloqa_session_list_contacts_finish (AloqaSession *self, GAsyncResult *result, GError **error);
void aloqa_session_find_contact_async (AloqaSession *self, const char *name_or_id,
                                       GAsyncReadyCallback callback, gpointer user_data);
AloqaContact *
aloqa_session_find_contact_finish (AloqaSession *self, GAsyncResult *result, GError **error);

void
aloqa_session_close_async (AloqaSession *self, GAsyncReadyCallback callback, gpointer user_data);
void aloqa_session_close_finish (AloqaSession *self, GAsyncResult *result);

const char *aloqa_session_get_origin (AloqaSession *self);
AloqaAccount *aloqa_session_get_account (AloqaSession *self);
AloqaCallController *aloqa_session_get_controller (AloqaSession *self);
AloqaRoster *aloqa_session_get_roster (AloqaSession *self);
AloqaHistory *aloqa_session_get_history (AloqaSession *self);
GPtrArray *aloqa_session_get_ice_servers (AloqaSession *self);
gboolean aloqa_session_is_online (AloqaSession *self);

G_END_DECLS
