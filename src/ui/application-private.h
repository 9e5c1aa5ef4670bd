/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/global-keys.h"
#include "ui/application.h"
#include "ui/call-words.h"
#include "ui/calls.h"
#include "ui/sign-in.h"
#include "ui/window.h"

G_BEGIN_DECLS

/* Whom to call, told from outside; see application-wishes.c. */
typedef struct _AloqaOutsideWish AloqaOutsideWish;

/* The account that a launch names. */
typedef struct {
  const char *server, *user; /* of the command line or the environment; NULL: any */
  gboolean is_demo;          /* whatever else it names */
} AloqaNamedAccount;

/* What the application's files share. */
struct _AloqaApplication {
  AdwApplication parent_instance;

  GSettings *settings;
  AloqaSignIn *sign_in;
  AloqaCalls *calls;
  AloqaGlobalKeys *keys;
  AloqaSession *session;     /* the one that is followed, or NULL */
  char *server, *user;       /* that a launch named, or NULL */
  AloqaOutsideWish *wish;    /* to be fulfilled once online, or NULL */
  const char *running_words; /* that are told of a call behind a closed window, or NULL */
  guint n_missed;            /* calls that the person does not know of yet */
  guint withdrawal_id;       /* of the notification of a call that does not ring any more */
  guint n_withdrawals;
  GCancellable *ice_loading;         /* of the person's own STUN and TURN servers, or NULL */
  GCancellable *background_asking;   /* of the desktop, whether it may run there; or NULL */
  char *ice_trouble;                 /* with those, to be told in the next window; or NULL */
  GtkWidget *preferences, *troubles; /* while they are open, or NULL */
  gboolean stays;                    /* the person, or their desktop at log-in, wants it to run */
  gboolean is_quitting;
  guint n_closing; /* what quitting waits for: ends that were begun, and erasing */
};

/* application.c */
AloqaWindow *aloqa_application_show_window (AloqaApplication *self);
AloqaWindow *aloqa_application_get_window (AloqaApplication *self);
void aloqa_application_suggest (AloqaApplication *self, AloqaWindow *window);

/* application-actions.c */
void aloqa_application_add_actions (AloqaApplication *self);
gboolean aloqa_application_window_close_cb (AloqaApplication *self, GtkWindow *window);
void aloqa_application_quit (AloqaApplication *self);
void aloqa_application_note_closed (AloqaApplication *self);
void aloqa_application_add_call_keys (GtkWidget *window);

/* application-keys.c */
void aloqa_application_add_keys (AloqaApplication *self);
void aloqa_application_ask_for_keys (AloqaApplication *self, AloqaWindow *window);

/* application-sign-in.c */
void aloqa_application_follow_sign_in (AloqaApplication *self);
void aloqa_application_sign_in_as_before (AloqaApplication *self);
gboolean aloqa_application_is_elsewhere (AloqaApplication *self, const AloqaNamedAccount *named);
gboolean aloqa_application_take_account (AloqaApplication *self, const AloqaNamedAccount *named);

/* application-settings.c */
void aloqa_application_follow_settings (AloqaApplication *self);
void aloqa_application_use_own_ice_servers (AloqaApplication *self);
void aloqa_application_tell_ice_trouble (AloqaApplication *self);
void aloqa_application_ask_erase (AloqaApplication *self);

/* application-calls.c */
void aloqa_application_follow_calls (AloqaApplication *self);
void aloqa_application_withdraw_missed (AloqaApplication *self);
void aloqa_application_session_changed (AloqaApplication *self, AloqaSession *session);

/* application-wishes.c */
void aloqa_outside_wish_free (AloqaOutsideWish *self);
void aloqa_application_follow_wishes (AloqaApplication *self);
void aloqa_application_fulfil_wish (AloqaApplication *self);
void aloqa_application_drop_wish (AloqaApplication *self);
void aloqa_application_call_back (AloqaApplication *self, GVariant *wish);
void aloqa_application_call_when_ready (AloqaApplication *self, const char *peer,
                                        AloqaCallKind kind, const AloqaNamedAccount *named);
void aloqa_application_open_link (AloqaApplication *self, const char *text);

G_END_DECLS
