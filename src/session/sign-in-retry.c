/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/sign-in-retry.h"

#include "base/backoff.h"
#include "signaling/error.h"

/* A server that starts again is there within seconds; one that is gone is not asked too often. */
#define FIRST_WAIT_US (2 * G_USEC_PER_SEC)
#define MAX_WAIT_US (60 * G_USEC_PER_SEC)

/* About a minute of failures: what has not passed by then may not pass. */
#define MANY_FAILURES 6

struct _AloqaSignInRetry {
  AloqaClock *clock;
  AloqaNetworkWatch *watch;
  GNetworkMonitor *monitor;
  AloqaSignInRetryFunc try_again;
  gpointer user_data;

  AloqaBackoff backoff;
  guint timer;      /* 0 while it is tried */
  gboolean is_news; /* the network changed meanwhile, so that a failure says nothing */
  guint n_failures;
  gint64 since_us;         /* the first of them, in Unix time */
  gboolean is_unreachable; /* the last one */
};

static void
timer_fired_cb (gpointer user_data)
{
  AloqaSignInRetry *self = user_data;

  self->timer = 0;
  self->try_again (self->user_data);
}

static void
watch_changed_cb (AloqaNetworkWatch *watch, AloqaSignInRetry *self)
{
  aloqa_backoff_reset (&self->backoff);
  if (self->timer != 0)
    aloqa_sign_in_retry_now (self);
  else
    self->is_news = TRUE;
}

/**
 * aloqa_sign_in_retry_may_help:
 * @error: why signing in with a kept token failed
 *
 * Returns: whether that says nothing about the token: it may work later. A certificate that is not to
 *   be trusted, too, may be that of a hotel's network, and an odd answer that of its page.
 */
gboolean
aloqa_sign_in_retry_may_help (const GError *error)
{
  if (error->domain != ALOQA_SIGNALING_ERROR)
    return FALSE;

  switch ((AloqaSignalingError) error->code) {
  case ALOQA_SIGNALING_ERROR_UNREACHABLE:
  case ALOQA_SIGNALING_ERROR_TLS:
  case ALOQA_SIGNALING_ERROR_NOT_FOUND:
  case ALOQA_SIGNALING_ERROR_RATE_LIMITED:
  case ALOQA_SIGNALING_ERROR_SERVER_FAILED:
  case ALOQA_SIGNALING_ERROR_BAD_ANSWER:
  case ALOQA_SIGNALING_ERROR_TOO_LARGE:
    return TRUE;
  case ALOQA_SIGNALING_ERROR_BAD_ADDRESS:
  case ALOQA_SIGNALING_ERROR_PLAIN_HTTP:
  case ALOQA_SIGNALING_ERROR_BAD_CA_FILE:
  case ALOQA_SIGNALING_ERROR_UNAUTHORIZED:
  case ALOQA_SIGNALING_ERROR_FORBIDDEN:
  default:
    return FALSE;
  }
}

/**
 * aloqa_sign_in_retry_new_for:
 * @try_again: begins another try; it ends in aloqa_sign_in_retry_note_failure(), or this is freed
 *
 * Returns: (transfer full): on other means than this machine's; the first try is under way
 */
AloqaSignInRetry *
aloqa_sign_in_retry_new_for (AloqaClock *clock, AloqaNetworkWatch *watch, GNetworkMonitor *monitor,
                             AloqaSignInRetryFunc try_again, gpointer user_data)
{
  AloqaSignInRetry *self = g_new0 (AloqaSignInRetry, 1);

  self->clock = g_object_ref (clock);
  self->watch = g_object_ref (watch);
  self->monitor = g_object_ref (monitor);
  self->try_again = try_again;
  self->user_data = user_data;
  self->backoff = (AloqaBackoff){ .first_us = FIRST_WAIT_US, .max_us = MAX_WAIT_US };
  g_signal_connect (watch, "changed", G_CALLBACK (watch_changed_cb), self);
  return self;
}

/* On this machine's clock and network. */
AloqaSignInRetry *
aloqa_sign_in_retry_new (AloqaSignInRetryFunc try_again, gpointer user_data)
{
  g_autoptr (AloqaClock) clock = aloqa_clock_new ();
  g_autoptr (AloqaNetworkWatch) watch = aloqa_network_watch_new (clock);

  return aloqa_sign_in_retry_new_for (clock, watch, g_network_monitor_get_default (), try_again,
                                      user_data);
}

/* Nothing is called from here on. */
void
aloqa_sign_in_retry_free (AloqaSignInRetry *self)
{
  aloqa_clock_clear_timer (self->clock, &self->timer);
  g_signal_handlers_disconnect_by_data (self->watch, self);
  g_object_unref (self->watch);
  g_object_unref (self->monitor);
  g_object_unref (self->clock);
  g_free (self);
}

/* The try failed by @error, which may pass. */
void
aloqa_sign_in_retry_note_failure (AloqaSignInRetry *self, const GError *error)
{
  if (self->n_failures++ == 0)
    self->since_us = g_get_real_time ();
  self->is_unreachable =
      g_error_matches (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_UNREACHABLE);
  if (self->is_news)
    aloqa_backoff_reset (&self->backoff);
  self->is_news = FALSE;
  aloqa_clock_clear_timer (self->clock, &self->timer);
  self->timer = aloqa_clock_add_timer (self->clock, aloqa_backoff_next_us (&self->backoff),
                                       timer_fired_cb, self);
}

/* The person does not want to wait. Nothing happens while it is tried anyway. */
void
aloqa_sign_in_retry_now (AloqaSignInRetry *self)
{
  if (self->timer == 0)
    return;

  aloqa_clock_clear_timer (self->clock, &self->timer);
  self->try_again (self->user_data);
}

/* Whether the server was not reached, and this computer has no way to anywhere. */
gboolean
aloqa_sign_in_retry_lacks_network (const AloqaSignInRetry *self)
{
  return self->is_unreachable && !g_network_monitor_get_network_available (self->monitor);
}

/* Whether it has failed for so long, with a network, that somebody had better look at it. */
gboolean
aloqa_sign_in_retry_needs_person (const AloqaSignInRetry *self)
{
  return self->n_failures >= MANY_FAILURES && !aloqa_sign_in_retry_lacks_network (self);
}

/* Since when it fails, in microseconds of Unix time; 0 before the first failure. */
gint64
aloqa_sign_in_retry_get_since_us (const AloqaSignInRetry *self)
{
  return self->since_us;
}
