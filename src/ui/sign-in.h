/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/session.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_SIGN_IN (aloqa_sign_in_get_type ())
G_DECLARE_FINAL_TYPE (AloqaSignIn, aloqa_sign_in, ALOQA, SIGN_IN, GObject)

typedef enum {
  ALOQA_SIGN_IN_OUT,     /* nobody is signed in: ask */
  ALOQA_SIGN_IN_BUSY,    /* on the way; aloqa_sign_in_cancel() gives up */
  ALOQA_SIGN_IN_WAITING, /* for the network or the server, with what was kept; likewise */
  ALOQA_SIGN_IN_DONE,    /* there is a session */
} AloqaSignInState;

/*
 * Who is signed in, and every way there: with a password, with what the keyring kept, and to a demo
 * on this machine.
 *
 * Properties, with notify:
 *   state (int): an AloqaSignInState
 *   session (AloqaSession, nullable): only while signed in
 *   message (const char *, nullable): for the person: why nobody is signed in, and what to do; see
 *     aloqa_sign_in_needs_plain_http()
 *   is-demo (gboolean)
 * Signals:
 *   notice (const char *): a sentence for the person, in passing
 *   trouble (): nobody is signed in, which nobody wished, and which does not pass by itself; the
 *     message says more where there is one
 */
AloqaSignIn *aloqa_sign_in_new (GSettings *settings);
void aloqa_sign_in_start (AloqaSignIn *self, const char *server, const char *user,
                          const char *password, gboolean stays_signed_in);
gboolean aloqa_sign_in_resume (AloqaSignIn *self, const char *server, const char *user);
void aloqa_sign_in_start_demo (AloqaSignIn *self);
void aloqa_sign_in_cancel (AloqaSignIn *self);
void aloqa_sign_in_try_now (AloqaSignIn *self);
void aloqa_sign_in_sign_out (AloqaSignIn *self);
void aloqa_sign_in_forget (AloqaSignIn *self);
void
aloqa_sign_in_close_async (AloqaSignIn *self, GAsyncReadyCallback callback, gpointer user_data);
void aloqa_sign_in_close_finish (AloqaSignIn *self, GAsyncResult *result);

AloqaSignInState aloqa_sign_in_get_state (AloqaSignIn *self);
AloqaSession *aloqa_sign_in_get_session (AloqaSignIn *self);
const char *aloqa_sign_in_get_message (AloqaSignIn *self);
gboolean aloqa_sign_in_needs_plain_http (AloqaSignIn *self);
void aloqa_sign_in_allow_plain_http (AloqaSignIn *self);
gboolean aloqa_sign_in_lacks_network (AloqaSignIn *self);
gboolean aloqa_sign_in_needs_person (AloqaSignIn *self);
const char *aloqa_sign_in_get_server (AloqaSignIn *self);
const char *aloqa_sign_in_get_user (AloqaSignIn *self);
gboolean aloqa_sign_in_is_demo (AloqaSignIn *self);

G_END_DECLS
