/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/sign-in.h"

#include <glib/gi18n.h>

#include "session/error-text.h"
#include "session/sign-in-keeper.h"
#include "ui/demo.h"
#include "ui/settings.h"

struct _AloqaSignIn {
  GObject parent_instance;

  GSettings *settings;
  AloqaSignInState state;
  AloqaSession *session; /* signed in, or on the way */
  guint n_closing;       /* sessions before it that end still */
  GQueue waiting;        /* of GTask: for the end of all of them */
  AloqaSignInKeeper *keeper;
  AloqaDemo *demo;
  GCancellable *cancellable; /* of the way there; another one for each */
  char *server;              /* as the person wrote it */
  char *user;
  gboolean stays_signed_in;
  char *message;
  gboolean needs_plain_http; /* what the message is about */
};

enum { PROP_STATE = 1, PROP_SESSION, PROP_MESSAGE, PROP_IS_DEMO, N_PROPS };

static GParamSpec *properties[N_PROPS];
static guint notice_signal;

G_DEFINE_FINAL_TYPE (AloqaSignIn, aloqa_sign_in, G_TYPE_OBJECT)

static void
set_state (AloqaSignIn *self, AloqaSignInState state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_DEMO]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SESSION]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
take_message (AloqaSignIn *self, char *message)
{
  g_free (self->message);
  self->message = message;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MESSAGE]);
}

static void
tell_waiting (AloqaSignIn *self)
{
  while (self->n_closing == 0 && !g_queue_is_empty (&self->waiting)) {
    g_autoptr (GTask) task = g_queue_pop_head (&self->waiting);

    g_task_return_boolean (task, TRUE);
  }
}

static void
closed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AloqaSession) session = ALOQA_SESSION (source);
  g_autoptr (AloqaSignIn) self = user_data;

  aloqa_session_close_finish (session, result);
  self->n_closing--;
  tell_waiting (self);
}

static void
close_session (AloqaSignIn *self)
{
  AloqaSession *session = g_steal_pointer (&self->session); /* the callback has the reference */

  if (session == NULL)
    return;
  g_signal_handlers_disconnect_by_data (session, self);
  self->n_closing++;
  aloqa_session_close_async (session, closed_cb, g_object_ref (self));
}

/* Lets go of everything; a session that is there ends in its own time. */
static void
leave (AloqaSignIn *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->keeper);
  g_clear_object (&self->demo);
  close_session (self);
}

static void
fail (AloqaSignIn *self, const GError *error)
{
  leave (self);
  self->needs_plain_http =
      g_error_matches (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_PLAIN_HTTP);
  take_message (self, aloqa_error_text_for_server (error, self->server));
  set_state (self, ALOQA_SIGN_IN_OUT);
}

/* The server wants the password again. */
static void
signed_out_cb (AloqaSignIn *self, const GError *error)
{
  if (self->keeper != NULL)
    aloqa_sign_in_keeper_forget (self->keeper);
  fail (self, error);
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

static void
succeed (AloqaSignIn *self)
{
  take_message (self, NULL);
  remember (self);
  set_state (self, ALOQA_SIGN_IN_DONE);
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
    fail (self, error);
    return;
  }
  if (self->stays_signed_in)
    aloqa_sign_in_keeper_follow (self->keeper, self->session);
  succeed (self);
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
    succeed (self);
  } else if (error->domain == ALOQA_SIGNALING_ERROR) {
    fail (self, error);
  } else {
    /* Nothing was kept, or no keyring is there: no failure of anybody's. */
    g_debug ("Signing in needs the password: %s", error->message);
    leave (self);
    set_state (self, ALOQA_SIGN_IN_OUT);
  }
}

static gboolean
make_session (AloqaSignIn *self, const char *server, const char *user, GError **error)
{
  g_autoptr (AloqaMediaSettings) media = aloqa_settings_build_media (self->settings);
  g_autoptr (AloqaServerChoice) choice = aloqa_server_choice_new (
      server, g_getenv ("WS_URL"), aloqa_settings_is_plain_http_allowed (self->settings, server),
      NULL, error);

  if (choice == NULL)
    return FALSE;

  self->session = aloqa_session_new (choice, media);
  aloqa_session_keep_history (self->session, NULL);
  g_signal_connect_swapped (self->session, "signed-out", G_CALLBACK (signed_out_cb), self);
  self->keeper = aloqa_sign_in_keeper_new (choice->address, user);
  g_signal_connect_object (self->keeper, "failed", G_CALLBACK (keeper_failed_cb), self,
                           G_CONNECT_SWAPPED);
  return TRUE;
}

/* Begins a new way there; what is here from the one before goes. */
static gboolean
begin (AloqaSignIn *self, const char *server, const char *user)
{
  g_autoptr (GError) error = NULL;

  leave (self);
  g_free (self->server);
  self->server = g_strdup (server);
  g_free (self->user);
  self->user = g_strdup (user);
  self->cancellable = g_cancellable_new ();
  if (!make_session (self, server, user, &error)) {
    fail (self, error);
    return FALSE;
  }
  take_message (self, NULL);
  set_state (self, ALOQA_SIGN_IN_BUSY);
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

  if (url == NULL || !make_session (self, url, ALOQA_DEMO_USER, &error))
    fail (self, error);
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

  leave (self);
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
}

static void
aloqa_sign_in_init (AloqaSignIn *self)
{
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
  if (begin (self, server, user))
    aloqa_session_sign_in_async (self->session, user, password, signed_in_cb, g_object_ref (self));
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
  if (!begin (self, server, user))
    return FALSE;
  aloqa_sign_in_keeper_resume_async (self->keeper, self->session, self->cancellable, resumed_cb,
                                     g_object_ref (self));
  return TRUE;
}

/* Starts a server and a contact that answers, both on this machine, and signs in there. */
void
aloqa_sign_in_start_demo (AloqaSignIn *self)
{
  leave (self);
  self->stays_signed_in = FALSE;
  g_free (self->server);
  self->server = g_strdup (_ ("The server on this computer"));
  self->demo = aloqa_demo_new ();
  take_message (self, NULL);
  set_state (self, ALOQA_SIGN_IN_BUSY);
  aloqa_demo_start_async (self->demo, demo_started_cb, g_object_ref (self));
}

void
aloqa_sign_in_cancel (AloqaSignIn *self)
{
  if (self->state != ALOQA_SIGN_IN_BUSY)
    return;

  leave (self);
  set_state (self, ALOQA_SIGN_IN_OUT);
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
  leave (self);
  take_message (self, NULL);
  set_state (self, ALOQA_SIGN_IN_OUT);
}

/* Before the program ends: calls end, and the others know; who stays signed in stays so. Waits for
 * the sessions that were left before, too. */
void
aloqa_sign_in_close_async (AloqaSignIn *self, GAsyncReadyCallback callback, gpointer user_data)
{
  gboolean has_session = self->session != NULL;

  g_queue_push_tail (&self->waiting, g_task_new (self, NULL, callback, user_data));
  close_session (self);
  if (has_session)
    set_state (self, ALOQA_SIGN_IN_OUT);
  tell_waiting (self);
}

void
aloqa_sign_in_close_finish (AloqaSignIn *self, GAsyncResult *result)
{
  g_task_propagate_boolean (G_TASK (result), NULL);
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

gboolean
aloqa_sign_in_is_demo (AloqaSignIn *self)
{
  return self->demo != NULL;
}
