/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/pipewire-missed.h"

#include <pipewire/extensions/client-node.h>
#include <spa/node/io.h>

/* A connection with one stream has a handful of objects. */
#define MAX_OBJECTS 64

struct _AloqaPipewireMissed {
  struct pw_core *core;
  GPtrArray *buffers; /* of pw_buffer; each where its number says */

  struct pw_proxy *node; /* what the daemon speaks to of the stream's node, or NULL */
  struct spa_hook proxy_listener;
  struct spa_hook node_listener;
  /* Of a spa_io_buffers: where the link's pictures are put down; or NULL. */
  struct pw_memmap *place;
  guint32 number; /* of the buffer that was seen there */
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

/**
 * aloqa_pipewire_missed_new:
 * @core: (transfer none): a connection with one stream, which was connected just now; must stay
 *
 * Returns: (transfer full): what looks after it
 */
AloqaPipewireMissed *
aloqa_pipewire_missed_new (struct pw_core *core)
{
  AloqaPipewireMissed *self = g_new0 (AloqaPipewireMissed, 1);

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
 * aloqa_pipewire_missed_look:
 *
 * To be asked some time after the stream began to run, and not any more once it was told of a picture.
 *
 * Returns: (transfer none) (nullable): a picture that lies there, which stays until it is given back
 */
struct pw_buffer *
aloqa_pipewire_missed_look (AloqaPipewireMissed *self)
{
  const struct spa_io_buffers *io = self->place != NULL ? self->place->ptr : NULL;

  if (io == NULL || g_atomic_int_get (&io->status) != SPA_STATUS_HAVE_DATA)
    return NULL;

  /* Once: who gives the pictures may write there at any time. */
  self->number = (guint32) g_atomic_int_get (&io->buffer_id);
  return self->number < self->buffers->len ? g_ptr_array_index (self->buffers, self->number) : NULL;
}

/* Makes room for the next one. Where the stream was told meanwhile, it has done so, and what lies there may
 * be the next one already. */
void
aloqa_pipewire_missed_give_back (AloqaPipewireMissed *self)
{
  struct spa_io_buffers *io = self->place->ptr;

  if ((guint32) g_atomic_int_get (&io->buffer_id) != self->number)
    return;
  g_atomic_int_compare_and_exchange (&io->status, SPA_STATUS_HAVE_DATA, SPA_STATUS_NEED_DATA);
}
