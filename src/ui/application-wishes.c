/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/application-private.h"

#include <glib/gi18n.h>

#include "base/clock.h"
#include "session/error-text.h"
#include "ui/call-wish.h"
#include "ui/call-words.h"
#include "ui/link.h"

/* Whom to call, from outside: the command line, a link, a notification. */

/* Somebody who has to sign in first, or whose network comes and goes, still sits there. */
#define FRESH_US (60 * G_USEC_PER_SEC)

/* One of these, from whoever wishes it to the call. */
struct _AloqaOutsideWish {
  AloqaApplication *application; /* NULL while it waits there */
  char *peer;                    /* a user name, to be looked up; or NULL */
  GVariant *call_back;           /* instead of that */
  AloqaContact *contact;         /* once it is known */
  AloqaCallKind kind;
  AloqaWishOrigin origin;
  char *server, *user; /* that the command line named with it, or NULL */
  gboolean is_demo;    /* named instead */
  gboolean is_asked;   /* the person, first */
  gint64 wished_us;    /* of aloqa_clock_get_system_us() */
};

void
aloqa_outside_wish_free (AloqaOutsideWish *self)
{
  g_clear_object (&self->application);
  g_free (self->peer);
  g_clear_pointer (&self->call_back, g_variant_unref);
  g_clear_object (&self->contact);
  g_free (self->server);
  g_free (self->user);
  g_free (self);
}

static void
say (AloqaApplication *self, const char *text)
{
  aloqa_window_say (aloqa_application_show_window (self), text);
}

static void
free_wish (gpointer data, GClosure *closure)
{
  aloqa_outside_wish_free (data);
}

static void
response_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  AloqaOutsideWish *wish = user_data;
  AloqaCalls *calls = wish->application->calls;

  if (g_str_equal (response, "audio"))
    aloqa_calls_dial_as_chosen (calls, wish->contact, ALOQA_CALL_AUDIO);
  else if (g_str_equal (response, "video"))
    aloqa_calls_dial_as_chosen (calls, wish->contact, ALOQA_CALL_VIDEO);
}

/* A link may come from anybody, and the others may be old: the person says whether to call. */
static void
ask (AloqaOutsideWish *wish)
{
  AloqaWindow *window = aloqa_application_show_window (wish->application);
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (window), NULL, NULL);
  AdwMessageDialog *message = ADW_MESSAGE_DIALOG (dialog);
  g_autofree char *body =
      aloqa_call_words_for_wish (wish->origin, aloqa_contact_get_username (wish->contact));

  /* Translators: %s is somebody's name */
  adw_message_dialog_format_heading (message, _ ("Call %s?"),
                                     aloqa_contact_get_name (wish->contact));
  adw_message_dialog_set_body (message, body);
  adw_message_dialog_add_responses (message, "cancel", _ ("_Cancel"), "audio", _ ("_Audio"),
                                    "video", _ ("_Video"), NULL);
  adw_message_dialog_set_response_appearance (
      message, wish->kind == ALOQA_CALL_VIDEO ? "video" : "audio", ADW_RESPONSE_SUGGESTED);
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), wish, free_wish, 0);
  aloqa_application_add_call_keys (dialog);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* Takes @wish, whose contact is known. */
static void
call (AloqaOutsideWish *wish)
{
  if (wish->is_asked) {
    ask (wish);
    return;
  }
  aloqa_calls_dial_as_chosen (wish->application->calls, wish->contact, wish->kind);
  aloqa_outside_wish_free (wish);
}

static void
say_not_found (const AloqaOutsideWish *wish, const GError *error)
{
  g_autofree char *text =
      g_error_matches (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_NOT_FOUND)
          /* Translators: %s is a user name */
          ? g_strdup_printf (_ ("Nobody here is called “%s”"), wish->peer)
          : aloqa_error_text_for_server (error, _ ("The server"));

  say (wish->application, text);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  AloqaOutsideWish *wish = user_data;
  gboolean is_current = wish->application->session == ALOQA_SESSION (source);
  g_autoptr (GError) error = NULL;

  wish->contact = aloqa_session_find_contact_finish (ALOQA_SESSION (source), result, &error);
  if (is_current && wish->contact != NULL) {
    call (wish);
    return;
  }
  if (is_current)
    say_not_found (wish, error);
  aloqa_outside_wish_free (wish);
}

/* Takes @wish. The same number is somebody else's in another account. */
static void
call_back (AloqaOutsideWish *wish)
{
  AloqaApplication *self = wish->application;
  g_autofree char *text = NULL;

  if (aloqa_call_back_is_for (wish->call_back, self->session)) {
    wish->contact = aloqa_call_back_parse (wish->call_back, &wish->kind);
    call (wish);
    return;
  }
  /* Translators: %s is the address of a server */
  text =
      g_strdup_printf (_ ("That call was to another account, on %s. Sign in there to call back."),
                       aloqa_call_back_get_origin (wish->call_back));
  say (self, text);
  aloqa_outside_wish_free (wish);
}

/* The person may have signed in elsewhere by hand, where that name is a stranger's. */
static void
check_account (AloqaOutsideWish *wish)
{
  const AloqaNamedAccount named = { wish->server, wish->user, wish->is_demo };

  if (!aloqa_application_is_elsewhere (wish->application, &named))
    return;
  wish->is_asked = TRUE;
  wish->origin = ALOQA_WISH_FOR_ELSEWHERE;
}

/* Where there is one, and somebody is signed in. */
void
aloqa_application_fulfil_wish (AloqaApplication *self)
{
  AloqaOutsideWish *wish;

  if (self->wish == NULL || self->session == NULL || !aloqa_session_is_online (self->session))
    return;
  wish = g_steal_pointer (&self->wish);
  wish->application = g_object_ref (self);
  /* The server may have been away for hours. */
  wish->is_asked |= aloqa_clock_get_system_us () - wish->wished_us > FRESH_US;
  check_account (wish);
  if (wish->call_back != NULL)
    call_back (wish);
  else
    aloqa_session_find_contact_async (self->session, wish->peer, found_cb, wish);
}

/* Whoever signs out wishes for nothing any more. */
void
aloqa_application_drop_wish (AloqaApplication *self)
{
  g_clear_pointer (&self->wish, aloqa_outside_wish_free);
}

/* Takes @wish: fulfils it now, or when somebody is signed in. The last one is what counts. */
static void
take_wish (AloqaApplication *self, AloqaOutsideWish *wish)
{
  aloqa_application_drop_wish (self);
  wish->wished_us = aloqa_clock_get_system_us ();
  self->wish = wish;
  aloqa_application_fulfil_wish (self);
}

/**
 * aloqa_application_call_when_ready:
 * @peer: a user name
 * @named: (nullable): with the launch whose wish it is; %NULL: it is a link's, and the person is asked
 *
 * Calls, at once or when somebody is signed in.
 */
void
aloqa_application_call_when_ready (AloqaApplication *self, const char *peer, AloqaCallKind kind,
                                   const AloqaNamedAccount *named)
{
  AloqaOutsideWish *wish = g_new0 (AloqaOutsideWish, 1);

  wish->peer = g_strdup (peer);
  wish->kind = kind;
  wish->origin = named != NULL ? ALOQA_WISH_OF_COMMAND_LINE : ALOQA_WISH_OF_LINK;
  wish->is_asked = named == NULL;
  if (named != NULL) {
    wish->server = g_strdup (named->server);
    wish->user = g_strdup (named->user);
    wish->is_demo = named->is_demo;
  }
  take_wish (self, wish);
}

/**
 * aloqa_application_call_back:
 * @call_back: see ui/call-wish.h
 *
 * The person pressed the button of a notification. Where they have to sign in by hand before, that
 * may be long ago by then, and they are asked.
 */
void
aloqa_application_call_back (AloqaApplication *self, GVariant *call_back_wish)
{
  AloqaOutsideWish *wish = g_new0 (AloqaOutsideWish, 1);

  wish->origin = ALOQA_WISH_OF_NOTIFICATION;
  wish->call_back = g_variant_ref (call_back_wish);
  aloqa_application_show_window (self);
  wish->is_asked = aloqa_sign_in_get_state (self->sign_in) == ALOQA_SIGN_IN_OUT;
  take_wish (self, wish);
}

void
aloqa_application_open_link (AloqaApplication *self, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaLink) link = aloqa_link_parse (text, &error);

  aloqa_application_show_window (self);
  if (link == NULL)
    say (self, error->message);
  else
    aloqa_application_call_when_ready (self, link->peer, link->kind, NULL);
}

static void
state_cb (AloqaApplication *self)
{
  if (self->wish != NULL && self->wish->call_back != NULL &&
      aloqa_sign_in_get_state (self->sign_in) == ALOQA_SIGN_IN_OUT)
    self->wish->is_asked = TRUE;
}

/* What is wished waits for somebody who is signed in. */
void
aloqa_application_follow_wishes (AloqaApplication *self)
{
  g_signal_connect_object (self->sign_in, "notify::state", G_CALLBACK (state_cb), self,
                           G_CONNECT_SWAPPED);
}
