/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/sign-in-private.h"

#include <glib/gi18n.h>

#include "session/error-text.h"
#include "ui/when.h"

/* Signing in with what the keyring has, for as long as it takes, and what ends that. */

/* It does not go on by itself any more, whatever was told of the waiting before. */
static void
tell_end (AloqaSignIn *self)
{
  self->is_told = FALSE;
  aloqa_sign_in_tell_trouble (self);
}

/* What was kept does not sign in (any more): the server wants the password. */
static void
fail_kept (AloqaSignIn *self, const GError *error)
{
  aloqa_sign_in_leave (self);
  self->needs_plain_http = FALSE;
  aloqa_sign_in_take_message (self, aloqa_error_text_for_kept_sign_in (error, self->server));
  aloqa_sign_in_set_state (self, ALOQA_SIGN_IN_OUT);
  tell_end (self);
}

static void try_again_cb (gpointer user_data);

/* When that was, as it is said today. */
static char *
format_since (gint64 since_us)
{
  g_autoptr (GDateTime) since = g_date_time_new_from_unix_local (since_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = aloqa_when_format_time (since);
  g_autofree char *day = aloqa_when_format_day (since, now);

  return aloqa_when_is_same_day (since, now) ? g_steal_pointer (&time)
                                             : g_strdup_printf ("%s, %s", day, time);
}

/* Returns: (transfer full): what is waited for, and what could be done about it once that takes long */
static char *
explain_waiting (AloqaSignIn *self, const GError *error)
{
  g_autofree char *text = aloqa_error_text_for_kept_sign_in (error, self->server);
  g_autofree char *since = NULL, *rest = NULL;

  if (aloqa_sign_in_lacks_network (self))
    return g_strdup (_ ("You are signed in as soon as there is one."));
  if (!aloqa_sign_in_needs_person (self))
    return g_steal_pointer (&text);
  since = format_since (aloqa_sign_in_retry_get_since_us (self->retry));
  /* Translators: %s is a time, maybe with its day before it */
  rest = g_strdup_printf (
      _ ("All tries have failed (the first: %s). Signing in anew, or on another server, may help."),
      since);
  return g_strdup_printf ("%s %s", text, rest);
}

/* What was kept is tried again, until it works, the server refuses it or the person takes over. */
static void
wait_for_server (AloqaSignIn *self, const GError *error)
{
  aloqa_sign_in_leave_try (self);
  if (self->retry == NULL)
    self->retry = aloqa_sign_in_retry_new (try_again_cb, self);
  aloqa_sign_in_retry_note_failure (self->retry, error);
  self->needs_plain_http = FALSE;
  aloqa_sign_in_take_message (self, explain_waiting (self, error));
  aloqa_sign_in_set_state (self, ALOQA_SIGN_IN_WAITING);
  if (aloqa_sign_in_needs_person (self))
    aloqa_sign_in_tell_trouble (self);
}

/* The server does not renew the sign-in; only where it refuses it is that the end. */
void
aloqa_sign_in_signed_out_cb (AloqaSignIn *self, const GError *error)
{
  if (self->stays_signed_in && aloqa_sign_in_retry_may_help (error)) {
    wait_for_server (self, error);
    return;
  }
  if (self->keeper != NULL)
    aloqa_sign_in_keeper_forget (self->keeper);
  fail_kept (self, error);
}

static void
resumed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AloqaSignIn) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean is_done =
      aloqa_sign_in_keeper_resume_finish (ALOQA_SIGN_IN_KEEPER (source), result, &error);

  if (self->keeper != ALOQA_SIGN_IN_KEEPER (source) || self->session == NULL)
    return;

  if (is_done) {
    aloqa_sign_in_succeed (self);
  } else if (aloqa_sign_in_retry_may_help (error)) {
    wait_for_server (self, error);
  } else if (self->state == ALOQA_SIGN_IN_BUSY &&
             g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND)) {
    /* Whoever has signed out knows. */
    aloqa_sign_in_cancel (self);
  } else {
    fail_kept (self, error);
  }
}

static void
try_kept (AloqaSignIn *self)
{
  self->cancellable = g_cancellable_new ();
  aloqa_sign_in_keeper_resume_async (self->keeper, self->session, self->cancellable, resumed_cb,
                                     g_object_ref (self));
}

static void
try_again_cb (gpointer user_data)
{
  AloqaSignIn *self = user_data;
  g_autoptr (GError) error = NULL;

  if (aloqa_sign_in_make_session (self, self->server, self->user, &error))
    try_kept (self);
  else
    aloqa_sign_in_fail (self, error);
}

/* Whether what is waited for is not the server, but any network at all. */
gboolean
aloqa_sign_in_lacks_network (AloqaSignIn *self)
{
  return self->retry != NULL && aloqa_sign_in_retry_lacks_network (self->retry);
}

/* Whether it has been waited for so long that the person had better do something else. */
gboolean
aloqa_sign_in_needs_person (AloqaSignIn *self)
{
  return self->retry != NULL && aloqa_sign_in_retry_needs_person (self->retry);
}

/**
 * aloqa_sign_in_resume:
 *
 * Signs in as in the run before, where that was wished and the keyring knows how.
 *
 * Returns: whether it is tried
 */
gboolean
aloqa_sign_in_resume (AloqaSignIn *self, const char *server, const char *user)
{
  if (*server == '\0' || *user == '\0' ||
      !g_settings_get_boolean (self->settings, "stay-signed-in"))
    return FALSE;

  self->stays_signed_in = TRUE;
  if (!aloqa_sign_in_begin (self, server, user))
    return FALSE;
  self->retry = aloqa_sign_in_retry_new (try_again_cb, self);
  try_kept (self);
  return TRUE;
}

/* While waiting: the person does not want to. */
void
aloqa_sign_in_try_now (AloqaSignIn *self)
{
  if (self->state == ALOQA_SIGN_IN_WAITING)
    aloqa_sign_in_retry_now (self->retry);
}
