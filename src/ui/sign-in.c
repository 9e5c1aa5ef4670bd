/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/sign-in-private.h"

#include <glib/gi18n.h>

#include "session/error-text.h"
#include "ui/settings.h"

enum { PROP_STATE = 1, PROP_SESSION, PROP_MESSAGE, PROP_IS_DEMO, N_PROPS };

static GParamSpec *properties[N_PROPS];
static guint notice_signal, trouble_signal;

G_DEFINE_FINAL_TYPE (AloqaSignIn, aloqa_sign_in, G_TYPE_OBJECT)

void
aloqa_sign_in_set_state (AloqaSignIn *self, AloqaSignInState state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_DEMO]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SESSION]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

void
aloqa_sign_in_take_message (AloqaSignIn *self, char *message)
{
  g_free (self->message);
  self->message = message;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MESSAGE]);
}

/* And the demo, whose server hears of it first. */
static void
close_session (AloqaSignIn *self)
{
  g_autoptr (AloqaSession) session = g_steal_pointer (&self->session);
  g_autoptr (AloqaDemo) demo = g_steal_pointer (&self->demo);

  if (session != NULL) {
    g_signal_handlers_disconnect_by_data (session, self);
    aloqa_endings_add (self->endings, session, demo);
  } else if (demo != NULL) {
    aloqa_demo_stop (demo);
  }
}

static void
cancel_try (AloqaSignIn *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->keeper);
}

/* What one try has made; a session that is there ends in its own time. */
void
aloqa_sign_in_leave_try (AloqaSignIn *self)
{
  cancel_try (self);
  close_session (self);
}

/* Lets go of everything. */
void
aloqa_sign_in_leave (AloqaSignIn *self)
{
  g_clear_pointer (&self->retry, aloqa_sign_in_retry_free);
  aloqa_sign_in_leave_try (self);
}

void
aloqa_sign_in_fail (AloqaSignIn *self, const GError *error)
{
  aloqa_sign_in_leave (self);
  self->needs_plain_http =
      g_error_matches (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_PLAIN_HTTP);
  aloqa_sign_in_take_message (self, aloqa_error_text_for_server (error, self->server));
  aloqa_sign_in_set_state (self, ALOQA_SIGN_IN_OUT);
}

/* Tells somebody who did nothing, and may not even look. */
void
aloqa_sign_in_tell_trouble (AloqaSignIn *self)
{
  if (self->is_told)
    return;
  self->is_told = TRUE;
  g_signal_emit (self, trouble_signal, 0);
}

static void
keeper_failed_cb (AloqaSignIn *self, const GError *error)
{
  g_message ("Not kept: %s", error->message);
  g_signal_emit (self, notice_signal, 0,
                 _ ("No keyring keeps your sign-in: it holds until Aloqa is closed"));
}

static void
remember (AloqaSignIn *self)
{
  if (self->demo != NULL)
    return;

  g_settings_set_string (self->settings, "server", self->server);
  g_settings_set_string (self->settings, "user", self->user);
  g_settings_set_boolean (self->settings, "stay-signed-in", self->stays_signed_in);
}

void
aloqa_sign_in_succeed (AloqaSignIn *self)
{
  g_clear_pointer (&self->retry, aloqa_sign_in_retry_free);
  self->is_told = FALSE;
  aloqa_sign_in_take_message (self, NULL);
  remember (self);
  aloqa_sign_in_set_state (self, ALOQA_SIGN_IN_DONE);
}

static void
signed_in_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AloqaSignIn) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean is_done = aloqa_session_sign_in_finish (ALOQA_SESSION (source), result, &error);

  /* Given up meanwhile. */
  if (self->session != ALOQA_SESSION (source))
    return;

  if (!is_done) {
    aloqa_sign_in_fail (self, error);
    return;
  }
  if (self->stays_signed_in)
    aloqa_sign_in_keeper_follow (self->keeper, self->session);
  else if (self->demo == NULL)
    aloqa_sign_in_keeper_forget (self->keeper); /* what a run before may have kept */
  aloqa_sign_in_succeed (self);
}

gboolean
aloqa_sign_in_make_session (AloqaSignIn *self, const char *server, const char *user, GError **error)
{
  g_autoptr (AloqaMediaSettings) media = aloqa_settings_build_media (self->settings);
  g_autoptr (AloqaServerChoice) choice = aloqa_server_choice_new (
      server, g_getenv ("WS_URL"), aloqa_settings_is_plain_http_allowed (self->settings, server),
      NULL, error);

  if (choice == NULL)
    return FALSE;

  self->session = aloqa_session_new (choice, media);
  /* A demo's server is another one each time: its calls are nobody's history. */
  aloqa_session_keep_history (self->session, self->demo != NULL ? ":memory:" : NULL);
  g_signal_connect_swapped (self->session, "signed-out", G_CALLBACK (aloqa_sign_in_signed_out_cb),
                            self);
  self->keeper = aloqa_sign_in_keeper_new (choice->address, user);
  g_signal_connect_object (self->keeper, "failed", G_CALLBACK (keeper_failed_cb), self,
                           G_CONNECT_SWAPPED);
  return TRUE;
}

/* Begins a new way there; what is here from the one before goes. */
gboolean
aloqa_sign_in_begin (AloqaSignIn *self, const char *server, const char *user)
{
  g_autoptr (GError) error = NULL;

  aloqa_sign_in_leave (self);
  g_free (self->server);
  self->server = g_strdup (server);
  g_free (self->user);
  self->user = g_strdup (user);
  self->is_told = FALSE;
  if (!aloqa_sign_in_make_session (self, server, user, &error)) {
    aloqa_sign_in_fail (self, error);
    return FALSE;
  }
  aloqa_sign_in_take_message (self, NULL);
  aloqa_sign_in_set_state (self, ALOQA_SIGN_IN_BUSY);
  return TRUE;
}

static void
demo_started_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AloqaSignIn) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *url = aloqa_demo_start_finish (ALOQA_DEMO (source), result, &error);

  if (self->demo != ALOQA_DEMO (source))
    return;

  if (url == NULL || !aloqa_sign_in_make_session (self, url, ALOQA_DEMO_USER, &error))
    aloqa_sign_in_fail (self, error);
  else
    aloqa_session_sign_in_async (self->session, ALOQA_DEMO_USER, ALOQA_DEMO_PASSWORD, signed_in_cb,
                                 g_object_ref (self));
}

static void
aloqa_sign_in_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  AloqaSignIn *self = ALOQA_SIGN_IN (object);

  switch (property_id) {
  case PROP_STATE:
    g_value_set_int (value, self->state);
    break;
  case PROP_SESSION:
    g_value_set_object (value, aloqa_sign_in_get_session (self));
    break;
  case PROP_MESSAGE:
    g_value_set_string (value, self->message);
    break;
  case PROP_IS_DEMO:
    g_value_set_boolean (value, self->demo != NULL);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
aloqa_sign_in_dispose (GObject *object)
{
  AloqaSignIn *self = ALOQA_SIGN_IN (object);

  aloqa_sign_in_leave (self);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (aloqa_sign_in_parent_class)->dispose (object);
}

static void
aloqa_sign_in_finalize (GObject *object)
{
  AloqaSignIn *self = ALOQA_SIGN_IN (object);

  g_free (self->server);
  g_free (self->user);
  g_free (self->message);
  g_object_unref (self->endings);

  G_OBJECT_CLASS (aloqa_sign_in_parent_class)->finalize (object);
}

static void
aloqa_sign_in_class_init (AloqaSignInClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = aloqa_sign_in_get_property;
  object_class->dispose = aloqa_sign_in_dispose;
  object_class->finalize = aloqa_sign_in_finalize;

  properties[PROP_STATE] = g_param_spec_int ("state", NULL, NULL, ALOQA_SIGN_IN_OUT,
                                             ALOQA_SIGN_IN_DONE, ALOQA_SIGN_IN_OUT, flags);
  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, ALOQA_TYPE_SESSION, flags);
  properties[PROP_MESSAGE] = g_param_spec_string ("message", NULL, NULL, NULL, flags);
  properties[PROP_IS_DEMO] = g_param_spec_boolean ("is-demo", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  notice_signal = g_signal_new ("notice", ALOQA_TYPE_SIGN_IN, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  trouble_signal = g_signal_new ("trouble", ALOQA_TYPE_SIGN_IN, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
aloqa_sign_in_init (AloqaSignIn *self)
{
  self->endings = aloqa_endings_new ();
}

AloqaSignIn *
aloqa_sign_in_new (GSettings *settings)
{
  AloqaSignIn *self = g_object_new (ALOQA_TYPE_SIGN_IN, NULL);

  self->settings = g_object_ref (settings);
  return self;
}

/**
 * aloqa_sign_in_start:
 * @server: the address, as a person writes it
 * @stays_signed_in: whether the next run signs in by itself
 *
 * How it goes is told by the properties.
 */
void
aloqa_sign_in_start (AloqaSignIn *self, const char *server, const char *user, const char *password,
                     gboolean stays_signed_in)
{
  self->stays_signed_in = stays_signed_in;
  if (aloqa_sign_in_begin (self, server, user))
    aloqa_session_sign_in_async (self->session, user, password, signed_in_cb, g_object_ref (self));
}

/* Starts a server and a contact that answers, both on this machine, and signs in there. */
void
aloqa_sign_in_start_demo (AloqaSignIn *self)
{
  aloqa_sign_in_leave (self);
  self->stays_signed_in = FALSE;
  g_free (self->server);
  self->server = g_strdup (_ ("The server on this computer"));
  g_free (self->user);
  self->user = g_strdup (ALOQA_DEMO_USER);
  self->demo = aloqa_demo_new ();
  aloqa_sign_in_take_message (self, NULL);
  aloqa_sign_in_set_state (self, ALOQA_SIGN_IN_BUSY);
  aloqa_demo_start_async (self->demo, demo_started_cb, g_object_ref (self));
}

/* Gives up; what the keyring has stays there. */
void
aloqa_sign_in_cancel (AloqaSignIn *self)
{
  if (self->state != ALOQA_SIGN_IN_BUSY && self->state != ALOQA_SIGN_IN_WAITING)
    return;

  aloqa_sign_in_leave (self);
  aloqa_sign_in_take_message (self, NULL);
  aloqa_sign_in_set_state (self, ALOQA_SIGN_IN_OUT);
}

/* Whatever comes next, the next run does not sign in by itself. */
void
aloqa_sign_in_forget (AloqaSignIn *self)
{
  if (self->keeper != NULL)
    aloqa_sign_in_keeper_forget (self->keeper);
}

/* The person leaves: calls end, the token is given back and kept nowhere. */
void
aloqa_sign_in_sign_out (AloqaSignIn *self)
{
  aloqa_sign_in_forget (self);
  aloqa_sign_in_leave (self);
  aloqa_sign_in_take_message (self, NULL);
  aloqa_sign_in_set_state (self, ALOQA_SIGN_IN_OUT);
}

/* Before the program ends: calls end, and the others know; who stays signed in stays so. Waits for
 * the sessions that were left before, too. */
void
aloqa_sign_in_close_async (AloqaSignIn *self, GAsyncReadyCallback callback, gpointer user_data)
{
  gboolean is_any =
      self->session != NULL || self->demo != NULL || self->state == ALOQA_SIGN_IN_WAITING;

  g_clear_pointer (&self->retry, aloqa_sign_in_retry_free);
  cancel_try (self);
  close_session (self);
  if (is_any)
    aloqa_sign_in_set_state (self, ALOQA_SIGN_IN_OUT);
  aloqa_endings_wait_async (self->endings, self, callback, user_data);
}

void
aloqa_sign_in_close_finish (AloqaSignIn *self, GAsyncResult *result)
{
  aloqa_endings_wait_finish (self->endings, result);
}

AloqaSignInState
aloqa_sign_in_get_state (AloqaSignIn *self)
{
  return self->state;
}

/* Returns: (transfer none) (nullable): %NULL unless signed in */
AloqaSession *
aloqa_sign_in_get_session (AloqaSignIn *self)
{
  return self->state == ALOQA_SIGN_IN_DONE ? self->session : NULL;
}

const char *
aloqa_sign_in_get_message (AloqaSignIn *self)
{
  return self->message;
}

/* Whether the message is that the server would be reached without encryption. */
gboolean
aloqa_sign_in_needs_plain_http (AloqaSignIn *self)
{
  return self->message != NULL && self->needs_plain_http;
}

/* To the server that the message is about, and from now on. */
void
aloqa_sign_in_allow_plain_http (AloqaSignIn *self)
{
  if (aloqa_sign_in_needs_plain_http (self))
    aloqa_settings_allow_plain_http (self->settings, self->server);
}

/* Returns: (nullable): where it is, or is to be, signed in, as the person wrote it */
const char *
aloqa_sign_in_get_server (AloqaSignIn *self)
{
  return self->server;
}

/* Returns: (nullable): as whom, likewise */
const char *
aloqa_sign_in_get_user (AloqaSignIn *self)
{
  return self->user;
}

gboolean
aloqa_sign_in_is_demo (AloqaSignIn *self)
{
  return self->demo != NULL;
}
