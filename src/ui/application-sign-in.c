/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/application-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "session/server-choice.h"

#define SIGNED_OUT_ID "signed-out"

/* Whoever sees the window needs no notification. */
static void
trouble_cb (AloqaApplication *self)
{
  const char *message = aloqa_sign_in_get_message (self->sign_in);
  g_autoptr (GNotification) notification = NULL;

  if (self->is_quitting || aloqa_application_get_window (self) != NULL)
    return;
  notification = g_notification_new (_ ("No Calls Reach You"));
  g_notification_set_body (notification,
                           message != NULL ? message : _ ("You are not signed in any more."));
  g_application_send_notification (G_APPLICATION (self), SIGNED_OUT_ID, notification);
}

static void
state_cb (AloqaApplication *self)
{
  if (aloqa_sign_in_get_state (self->sign_in) == ALOQA_SIGN_IN_DONE)
    g_application_withdraw_notification (G_APPLICATION (self), SIGNED_OUT_ID);
}

/* Tells of a sign-in that ends, or does not come about, where there is no window to see it in. */
void
aloqa_application_follow_sign_in (AloqaApplication *self)
{
  g_signal_connect_object (self->sign_in, "trouble", G_CALLBACK (trouble_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->sign_in, "notify::state", G_CALLBACK (state_cb), self,
                           G_CONNECT_SWAPPED);
}

/* Where nobody is signed in, nor about to be; who waits for the server does so no longer. */
void
aloqa_application_sign_in_as_before (AloqaApplication *self)
{
  g_autofree char *server = g_settings_get_string (self->settings, "server");
  g_autofree char *user = g_settings_get_string (self->settings, "user");

  if (aloqa_sign_in_get_state (self->sign_in) == ALOQA_SIGN_IN_OUT)
    aloqa_sign_in_resume (self->sign_in, self->server != NULL ? self->server : server,
                          self->user != NULL ? self->user : user);
  else
    aloqa_sign_in_try_now (self->sign_in);
}

/* However a person writes it, and whatever is no address as it is. */
static char *
dup_origin (const char *server)
{
  g_autoptr (AloqaServerChoice) choice = aloqa_server_choice_new (server, NULL, TRUE, NULL, NULL);

  return g_strdup (choice != NULL ? aloqa_server_address_get_origin (choice->address) : server);
}

static gboolean
is_same_server (const char *a, const char *b)
{
  g_autofree char *origin_a = dup_origin (a);
  g_autofree char *origin_b = dup_origin (b);

  return g_str_equal (origin_a, origin_b);
}

/* Whether who is signed in, or about to be, is not whom @named means. */
gboolean
aloqa_application_is_elsewhere (AloqaApplication *self, const AloqaNamedAccount *named)
{
  const char *server = aloqa_sign_in_get_server (self->sign_in);
  const char *user = aloqa_sign_in_get_user (self->sign_in);

  if (named->is_demo)
    return !aloqa_sign_in_is_demo (self->sign_in);
  return (named->server != NULL && server != NULL && !is_same_server (named->server, server)) ||
         (named->user != NULL && user != NULL && strcmp (named->user, user) != 0);
}

/* Whoever is signed in, and maybe in a call, is not led elsewhere by a launch. */
static void
say_signed_in (AloqaApplication *self)
{
  g_autofree char *text = g_strdup_printf (
      aloqa_sign_in_get_state (self->sign_in) == ALOQA_SIGN_IN_DONE
          /* Translators: %1$s is a user name, %2$s a server */
          ? _ ("Signed in as %1$s on %2$s. Sign out to sign in elsewhere.")
          /* Translators: likewise; it is not done yet */
          : _ ("Signing in as %1$s on %2$s. Cancel that to sign in elsewhere."),
      aloqa_sign_in_get_user (self->sign_in), aloqa_sign_in_get_server (self->sign_in));

  aloqa_window_say (aloqa_application_show_window (self), text);
}

/* For the form, and for signing in as before. */
static void
keep_named (AloqaApplication *self, const AloqaNamedAccount *named)
{
  AloqaWindow *window = aloqa_application_get_window (self);

  if (named->server == NULL && named->user == NULL)
    return;
  if (named->server != NULL) {
    g_free (self->server);
    self->server = g_strdup (named->server);
  }
  if (named->user != NULL) {
    g_free (self->user);
    self->user = g_strdup (named->user);
  }
  if (window != NULL)
    aloqa_application_suggest (self, window);
}

/**
 * aloqa_application_take_account:
 *
 * Signs in where a launch says; whoever is signed in stays so.
 *
 * Returns: whether the launch may do what else it is for: somebody called by a name that was meant for
 *   another server would be a stranger
 */
gboolean
aloqa_application_take_account (AloqaApplication *self, const AloqaNamedAccount *named)
{
  gboolean is_elsewhere = aloqa_application_is_elsewhere (self, named);

  if (is_elsewhere && aloqa_sign_in_get_state (self->sign_in) == ALOQA_SIGN_IN_WAITING)
    aloqa_sign_in_cancel (self->sign_in);
  if (aloqa_sign_in_get_state (self->sign_in) == ALOQA_SIGN_IN_OUT) {
    keep_named (self, named);
  } else if (is_elsewhere) {
    say_signed_in (self);
    return FALSE;
  }
  if (!named->is_demo)
    aloqa_application_sign_in_as_before (self);
  else if (is_elsewhere)
    aloqa_sign_in_start_demo (self->sign_in);
  return TRUE;
}
