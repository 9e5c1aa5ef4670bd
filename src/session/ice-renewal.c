/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ice-renewal.h"

/* However short they hold, a server is not asked more often than that. */
#define LEAST_S 30
#define RETRY_S 60
/* A year: what is longer needs no renewal in the life of a program. */
#define MOST_S (365 * 24 * 3600)

struct _AloqaIceRenewal {
  GObject parent_instance;

  AloqaRest *rest;
  AloqaClock *clock;
  GCancellable *cancellable;
  guint timer;   /* 0 while they are asked for, and where they need no renewal */
  gint64 due_us; /* when that is */
};

static guint renewed_signal;

G_DEFINE_FINAL_TYPE (AloqaIceRenewal, aloqa_ice_renewal, G_TYPE_OBJECT)

static void ask (gpointer user_data);

static void
ask_in (AloqaIceRenewal *self, gint64 delay_s)
{
  gint64 delay_us = CLAMP (delay_s, LEAST_S, MOST_S) * G_USEC_PER_SEC;

  self->due_us = aloqa_clock_get_now_us (self->clock) + delay_us;
  self->timer = aloqa_clock_add_timer (self->clock, delay_us, ask, self);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  AloqaIceRenewal *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) servers = NULL;
  gint64 ttl_s = 0;

  servers = aloqa_rest_get_ice_servers_finish (ALOQA_REST (source), result, &ttl_s, &error);
  /* Then nobody waits for it any more. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (servers == NULL) {
    g_debug ("No new STUN and TURN servers: %s", error->message);
    ask_in (self, RETRY_S);
    return;
  }
  if (ttl_s > 0)
    ask_in (self, ttl_s / 4 * 3);
  if (servers->len > 0)
    g_signal_emit (self, renewed_signal, 0, servers);
}

static void
ask (gpointer user_data)
{
  AloqaIceRenewal *self = user_data;

  self->timer = 0;
  aloqa_rest_get_ice_servers_async (self->rest, self->cancellable, answered_cb, self);
}

static void
aloqa_ice_renewal_dispose (GObject *object)
{
  AloqaIceRenewal *self = ALOQA_ICE_RENEWAL (object);

  g_cancellable_cancel (self->cancellable);
  if (self->clock != NULL)
    aloqa_clock_clear_timer (self->clock, &self->timer);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->clock);
  g_clear_object (&self->rest);

  G_OBJECT_CLASS (aloqa_ice_renewal_parent_class)->dispose (object);
}

static void
aloqa_ice_renewal_class_init (AloqaIceRenewalClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aloqa_ice_renewal_dispose;
  renewed_signal = g_signal_new ("renewed", ALOQA_TYPE_ICE_RENEWAL, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_PTR_ARRAY);
}

static void
aloqa_ice_renewal_init (AloqaIceRenewal *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * aloqa_ice_renewal_new:
 * @ttl_s: for how long what is known now holds; 0 where the server could not be asked yet
 *
 * Returns: (transfer full)
 */
AloqaIceRenewal *
aloqa_ice_renewal_new (AloqaRest *rest, AloqaClock *clock, gint64 ttl_s)
{
  AloqaIceRenewal *self = g_object_new (ALOQA_TYPE_ICE_RENEWAL, NULL);

  self->rest = g_object_ref (rest);
  self->clock = g_object_ref (clock);
  ask_in (self, ttl_s / 4 * 3);
  return self;
}

/* Timers stand still while the machine sleeps: asks now for what is due. */
void
aloqa_ice_renewal_check (AloqaIceRenewal *self)
{
  if (self->timer == 0 || aloqa_clock_get_now_us (self->clock) < self->due_us)
    return;

  aloqa_clock_clear_timer (self->clock, &self->timer);
  ask (self);
}
