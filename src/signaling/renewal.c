/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signaling/renewal.h"

#include "base/backoff.h"
#include "signaling/secret.h"

/* The existing server fails with 500 when one user signs in twice within a second. */
#define MIN_LOGIN_INTERVAL_US (1100 * 1000)

#define FIRST_WAIT_US (2 * G_USEC_PER_SEC)
#define MAX_WAIT_US (60 * G_USEC_PER_SEC)

/*
 * The existing server answers every refresh with a fault. Without a password that is the end of it,
 * after a minute: as long as another server's restart may take.
 */
#define MAX_FAULTS 5

/* A token is renewed when this much of its life is over. */
#define USED_LIFE 0.8

/* The life of a token that does not say it, or that makes no sense by the server's own clock. */
#define DEFAULT_LIFE_S (10 * 60)

/* However short-lived its tokens, a server is not asked for more than this. */
#define MIN_LIFE_S 30

/* Every token is renewed daily. */
#define MAX_LIFE_S (24 * 60 * 60)

struct _AloqaRenewal {
  AloqaRest *rest;
  AloqaClock *clock;
  const AloqaRenewalEvents *events;
  gpointer owner;

  char *username;      /* or NULL */
  char *password;      /* or NULL */
  char *refresh_token; /* or NULL */
  char *access_token;

  guint timer;
  gint64 timer_us; /* when it fires */
  GCancellable *cancellable;
  gboolean is_running;
  gint64 last_login_us;
  AloqaBackoff backoff;
};

static gboolean
is_final (const AloqaRenewal *self, const GError *error)
{
  if (g_error_matches (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_UNAUTHORIZED) ||
      g_error_matches (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_FORBIDDEN))
    return TRUE;
  return self->password == NULL && self->backoff.n_tries >= MAX_FAULTS &&
         g_error_matches (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_SERVER_FAILED);
}

static void
timer_fired_cb (gpointer user_data)
{
  AloqaRenewal *self = user_data;

  self->timer = 0;
  aloqa_renewal_run (self);
}

static void
schedule (AloqaRenewal *self, gint64 delay_us)
{
  aloqa_clock_clear_timer (self->clock, &self->timer);
  self->timer_us = aloqa_clock_get_now_us (self->clock) + delay_us;
  self->timer = aloqa_clock_add_timer (self->clock, delay_us, timer_fired_cb, self);
}

/* Whoever is refused again and again must not put off the try that is due. */
static void
schedule_retry (AloqaRenewal *self)
{
  gint64 delay_us = aloqa_backoff_next_us (&self->backoff);

  if (self->timer == 0 || self->timer_us > aloqa_clock_get_now_us (self->clock) + delay_us)
    schedule (self, delay_us);
}

static void
end_well (AloqaRenewal *self, const AloqaCredentials *credentials)
{
  self->is_running = FALSE;
  aloqa_renewal_set_tokens (self, credentials->access_token, credentials->refresh_token);
  g_debug ("the access token was renewed");
  self->events->renewed (self->owner, credentials);
}

static void
end_badly (AloqaRenewal *self, const GError *error)
{
  self->is_running = FALSE;
  if (is_final (self, error)) {
    self->events->refused (self->owner, error);
    return;
  }
  g_debug ("the access token was not renewed, which is tried again: %s", error->message);
  schedule_retry (self);
}

static void
rest_login_cb (GObject *rest, GAsyncResult *result, gpointer user_data)
{
  AloqaRenewal *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaCredentials) credentials =
      aloqa_rest_login_finish (ALOQA_REST (rest), result, &error);

  /* Then @self is gone, or has nothing to do with it any more. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (credentials != NULL)
    end_well (self, credentials);
  else
    end_badly (self, error);
}

static void
log_in (gpointer user_data)
{
  AloqaRenewal *self = user_data;

  self->timer = 0;
  self->last_login_us = aloqa_clock_get_now_us (self->clock);
  aloqa_rest_login_async (self->rest, self->username, self->password, self->cancellable,
                          rest_login_cb, self);
}

static void
log_in_when_allowed (AloqaRenewal *self)
{
  gint64 next_us = self->last_login_us + MIN_LOGIN_INTERVAL_US;
  gint64 delay_us = next_us - aloqa_clock_get_now_us (self->clock);

  aloqa_clock_clear_timer (self->clock, &self->timer);
  self->timer = aloqa_clock_add_timer (self->clock, delay_us, log_in, self);
}

static void
rest_refresh_cb (GObject *rest, GAsyncResult *result, gpointer user_data)
{
  AloqaRenewal *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaCredentials) credentials =
      aloqa_rest_refresh_finish (ALOQA_REST (rest), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (credentials != NULL)
    end_well (self, credentials);
  else if (self->password != NULL &&
           !g_error_matches (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_UNREACHABLE))
    log_in_when_allowed (self);
  else
    end_badly (self, error);
}

/* There is nothing to get a new token with: it may still be good, and the refusal a fault. */
static void
rest_get_me_cb (GObject *rest, GAsyncResult *result, gpointer user_data)
{
  AloqaRenewal *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaUser) user = aloqa_rest_get_me_finish (ALOQA_REST (rest), result, &error);
  g_autoptr (AloqaCredentials) same = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (user == NULL) {
    end_badly (self, error);
    return;
  }
  same = aloqa_credentials_new (self->access_token, NULL, user);
  end_well (self, same);
}

/* Returns: in how many seconds @access_token ends, whatever this computer's clock says. */
static gint64
get_life_s (AloqaRenewal *self, const char *access_token)
{
  gint64 server_now_s =
      g_get_real_time () / G_USEC_PER_SEC + aloqa_rest_get_server_ahead_s (self->rest);
  gint64 expiry_s;

  if (!aloqa_token_get_expiry_s (access_token, &expiry_s, NULL) || expiry_s <= server_now_s)
    return DEFAULT_LIFE_S;
  return CLAMP (expiry_s - server_now_s, MIN_LIFE_S, MAX_LIFE_S);
}

/**
 * aloqa_renewal_new:
 * @events: static
 *
 * Returns: (transfer full): a renewal that knows nothing yet
 */
AloqaRenewal *
aloqa_renewal_new (AloqaRest *rest, AloqaClock *clock, const AloqaRenewalEvents *events,
                   gpointer owner)
{
  AloqaRenewal *self = g_new0 (AloqaRenewal, 1);

  self->rest = g_object_ref (rest);
  self->clock = g_object_ref (clock);
  self->events = events;
  self->owner = owner;
  self->cancellable = g_cancellable_new ();
  self->backoff.first_us = FIRST_WAIT_US;
  self->backoff.max_us = MAX_WAIT_US;
  return self;
}

/* Nothing is called from here on. */
void
aloqa_renewal_free (AloqaRenewal *self)
{
  g_cancellable_cancel (self->cancellable);
  aloqa_clock_clear_timer (self->clock, &self->timer);
  aloqa_secret_clear (&self->username);
  aloqa_secret_clear (&self->password);
  aloqa_secret_clear (&self->refresh_token);
  aloqa_secret_clear (&self->access_token);
  g_object_unref (self->cancellable);
  g_object_unref (self->clock);
  g_object_unref (self->rest);
  g_free (self);
}

/**
 * aloqa_renewal_set_password:
 *
 * What to sign in with where the refresh token does not help. A sign-in with it has just been made.
 */
void
aloqa_renewal_set_password (AloqaRenewal *self, const char *username, const char *password)
{
  aloqa_secret_set (&self->username, username);
  aloqa_secret_set (&self->password, password);
  self->last_login_us = aloqa_clock_get_now_us (self->clock);
}

/**
 * aloqa_renewal_set_tokens:
 * @access_token: what will have to be renewed in time
 * @refresh_token: (nullable): what to do it with
 */
void
aloqa_renewal_set_tokens (AloqaRenewal *self, const char *access_token, const char *refresh_token)
{
  gint64 life_s = get_life_s (self, access_token);

  aloqa_secret_set (&self->access_token, access_token);
  aloqa_secret_set (&self->refresh_token, refresh_token);
  aloqa_clock_clear_timer (self->clock, &self->timer);
  if (self->refresh_token != NULL || self->password != NULL)
    schedule (self, (gint64) (USED_LIFE * (double) life_s * G_USEC_PER_SEC));
}

const char *
aloqa_renewal_get_refresh_token (const AloqaRenewal *self)
{
  return self->refresh_token;
}

/**
 * aloqa_renewal_run:
 *
 * Renews now: by the refresh token, else by the password; or, with neither, asks whether the token is
 * still good. Does nothing while that goes on.
 */
void
aloqa_renewal_run (AloqaRenewal *self)
{
  if (self->is_running)
    return;
  self->is_running = TRUE;
  aloqa_clock_clear_timer (self->clock, &self->timer);

  if (self->refresh_token != NULL)
    aloqa_rest_refresh_async (self->rest, self->refresh_token, self->cancellable, rest_refresh_cb,
                              self);
  else if (self->password != NULL)
    log_in_when_allowed (self);
  else
    aloqa_rest_get_me_async (self->rest, self->cancellable, rest_get_me_cb, self);
}

/**
 * aloqa_renewal_note_refusal:
 *
 * The server has refused the access token: a new one is got at once; but not where it refuses one
 * new token after the other.
 */
void
aloqa_renewal_note_refusal (AloqaRenewal *self)
{
  if (self->is_running)
    return;
  if (self->backoff.n_tries == 0) {
    aloqa_backoff_next_us (&self->backoff);
    aloqa_renewal_run (self);
  } else {
    schedule_retry (self);
  }
}

/**
 * aloqa_renewal_note_acceptance:
 *
 * The server has accepted the access token.
 */
void
aloqa_renewal_note_acceptance (AloqaRenewal *self)
{
  aloqa_backoff_reset (&self->backoff);
}
