/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/pipewire-missed.h"

#include <pipewire/extensions/client-node.h>
#include <spa/node/io.h>

/* A connection with one stream has a handful of objects. */
#define MAX_OBJECTS 64

#define LOOK_INTERVAL_MS 50
/* Two seconds: only a wake-up at the beginning is lost, and by then the person is told. */
#define MAX_LOOKS 40

struct _AloqaPipewireMissed {
  AloqaPipewireMissedFunc func;
  gpointer user_data;
  struct pw_loop *loop;
  struct spa_source *timer;
  guint n_looks; /* of this watch */
  struct pw_core *core;
  GPtrArray *buffers; /* of pw_buffer; each where its number says */

  struct pw_proxy *node; /* what the daemon speaks to of the stream's node, or NULL */
  struct spa_hook proxy_listener;
  struct spa_hook node_listener;
  /* Of a spa_io_buffers: where the link's pictures are put down; or NULL. */
  struct pw_memmap *place;
};

static void
forget_place (AloqaPipewireMissed *self)
{
  g_clear_pointer (&self->place, pw_memmap_free);
}

static void
forget_node (AloqaPipewireMissed *self)
{
  if (self->node == NULL)
    return;
  self->node = NULL;
  spa_hook_remove (&self->node_listener);
  spa_hook_remove (&self->proxy_listener);
}

/* The only port has one link. */
static int
port_set_io_cb (void *user_data, enum spa_direction direction, uint32_t port_id, uint32_t mix_id,
                uint32_t id, uint32_t mem_id, uint32_t offset, uint32_t size)
{
  AloqaPipewireMissed *self = user_data;

  if (id != SPA_IO_Buffers)
    return 0;

  forget_place (self);
  if (mem_id != SPA_ID_INVALID && size >= sizeof (struct spa_io_buffers))
    self->place = pw_mempool_map_id (pw_core_get_mempool (self->core), mem_id,
                                     PW_MEMMAP_FLAG_READWRITE, offset, size, NULL);
  return 0;
}

static const struct pw_client_node_events node_events = {
  PW_VERSION_CLIENT_NODE_EVENTS,
  .port_set_io = port_set_io_cb,
};

static void
destroy_cb (void *user_data)
{
  forget_node (user_data);
}

static const struct pw_proxy_events proxy_events = {
  PW_VERSION_PROXY_EVENTS,
  .destroy = destroy_cb,
};

/* Returns: (nullable): the one client node of the connection */
static struct pw_proxy *
find_node (struct pw_core *core)
{
  for (guint32 i = 0; i < MAX_OBJECTS; i++) {
    struct pw_proxy *proxy = pw_core_find_proxy (core, i);

    if (proxy != NULL &&
        g_strcmp0 (pw_proxy_get_type (proxy, NULL), PW_TYPE_INTERFACE_ClientNode) == 0)
      return proxy;
  }
  return NULL;
}

/* Makes room for the next one. Where the stream was told meanwhile, it has done so, and what lies there
 * may be the next one already. */
static void
give_back (struct spa_io_buffers *io, guint32 number)
{
  if ((guint32) g_atomic_int_get (&io->buffer_id) == number)
    g_atomic_int_compare_and_exchange (&io->status, SPA_STATUS_HAVE_DATA, SPA_STATUS_NEED_DATA);
}

static void
look_cb (void *user_data, uint64_t n_expirations)
{
  AloqaPipewireMissed *self = user_data;
  struct spa_io_buffers *io = self->place != NULL ? self->place->ptr : NULL;
  guint32 number;

  if (++self->n_looks >= MAX_LOOKS)
    aloqa_pipewire_missed_watch (self, FALSE);
  if (io == NULL || g_atomic_int_get (&io->status) != SPA_STATUS_HAVE_DATA)
    return;

  /* Once: who gives the pictures may write there at any time. */
  number = (guint32) g_atomic_int_get (&io->buffer_id);
  if (number >= self->buffers->len)
    return;
  aloqa_pipewire_missed_watch (self, FALSE);
  self->func (g_ptr_array_index (self->buffers, number), self->user_data);
  give_back (io, number);
}

/**
 * aloqa_pipewire_missed_new:
 * @loop: runs the stream
 * @core: a connection with one stream, which was connected just now
 * @func: given a picture that lies there; it may be read until this returns
 *
 * @loop and @core must stay.
 *
 * Returns: (transfer full): what looks after it while it is told to
 */
AloqaPipewireMissed *
aloqa_pipewire_missed_new (struct pw_loop *loop, struct pw_core *core, AloqaPipewireMissedFunc func,
                           gpointer user_data)
{
  AloqaPipewireMissed *self = g_new0 (AloqaPipewireMissed, 1);

  self->func = func;
  self->user_data = user_data;
  self->loop = loop;
  self->timer = pw_loop_add_timer (loop, look_cb, self);
  self->core = core;
  self->buffers = g_ptr_array_new ();
  self->node = find_node (core);
  if (self->node != NULL) {
    pw_proxy_add_listener (self->node, &self->proxy_listener, &proxy_events, self);
    pw_client_node_add_listener ((struct pw_client_node *) self->node, &self->node_listener,
                                 &node_events, self);
  }
  return self;
}

void
aloqa_pipewire_missed_free (AloqaPipewireMissed *self)
{
  pw_loop_destroy_source (self->loop, self->timer);
  forget_node (self);
  forget_place (self);
  g_ptr_array_unref (self->buffers);
  g_free (self);
}

/* The stream's event of that name: they come in the order of their numbers. */
void
aloqa_pipewire_missed_add_buffer (AloqaPipewireMissed *self, struct pw_buffer *buffer)
{
  g_ptr_array_add (self->buffers, buffer);
}

void
aloqa_pipewire_missed_remove_buffer (AloqaPipewireMissed *self, struct pw_buffer *buffer)
{
  g_ptr_array_remove (self->buffers, buffer);
}

/**
 * aloqa_pipewire_missed_watch:
 * @is_on: the stream began to run; not any more once it was told of a picture
 */
void
aloqa_pipewire_missed_watch (AloqaPipewireMissed *self, gboolean is_on)
{
  struct timespec interval = { .tv_nsec = is_on ? LOOK_INTERVAL_MS * 1000 * 1000 : 0 };

  if (is_on)
    self->n_looks = 0;
  pw_loop_update_timer (self->loop, self->timer, &interval, &interval, FALSE);
}
