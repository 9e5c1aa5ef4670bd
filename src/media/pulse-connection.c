/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/pulse-connection.h"

#include "base/backoff.h"

struct _AloqaPulseConnection {
  pa_mainloop_api *api;
  const char *client;
  const AloqaPulseConnectionFuncs *funcs;
  gpointer user_data;

  pa_context *context;
  pa_time_event *retry; /* or NULL */
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
retry_cb (pa_mainloop_api *api, pa_time_event *event, const struct timeval *time, void *user_data)
{
  AloqaPulseConnection *self = user_data;

  api->time_free (g_steal_pointer (&self->retry));
  if (self->funcs->again != NULL)
    self->funcs->again (self->user_data);
  drop_context (self);
  connect_context (self);
}

static void
lose_server (AloqaPulseConnection *self)
{
  if (self->retry != NULL)
    return;

  self->retry = pa_context_rttime_new (
      self->context, pa_rtclock_now () + (pa_usec_t) aloqa_backoff_next_us (&self->backoff),
      retry_cb, self);
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
  connect_context (self);
  return self;
}

/* Nothing may be left of what was asked for in it. */
void
aloqa_pulse_connection_free (AloqaPulseConnection *self)
{
  if (self->retry != NULL)
    self->api->time_free (self->retry);
  drop_context (self);
  g_free (self);
}
