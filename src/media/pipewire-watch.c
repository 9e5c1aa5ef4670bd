/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/pipewire-watch.h"

/* A daemon that has not answered by the next time hangs; what a node shows stands still then. */
#define PING_INTERVAL_S 1

struct _AloqaPipewireWatch {
  const AloqaPipewireWatchFuncs *funcs;
  gpointer user_data;
  struct pw_loop *loop;
  struct pw_core *core;
  struct spa_hook core_listener;

  /* These of a node that is known by its number; else the last two are NULL. */
  guint32 node_id;
  int ping_sequence;
  gboolean is_ping_unanswered;
  struct spa_source *ping_timer;
  struct pw_registry *registry;
  struct spa_hook registry_listener;
};

static void
core_error_cb (void *user_data, uint32_t id, int seq, int result, const char *message)
{
  AloqaPipewireWatch *self = user_data;

  if (id == PW_ID_CORE)
    self->funcs->gone (message, self->user_data);
}

static void
core_done_cb (void *user_data, uint32_t id, int seq)
{
  AloqaPipewireWatch *self = user_data;

  if (id != PW_ID_CORE || seq != self->ping_sequence)
    return;
  self->is_ping_unanswered = FALSE;
  self->funcs->answering (TRUE, self->user_data);
}

static const struct pw_core_events core_events = {
  PW_VERSION_CORE_EVENTS,
  .done = core_done_cb,
  .error = core_error_cb,
};

static void
ping_cb (void *user_data, uint64_t n_expirations)
{
  AloqaPipewireWatch *self = user_data;

  if (self->is_ping_unanswered) {
    self->funcs->answering (FALSE, self->user_data);
    return;
  }
  self->is_ping_unanswered = TRUE;
  self->ping_sequence = pw_core_sync (self->core, PW_ID_CORE, self->ping_sequence);
}

static void
removed_cb (void *user_data, uint32_t id)
{
  AloqaPipewireWatch *self = user_data;

  if (id == self->node_id)
    self->funcs->gone ("its node is gone", self->user_data);
}

static const struct pw_registry_events registry_events = {
  PW_VERSION_REGISTRY_EVENTS,
  .global_remove = removed_cb,
};

/**
 * aloqa_pipewire_watch_new:
 * @loop: runs @core
 * @node_id: the node's number, or PW_ID_ANY: then only the connection's own end is told
 * @funcs: (transfer none): must stay, as @loop and @core
 *
 * Returns: (transfer full): a watch
 */
AloqaPipewireWatch *
aloqa_pipewire_watch_new (struct pw_loop *loop, struct pw_core *core, guint32 node_id,
                          const AloqaPipewireWatchFuncs *funcs, gpointer user_data)
{
  AloqaPipewireWatch *self = g_new0 (AloqaPipewireWatch, 1);
  struct timespec interval = { .tv_sec = PING_INTERVAL_S };

  self->funcs = funcs;
  self->user_data = user_data;
  self->loop = loop;
  self->core = core;
  self->node_id = node_id;
  pw_core_add_listener (core, &self->core_listener, &core_events, self);
  if (node_id == PW_ID_ANY)
    return self;

  self->ping_timer = pw_loop_add_timer (loop, ping_cb, self);
  pw_loop_update_timer (loop, self->ping_timer, &interval, &interval, FALSE);
  self->registry = pw_core_get_registry (core, PW_VERSION_REGISTRY, 0);
  pw_registry_add_listener (self->registry, &self->registry_listener, &registry_events, self);
  return self;
}

void
aloqa_pipewire_watch_free (AloqaPipewireWatch *self)
{
  if (self->ping_timer != NULL)
    pw_loop_destroy_source (self->loop, self->ping_timer);
  if (self->registry != NULL) {
    spa_hook_remove (&self->registry_listener);
    pw_proxy_destroy ((struct pw_proxy *) self->registry);
  }
  spa_hook_remove (&self->core_listener);
  g_free (self);
}
