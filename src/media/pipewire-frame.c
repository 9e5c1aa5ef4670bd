/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/pipewire-frame.h"

#include "media/media.h"
#include "media/pipewire-dmabuf.h"
#include "media/pipewire-layout.h"
#include "media/pipewire-pointer.h"
#include "media/read-once.h"
#include "media/screen-turn.h"
#include "media/timeline.h"

#include <spa/param/buffers.h>
#include <spa/param/param.h>

/* A frame's own time is believed if it is not older than this, nor of the future. */
#define MAX_AGE (500 * GST_MSECOND)

/*
 * While one picture is drawn and one is copied, others lie between: with fewer than four a producer that is
 * a beat ahead has none free, and leaves a picture out. One that has only fewer is better than none, and
 * is asked for second; one alone could never be drawn while it is read.
 */
#define N_BUFFER_CHOICES 2
static const struct {
  gint wanted, min, max;
} buffer_choices[N_BUFFER_CHOICES] = { { 4, 4, 16 }, { 3, 2, 3 } };

static const struct {
  guint32 type;
  gint size_bytes;
} metas[ALOQA_PIPEWIRE_FRAME_N_PARAMS - N_BUFFER_CHOICES - 1] = {
  { SPA_META_Header, sizeof (struct spa_meta_header) },
  { SPA_META_VideoCrop, sizeof (struct spa_meta_region) },
  { SPA_META_VideoTransform, sizeof (struct spa_meta_videotransform) },
};

/* A shared window may be a part of a larger picture; what lies outside is nobody's business. */
static void
add_crop (const GstVideoInfo *info, GstBuffer *buffer, struct spa_buffer *spa_buffer)
{
  const struct spa_meta_region *said =
      spa_buffer_find_meta_data (spa_buffer, SPA_META_VideoCrop, sizeof *said);
  struct spa_meta_region crop;
  GstVideoCropMeta *meta;
  guint width_px = (guint) info->width, height_px = (guint) info->height;

  if (said == NULL)
    return;
  crop = ALOQA_READ_ONCE (*said);
  if (!spa_meta_region_is_valid (&crop) || crop.region.position.x < 0 ||
      crop.region.position.y < 0 || (guint) crop.region.position.x >= width_px ||
      (guint) crop.region.position.y >= height_px)
    return;

  meta = gst_buffer_add_video_crop_meta (buffer);
  meta->x = (guint) crop.region.position.x;
  meta->y = (guint) crop.region.position.y;
  meta->width = MIN (crop.region.size.width, width_px - meta->x);
  meta->height = MIN (crop.region.size.height, height_px - meta->y);
}

static GstClockTime
get_pts (struct spa_buffer *spa_buffer)
{
  const struct spa_meta_header *header =
      spa_buffer_find_meta_data (spa_buffer, SPA_META_Header, sizeof *header);
  GstClockTime now = aloqa_timeline_get_now ();
  gint64 pts = header != NULL ? ALOQA_READ_ONCE (header->pts) : 0, age;

  if (pts <= 0)
    return now;

  age = g_get_monotonic_time () * 1000 - pts;
  return age > 0 && age < (gint64) MIN (MAX_AGE, now) ? now - age : now;
}

static gboolean
is_corrupted (struct spa_buffer *spa_buffer, const struct spa_chunk *chunk)
{
  const struct spa_meta_header *header =
      spa_buffer_find_meta_data (spa_buffer, SPA_META_Header, sizeof *header);

  return (header != NULL && (header->flags & SPA_META_HEADER_FLAG_CORRUPTED) != 0) ||
         (chunk->flags & SPA_CHUNK_FLAG_CORRUPTED) != 0;
}

/* Returns: (transfer full) (nullable): how it was turned, if it was */
static GstStructure *
make_turn (struct spa_buffer *spa_buffer)
{
  const struct spa_meta_videotransform *meta =
      spa_buffer_find_meta_data (spa_buffer, SPA_META_VideoTransform, sizeof *meta);

  return meta != NULL ? aloqa_screen_turn_to_structure (ALOQA_READ_ONCE (meta->transform)) : NULL;
}

/**
 * aloqa_pipewire_frame_build:
 * @builder: over at least 1 KiB
 * @is_dmabuf: the format is one of a device's memory
 * @params: (out): what memory we can take pictures in, and what we want to be told of them
 */
void
aloqa_pipewire_frame_build (struct spa_pod_builder *builder, gboolean is_dmabuf,
                            const struct spa_pod *params[ALOQA_PIPEWIRE_FRAME_N_PARAMS])
{
  int types = is_dmabuf ? 1 << SPA_DATA_DmaBuf : 1 << SPA_DATA_MemPtr | 1 << SPA_DATA_MemFd;

  for (gsize i = 0; i < G_N_ELEMENTS (metas); i++)
    params[i] = spa_pod_builder_add_object (builder, SPA_TYPE_OBJECT_ParamMeta, SPA_PARAM_Meta,
                                            SPA_PARAM_META_type, SPA_POD_Id (metas[i].type),
                                            SPA_PARAM_META_size, SPA_POD_Int (metas[i].size_bytes));
  for (gsize i = 0; i < N_BUFFER_CHOICES; i++)
    params[G_N_ELEMENTS (metas) + i] = spa_pod_builder_add_object (
        builder, SPA_TYPE_OBJECT_ParamBuffers, SPA_PARAM_Buffers, SPA_PARAM_BUFFERS_buffers,
        SPA_POD_CHOICE_RANGE_Int (buffer_choices[i].wanted, buffer_choices[i].min,
                                  buffer_choices[i].max),
        SPA_PARAM_BUFFERS_blocks, SPA_POD_Int (1), SPA_PARAM_BUFFERS_dataType,
        SPA_POD_CHOICE_FLAGS_Int (types));
  params[ALOQA_PIPEWIRE_FRAME_N_PARAMS - 1] = aloqa_pipewire_pointer_build (builder);
}

/* Whether there is a picture in @spa_buffer, be it a possible one or not, and not only what is told
 * beside it. */
gboolean
aloqa_pipewire_frame_has_picture (struct spa_buffer *spa_buffer)
{
  struct spa_chunk chunk;

  if (spa_buffer->n_datas != 1)
    return FALSE;
  chunk = ALOQA_READ_ONCE (*spa_buffer->datas[0].chunk);
  /* Of a device's memory its size alone need not be said. */
  return !is_corrupted (spa_buffer, &chunk) &&
         (chunk.size > 0 || (spa_buffer->datas[0].type == SPA_DATA_DmaBuf && chunk.stride != 0));
}

/* Returns: (transfer full) (nullable): the picture out of shared memory; %NULL where there is none, or
 * with @error */
static GstBuffer *
copy_shared (const struct spa_data *data, const struct spa_chunk *chunk, const GstVideoInfo *info,
             GError **error)
{
  guint32 offset = MIN (chunk->offset, data->maxsize);
  guint32 size = MIN (chunk->size, data->maxsize - offset);
  const guint8 *picture;
  AloqaPipewireLayout layout;
  gint stride;

  if (data->data == NULL || size == 0)
    return NULL;
  picture = (const guint8 *) data->data + offset;
  if (info->finfo->format == GST_VIDEO_FORMAT_UNKNOWN)
    return gst_buffer_new_memdup (picture, size);

  stride = chunk->stride != 0 ? chunk->stride : aloqa_pipewire_layout_guess_stride (info, size);
  if (!aloqa_pipewire_layout_find (&layout, info, stride, error))
    return NULL;
  if (layout.size_bytes > size) {
    g_set_error (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_FAILED,
                 "its memory has %u bytes and a picture needs %" G_GSIZE_FORMAT, size,
                 layout.size_bytes);
    return NULL;
  }
  return aloqa_pipewire_layout_copy (&layout, picture, info);
}

/* Returns: (transfer full) (nullable): the same out of a device's memory */
static GstBuffer *
copy_dmabuf (const struct spa_data *data, const struct spa_chunk *chunk, const GstVideoInfo *info,
             gboolean is_agreed, GError **error)
{
  if (!is_agreed) {
    g_set_error (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_FAILED,
                 "its pictures lie in a device's memory, which was not asked for");
    return NULL;
  }

  /* Its size alone need not be said. */
  if (chunk->size == 0 && chunk->stride == 0)
    return NULL;
  return aloqa_pipewire_dmabuf_copy (data, chunk, info, error);
}

/**
 * aloqa_pipewire_frame_copy:
 * @caps: of the frame
 * @info: the same; unknown for JPEG
 * @is_dmabuf: the format is one of a device's memory
 * @error: ALOQA_MEDIA_ERROR_FAILED: the picture cannot be as it is said to be
 *
 * Returns: (transfer full) (nullable): a copy, so that the producer has its memory back at once; %NULL
 *   where it is none, or with @error
 */
GstSample *
aloqa_pipewire_frame_copy (struct spa_buffer *spa_buffer, GstCaps *caps, const GstVideoInfo *info,
                           gboolean is_dmabuf, GError **error)
{
  const struct spa_data *data = &spa_buffer->datas[0];
  g_autoptr (GstBuffer) buffer = NULL;
  struct spa_chunk chunk;

  if (spa_buffer->n_datas != 1)
    return NULL;
  chunk = ALOQA_READ_ONCE (*data->chunk);
  if (is_corrupted (spa_buffer, &chunk))
    return NULL;

  buffer = data->type == SPA_DATA_DmaBuf ? copy_dmabuf (data, &chunk, info, is_dmabuf, error)
                                         : copy_shared (data, &chunk, info, error);
  if (buffer == NULL)
    return NULL;
  add_crop (info, buffer, spa_buffer);
  GST_BUFFER_PTS (buffer) = get_pts (spa_buffer);

  return gst_sample_new (buffer, caps, NULL, make_turn (spa_buffer));
}
