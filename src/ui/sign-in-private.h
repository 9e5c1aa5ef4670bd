/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/sign-in-keeper.h"
#include "session/sign-in-retry.h"
#include "ui/demo.h"
#include "ui/endings.h"
#include "ui/sign-in.h"

G_BEGIN_DECLS

/* What its two files share. */
struct _AloqaSignIn {
  GObject parent_instance;

  GSettings *settings;
  AloqaSignInState state;
  AloqaSession *session; /* signed in, or on the way */
  AloqaEndings *endings; /* of the sessions before it */
  AloqaSignInKeeper *keeper;
  AloqaSignInRetry *retry; /* while what the keyring has is tried, or NULL */
  AloqaDemo *demo;
  GCancellable *cancellable; /* of the way there; another one for each */
  char *server;              /* as the person wrote it */
  char *user;
  gboolean stays_signed_in;
  char *message;
  gboolean needs_plain_http; /* what the message is about */
  gboolean is_told;          /* that the person is needed, once for each way there */
};

/* sign-in.c */
void aloqa_sign_in_set_state (AloqaSignIn *self, AloqaSignInState state);
void aloqa_sign_in_take_message (AloqaSignIn *self, char *message);
void aloqa_sign_in_leave_try (AloqaSignIn *self);
void aloqa_sign_in_leave (AloqaSignIn *self);
void aloqa_sign_in_fail (AloqaSignIn *self, const GError *error);
void aloqa_sign_in_succeed (AloqaSignIn *self);
void aloqa_sign_in_tell_trouble (AloqaSignIn *self);
gboolean aloqa_sign_in_make_session (AloqaSignIn *self, const char *server, const char *user,
                                     GError **error);
gboolean aloqa_sign_in_begin (AloqaSignIn *self, const char *server, const char *user);

/* sign-in-kept.c */
void aloqa_sign_in_signed_out_cb (AloqaSignIn *self, const GError *error);

G_END_DECLS
