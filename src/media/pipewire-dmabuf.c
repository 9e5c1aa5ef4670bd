/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/pipewire-dmabuf.h"

#include "media/media.h"
#include "media/pipewire-layout.h"

#include <errno.h>
#include <linux/dma-buf.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

/* A device that is busy is asked again, but one that hangs must not hold us. */
#define MAX_TRIES 100

typedef struct {
  void *address;
  gsize size_bytes;
  const guint8 *picture;
} Mapping;

/* The memory's own size counts: its producer need not say one (PipeWire: DMA-BUF Sharing, "Size of
 * DMA-BUFs"). */
static gboolean
check_size (const struct spa_data *data, guint64 begin, gsize needed_bytes, GError **error)
{
  off_t size = lseek ((int) data->fd, 0, SEEK_END);

  if (size >= 0 && (guint64) size >= begin + needed_bytes)
    return TRUE;
  g_set_error (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_FAILED,
               "its memory has %" G_GINT64_FORMAT " bytes and a picture would need %" G_GSIZE_FORMAT
               " from byte %" G_GUINT64_FORMAT " on",
               (gint64) size, needed_bytes, begin);
  return FALSE;
}

static gboolean
map (int fd, guint64 picture_begin, gsize needed_bytes, Mapping *mapping, GError **error)
{
  guint64 page_bytes = (guint64) sysconf (_SC_PAGESIZE);
  guint64 begin = picture_begin - picture_begin % page_bytes;

  mapping->size_bytes = needed_bytes + (gsize) (picture_begin - begin);
  mapping->address = mmap (NULL, mapping->size_bytes, PROT_READ, MAP_SHARED, fd, (off_t) begin);
  if (mapping->address == MAP_FAILED) {
    g_set_error (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_FAILED,
                 "its memory cannot be read (%s)", g_strerror (errno));
    return FALSE;
  }

  mapping->picture = (const guint8 *) mapping->address + (picture_begin - begin);
  return TRUE;
}

/*
 * Waits until the device has drawn, and makes that seen here; to be told, too, when it was read.
 * Memory that only calls itself a device's does not know the question, and needs none.
 */
static gboolean
synchronize (int fd, guint64 flags, GError **error)
{
  struct dma_buf_sync sync = { .flags = DMA_BUF_SYNC_READ | flags };
  int result = -1;

  errno = EAGAIN;
  for (guint i = 0; i < MAX_TRIES && result < 0 && (errno == EINTR || errno == EAGAIN); i++)
    result = ioctl (fd, DMA_BUF_IOCTL_SYNC, &sync);
  if (result == 0 || errno == ENOTTY)
    return TRUE;

  g_set_error (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_FAILED,
               "its device does not let its memory be read (%s)", g_strerror (errno));
  return FALSE;
}

/**
 * aloqa_pipewire_dmabuf_copy:
 * @data: linear, of one plane
 * @chunk: a copy of what it says of its contents
 * @info: of the picture, in one plane
 *
 * Nothing that @data says is believed.
 *
 * Returns: (transfer full): the picture as @info has it, or %NULL with ALOQA_MEDIA_ERROR_FAILED and
 *   half a sentence about the picture
 */
GstBuffer *
aloqa_pipewire_dmabuf_copy (const struct spa_data *data, const struct spa_chunk *chunk,
                            const GstVideoInfo *info, GError **error)
{
  guint64 begin = (guint64) data->mapoffset + chunk->offset;
  int fd = (int) data->fd;
  GstBuffer *buffer = NULL;
  AloqaPipewireLayout layout;
  Mapping mapping;

  if (!aloqa_pipewire_layout_find (&layout, info, chunk->stride, error) ||
      !check_size (data, begin, layout.size_bytes, error) ||
      !map (fd, begin, layout.size_bytes, &mapping, error))
    return NULL;

  if (synchronize (fd, DMA_BUF_SYNC_START, error)) {
    buffer = aloqa_pipewire_layout_copy (&layout, mapping.picture, info);
    synchronize (fd, DMA_BUF_SYNC_END, NULL); /* what was read is read */
  }
  munmap (mapping.address, mapping.size_bytes);
  return buffer;
}
