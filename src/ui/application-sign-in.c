/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/application-private.h"

#include <glib/gi18n.h>
#include <string.h>

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

/* Without what a person need not write. */
static char *
dup_short (const char *server)
{
  const char *host = strstr (server, "://");

  host = host != NULL ? host + strlen ("://") : server;
  return g_strndup (host, strlen (host) - g_str_has_suffix (host, "/"));
}

static gboolean
is_same_server (const char *a, const char *b)
{
  g_autofree char *short_a = dup_short (a);
  g_autofree char *short_b = dup_short (b);

  return g_ascii_strcasecmp (short_a, short_b) == 0;
}

static gboolean
is_elsewhere (AloqaApplication *self)
{
  const char *server = aloqa_sign_in_get_server (self->sign_in);
  const char *user = aloqa_sign_in_get_user (self->sign_in);

  return (self->server != NULL && server != NULL && !is_same_server (self->server, server)) ||
         (self->user != NULL && user != NULL && strcmp (self->user, user) != 0);
}

/* Whoever is signed in, and maybe in a call, is not led elsewhere by a launch. */
static void
say_signed_in (AloqaApplication *self)
{
  g_autofree char *text = g_strdup_printf (
      /* Translators: %1$s is a user name, %2$s a server */
      _ ("Signed in as %1$s on %2$s. Sign out to sign in elsewhere."),
      aloqa_sign_in_get_user (self->sign_in), aloqa_sign_in_get_server (self->sign_in));

  aloqa_window_say (aloqa_application_show_window (self), text);
}

/**
 * aloqa_application_note_wish:
 *
 * A launch named a server or a user, and there is a window already, or somebody signed in.
 *
 * Returns: whether it may do what else it is for: somebody called by a name that was meant for another
 *   server would be a stranger
 */
gboolean
aloqa_application_note_wish (AloqaApplication *self)
{
  AloqaWindow *window = aloqa_application_get_window (self);

  if (is_elsewhere (self) && aloqa_sign_in_get_state (self->sign_in) == ALOQA_SIGN_IN_WAITING)
    aloqa_sign_in_cancel (self->sign_in);
  if (aloqa_sign_in_get_state (self->sign_in) == ALOQA_SIGN_IN_OUT) {
    if (window != NULL)
      aloqa_application_suggest (self, window);
    return TRUE;
  }
  if (!is_elsewhere (self))
    return TRUE;
  say_signed_in (self);
  return FALSE;
}

/* A launch wants the demo. Returns: likewise */
gboolean
aloqa_application_wish_demo (AloqaApplication *self)
{
  if (aloqa_sign_in_is_demo (self->sign_in))
    return TRUE;
  if (aloqa_sign_in_get_state (self->sign_in) == ALOQA_SIGN_IN_DONE) {
    say_signed_in (self);
    return FALSE;
  }
  aloqa_sign_in_start_demo (self->sign_in);
  return TRUE;
}
