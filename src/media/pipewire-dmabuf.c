/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/pipewire-dmabuf.h"

#include "media/media.h"

#include <errno.h>
#include <string.h>
#include <linux/dma-buf.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

/* Longer ones hold no picture that we asked for, and would not let a whole one be counted in 32 bits. */
#define MAX_STRIDE_BYTES (1 << 18)
/* A device that is busy is asked again, but one that hangs must not hold us. */
#define MAX_TRIES 100

/* Where a picture lies, in bytes. */
typedef struct {
  guint64 begin; /* from that of the memory */
  gsize line, stride;
  gsize size; /* of it all; the last line has no padding */
} Place;

typedef struct {
  void *address;
  gsize size_bytes;
  const guint8 *picture;
} Mapping;

/* The memory's own size counts: its producer need not say one (PipeWire: DMA-BUF Sharing, "Size of
 * DMA-BUFs"). */
static gboolean
find_place (const struct spa_data *data, const GstVideoInfo *info, Place *place, GError **error)
{
  int stride = data->chunk->stride; /* once: who gives the picture may write there at any time */
  off_t size = lseek ((int) data->fd, 0, SEEK_END);

  place->line = (gsize) info->width * (gsize) GST_VIDEO_INFO_COMP_PSTRIDE (info, 0);
  place->stride = (gsize) MAX (stride, 0);
  place->begin = (guint64) data->mapoffset + data->chunk->offset;
  if (place->stride < place->line || place->stride > MAX_STRIDE_BYTES) {
    g_set_error (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_FAILED,
                 "its lines are said to have %d bytes and need %" G_GSIZE_FORMAT, stride,
                 place->line);
    return FALSE;
  }

  place->size = place->stride * ((gsize) info->height - 1) + place->line;
  if (size < 0 || (guint64) size < place->begin + place->size) {
    g_set_error (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_FAILED,
                 "its memory has %" G_GINT64_FORMAT
                 " bytes and a picture would need %" G_GSIZE_FORMAT " from byte %" G_GUINT64_FORMAT
                 " on",
                 (gint64) size, place->size, place->begin);
    return FALSE;
  }

  return TRUE;
}

static gboolean
map (int fd, const Place *place, Mapping *mapping, GError **error)
{
  guint64 page_bytes = (guint64) sysconf (_SC_PAGESIZE);
  guint64 begin = place->begin - place->begin % page_bytes;

  mapping->size_bytes = place->size + (gsize) (place->begin - begin);
  mapping->address = mmap (NULL, mapping->size_bytes, PROT_READ, MAP_SHARED, fd, (off_t) begin);
  if (mapping->address == MAP_FAILED) {
    g_set_error (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_FAILED,
                 "its memory cannot be read (%s)", g_strerror (errno));
    return FALSE;
  }

  mapping->picture = (const guint8 *) mapping->address + (place->begin - begin);
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

/* Lines without their padding: every byte is slow to read. */
static GstBuffer *
copy_lines (const guint8 *picture, const Place *place, const GstVideoInfo *info)
{
  guint8 *copy = g_malloc0 (info->size);

  for (gint y = 0; y < info->height; y++)
    memcpy (copy + (gsize) y * (gsize) info->stride[0], picture + (gsize) y * place->stride,
            place->line);
  return gst_buffer_new_wrapped (copy, info->size);
}

/**
 * aloqa_pipewire_dmabuf_copy:
 * @data: linear, of one plane
 * @info: of the picture, in one plane
 *
 * Nothing that @data says is believed.
 *
 * Returns: (transfer full): the picture as @info has it, or %NULL with ALOQA_MEDIA_ERROR_FAILED and
 *   half a sentence about the picture
 */
GstBuffer *
aloqa_pipewire_dmabuf_copy (const struct spa_data *data, const GstVideoInfo *info, GError **error)
{
  int fd = (int) data->fd;
  GstBuffer *buffer = NULL;
  Mapping mapping;
  Place place;

  if (!find_place (data, info, &place, error) || !map (fd, &place, &mapping, error))
    return NULL;

  if (synchronize (fd, DMA_BUF_SYNC_START, error)) {
    buffer = copy_lines (mapping.picture, &place, info);
    synchronize (fd, DMA_BUF_SYNC_END, NULL); /* what was read is read */
  }
  munmap (mapping.address, mapping.size_bytes);
  return buffer;
}
