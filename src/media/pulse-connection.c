/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/pulse-connection.h"

#include "base/backoff.h"

#include <errno.h>
#include <sys/timerfd.h>
#include <unistd.h>

struct _AloqaPulseConnection {
  pa_mainloop_api *api;
  const char *client;
  const AloqaPulseConnectionFuncs *funcs;
  gpointer user_data;

  pa_context *context;
  /* Not an event of Pulse's for a time: in GLib's main loop those go by the wall clock, and one that is
   * set back puts off the next try as far. */
  int timer_fd;
  pa_io_event *timer; /* or NULL: nothing was lost yet */
  gboolean is_lost;
  AloqaBackoff backoff;
};

static void
drop_context (AloqaPulseConnection *self)
{
  if (self->context == NULL)
    return;

  pa_context_set_state_callback (self->context, NULL, NULL);
  pa_context_set_subscribe_callback (self->context, NULL, NULL);
  pa_context_disconnect (self->context);
  g_clear_pointer (&self->context, pa_context_unref);
}

static void connect_context (AloqaPulseConnection *self);

static void
retry_cb (pa_mainloop_api *api, pa_io_event *event, int fd, pa_io_event_flags_t events,
          void *user_data)
{
  AloqaPulseConnection *self = user_data;
  guint64 n_expirations;

  if (read (fd, &n_expirations, sizeof n_expirations) != sizeof n_expirations)
    return;

  self->is_lost = FALSE;
  if (self->funcs->again != NULL)
    self->funcs->again (self->user_data);
  drop_context (self);
  connect_context (self);
}

static void
start_timer (AloqaPulseConnection *self)
{
  gint64 delay_us = aloqa_backoff_next_us (&self->backoff);
  const struct itimerspec delay = {
    .it_value = { .tv_sec = delay_us / G_USEC_PER_SEC,
                  .tv_nsec = delay_us % G_USEC_PER_SEC * 1000 },
  };

  if (timerfd_settime (self->timer_fd, 0, &delay, NULL) < 0)
    g_warning ("The sound server is not looked for again: %s", g_strerror (errno));
  if (self->timer == NULL)
    self->timer = self->api->io_new (self->api, self->timer_fd, PA_IO_EVENT_INPUT, retry_cb, self);
}

static void
lose_server (AloqaPulseConnection *self)
{
  if (self->is_lost)
    return;

  self->is_lost = TRUE;
  start_timer (self);
  self->funcs->lost (self->context, self->user_data);
}

static void
state_cb (pa_context *context, void *user_data)
{
  AloqaPulseConnection *self = user_data;
  pa_context_state_t state = pa_context_get_state (context);

  if (state == PA_CONTEXT_READY) {
    aloqa_backoff_reset (&self->backoff);
    self->funcs->ready (context, self->user_data);
  } else if (!PA_CONTEXT_IS_GOOD (state)) {
    lose_server (self);
  }
}

/* A context can be connected once only. */
static void
connect_context (AloqaPulseConnection *self)
{
  self->context = pa_context_new (self->api, self->client);
  pa_context_set_state_callback (self->context, state_cb, self);
  if (pa_context_connect (self->context, NULL, PA_CONTEXT_NOAUTOSPAWN, NULL) < 0)
    lose_server (self);
}

/**
 * aloqa_pulse_connection_new:
 * @client: static: what the server calls us
 * @funcs: (transfer none): must stay; "lost" may be called before this returns
 *
 * Returns: (transfer full): a connection that is being made
 */
AloqaPulseConnection *
aloqa_pulse_connection_new (pa_mainloop_api *api, const char *client,
                            const AloqaPulseConnectionFuncs *funcs, gpointer user_data)
{
  AloqaPulseConnection *self = g_new0 (AloqaPulseConnection, 1);

  self->api = api;
  self->client = client;
  self->funcs = funcs;
  self->user_data = user_data;
  self->backoff = ALOQA_BACKOFF_LOCAL;
  self->timer_fd = timerfd_create (CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  connect_context (self);
  return self;
}

/* Nothing may be left of what was asked for in it. */
void
aloqa_pulse_connection_free (AloqaPulseConnection *self)
{
  if (self->timer != NULL)
    self->api->io_free (self->timer);
  if (self->timer_fd >= 0)
    close (self->timer_fd);
  drop_context (self);
  g_free (self);
}
