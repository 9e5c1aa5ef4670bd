/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/video-buffers.h"

/* One comes back with each picture; a second where a picture was dropped. */
#define MAX_FREE 2

struct _AloqaVideoBuffers {
  gatomicrefcount ref_count;
  GMutex lock; /* guards everything below */
  gsize size_bytes;
  GPtrArray *free;
};

typedef struct {
  AloqaVideoBuffers *buffers;
  guint8 *data;
  gsize size_bytes;
} Lent;

AloqaVideoBuffers *
aloqa_video_buffers_new (void)
{
  AloqaVideoBuffers *self = g_new0 (AloqaVideoBuffers, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  self->free = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
aloqa_video_buffers_unref (AloqaVideoBuffers *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_ptr_array_unref (self->free);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static void
give_back (gpointer user_data)
{
  Lent *lent = user_data;
  AloqaVideoBuffers *self = lent->buffers;
  g_autofree guint8 *data = lent->data;

  g_mutex_lock (&self->lock);
  if (lent->size_bytes == self->size_bytes && self->free->len < MAX_FREE)
    g_ptr_array_add (self->free, g_steal_pointer (&data));
  g_mutex_unlock (&self->lock);

  aloqa_video_buffers_unref (self);
  g_free (lent);
}

static guint8 *
take (AloqaVideoBuffers *self, gsize size_bytes)
{
  guint8 *data = NULL;

  g_mutex_lock (&self->lock);
  if (self->size_bytes != size_bytes)
    g_ptr_array_set_size (self->free, 0);
  self->size_bytes = size_bytes;
  if (self->free->len > 0)
    data = g_ptr_array_steal_index_fast (self->free, self->free->len - 1);
  g_mutex_unlock (&self->lock);
  return data != NULL ? data : g_malloc (size_bytes);
}

/**
 * aloqa_video_buffers_get:
 * @data: (out): where to write, before anybody else sees the bytes
 *
 * Returns: (transfer full): memory that comes back here with its last reference
 */
GBytes *
aloqa_video_buffers_get (AloqaVideoBuffers *self, gsize size_bytes, guint8 **data)
{
  Lent *lent = g_new (Lent, 1);

  g_atomic_ref_count_inc (&self->ref_count);
  *lent = (Lent){ self, take (self, size_bytes), size_bytes };
  *data = lent->data;
  return g_bytes_new_with_free_func (lent->data, size_bytes, give_back, lent);
}
