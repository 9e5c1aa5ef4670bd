/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/pipewire-pointer.h"

#include "media/read-once.h"
#include "media/screen-pointer.h"

#include <spa/param/param.h>
#include <spa/param/video/raw.h>

/* No pointer is larger: this is what GNOME's compositor has room for. It offers that and nothing less, so
 * that a smaller limit would be no pointer at all. */
#define MAX_SIDE_PX 384
/* Far outside of any screen, and still to be counted with. */
#define MAX_PLACE_PX (1 << 20)

#define PIXEL_BYTES 4
#define GET_META_BYTES(side_px)                                                                    \
  (sizeof (struct spa_meta_cursor) + sizeof (struct spa_meta_bitmap) +                             \
   (gsize) (side_px) * (side_px) *PIXEL_BYTES)

/* The overlay's own pixels: a native 32-bit word of ARGB. */
#define ALPHA_SHIFT 24
#define RED_SHIFT 16
#define GREEN_SHIFT 8
#define BLUE_SHIFT 0

/* In which byte each colour is. */
static const struct {
  guint32 format;
  guint8 red, green, blue, alpha;
} formats[] = {
  { SPA_VIDEO_FORMAT_RGBA, 0, 1, 2, 3 },
  { SPA_VIDEO_FORMAT_BGRA, 2, 1, 0, 3 },
  { SPA_VIDEO_FORMAT_ARGB, 1, 2, 3, 0 },
  { SPA_VIDEO_FORMAT_ABGR, 3, 2, 1, 0 },
};

struct _AloqaPipewirePointer {
  GstBuffer *shape; /* with a GstVideoMeta; or NULL: there is none to be seen */
  struct spa_point hotspot;
  struct spa_point position;
  gboolean is_here;                    /* on this screen */
  GstVideoOverlayComposition *overlay; /* of the above, or NULL */
};

AloqaPipewirePointer *
aloqa_pipewire_pointer_new (void)
{
  return g_new0 (AloqaPipewirePointer, 1);
}

static void
clear_overlay (AloqaPipewirePointer *self)
{
  g_clear_pointer (&self->overlay, gst_video_overlay_composition_unref);
}

void
aloqa_pipewire_pointer_free (AloqaPipewirePointer *self)
{
  clear_overlay (self);
  gst_clear_buffer (&self->shape);
  g_free (self);
}

/* Returns: whether all of the pixels lie between the head and the end */
static gboolean
is_bitmap_possible (const struct spa_meta_bitmap *bitmap, gsize n_bytes)
{
  const guint64 width = bitmap->size.width, height = bitmap->size.height;

  if (width == 0 || height == 0 || width > MAX_SIDE_PX || height > MAX_SIDE_PX ||
      bitmap->offset < sizeof *bitmap || bitmap->stride < (gint32) width * PIXEL_BYTES)
    return FALSE;
  return bitmap->offset + (height - 1) * (guint64) bitmap->stride + width * PIXEL_BYTES <= n_bytes;
}

static void
copy_pixels (guint32 *to, const guint8 *from, const struct spa_meta_bitmap *bitmap, guint format)
{
  for (guint y = 0; y < bitmap->size.height; y++) {
    const guint8 *pixel = from + (gsize) y * (gsize) bitmap->stride;

    for (guint x = 0; x < bitmap->size.width; x++, pixel += PIXEL_BYTES)
      *to++ = (guint32) pixel[formats[format].alpha] << ALPHA_SHIFT |
              (guint32) pixel[formats[format].red] << RED_SHIFT |
              (guint32) pixel[formats[format].green] << GREEN_SHIFT |
              (guint32) pixel[formats[format].blue] << BLUE_SHIFT;
  }
}

/* Returns: (transfer full) (nullable): the pointer's shape, out of what @n_bytes from @said on say */
static GstBuffer *
copy_shape (const guint8 *said, gsize n_bytes)
{
  struct spa_meta_bitmap bitmap;
  GstBuffer *shape;
  gsize size_bytes;
  guint32 *pixels;
  guint format = 0;

  bitmap = ALOQA_READ_ONCE (*(const struct spa_meta_bitmap *) (const void *) said);
  while (format < G_N_ELEMENTS (formats) && formats[format].format != bitmap.format)
    format++;
  if (format == G_N_ELEMENTS (formats) || !is_bitmap_possible (&bitmap, n_bytes))
    return NULL;

  size_bytes = (gsize) bitmap.size.width * bitmap.size.height * PIXEL_BYTES;
  pixels = g_malloc (size_bytes);
  copy_pixels (pixels, said + bitmap.offset, &bitmap, format);
  shape = gst_buffer_new_wrapped (pixels, size_bytes);
  gst_buffer_add_video_meta (shape, GST_VIDEO_FRAME_FLAG_NONE,
                             GST_VIDEO_OVERLAY_COMPOSITION_FORMAT_RGB, bitmap.size.width,
                             bitmap.size.height);
  return shape;
}

static gboolean
is_same_shape (GstBuffer *a, GstBuffer *b)
{
  GstMapInfo map;
  gboolean is_same;

  if (a == NULL || b == NULL)
    return a == b;
  if (gst_buffer_get_video_meta (a)->width != gst_buffer_get_video_meta (b)->width ||
      gst_buffer_get_size (a) != gst_buffer_get_size (b))
    return FALSE;
  gst_buffer_map (a, &map, GST_MAP_READ);
  is_same = gst_buffer_memcmp (b, 0, map.data, map.size) == 0;
  gst_buffer_unmap (a, &map);
  return is_same;
}

static gboolean
is_same_point (const struct spa_point *a, const struct spa_point *b)
{
  return a->x == b->x && a->y == b->y;
}

/* Some tell the same shape again and again. Returns: whether it is another one */
static gboolean
read_shape (AloqaPipewirePointer *self, const struct spa_meta *meta,
            const struct spa_meta_cursor *cursor)
{
  const guint32 offset = cursor->bitmap_offset;
  g_autoptr (GstBuffer) shape = NULL;

  if (offset == 0) /* nothing new */
    return FALSE;
  if (offset >= sizeof *cursor && offset <= meta->size &&
      offset % __alignof__(struct spa_meta_bitmap) == 0 &&
      meta->size - offset >= sizeof (struct spa_meta_bitmap))
    shape = copy_shape ((const guint8 *) meta->data + offset, meta->size - offset);
  if (is_same_shape (shape, self->shape) && is_same_point (&cursor->hotspot, &self->hotspot))
    return FALSE;

  gst_clear_buffer (&self->shape);
  self->shape = g_steal_pointer (&shape);
  self->hotspot = cursor->hotspot;
  return TRUE;
}

static gboolean
is_near (gint64 x, gint64 y)
{
  return ABS (x) <= MAX_PLACE_PX && ABS (y) <= MAX_PLACE_PX;
}

static void
update_overlay (AloqaPipewirePointer *self)
{
  const gint64 x = (gint64) self->position.x - self->hotspot.x;
  const gint64 y = (gint64) self->position.y - self->hotspot.y;

  clear_overlay (self);
  if (self->is_here && self->shape != NULL && is_near (x, y))
    self->overlay = aloqa_screen_pointer_new_overlay (self->shape, (gint) x, (gint) y);
}

/**
 * aloqa_pipewire_pointer_read:
 * @spa_buffer: of the stream, with a picture or without, in the order they came
 *
 * Nothing that it says is believed; what is impossible is no pointer.
 *
 * Returns: whether the pointer looks different now, or is elsewhere
 */
gboolean
aloqa_pipewire_pointer_read (AloqaPipewirePointer *self, const struct spa_buffer *spa_buffer)
{
  const struct spa_meta *meta = spa_buffer_find_meta (spa_buffer, SPA_META_Cursor);
  struct spa_meta_cursor cursor;
  gboolean is_here, has_changed;

  if (meta == NULL || meta->data == NULL || meta->size < sizeof cursor)
    return FALSE;

  cursor = ALOQA_READ_ONCE (*(const struct spa_meta_cursor *) meta->data);
  is_here = spa_meta_cursor_is_valid (&cursor);
  has_changed = is_here != self->is_here;
  self->is_here = is_here;
  if (is_here) {
    has_changed = read_shape (self, meta, &cursor) || has_changed;
    has_changed = has_changed || !is_same_point (&cursor.position, &self->position);
    self->position = cursor.position;
  }
  if (has_changed)
    update_overlay (self);
  return has_changed;
}

/**
 * aloqa_pipewire_pointer_add:
 * @sample: a picture without its pointer; stays so
 *
 * Returns: (transfer full): the same picture, with a GstVideoOverlayCompositionMeta of one premultiplied
 *   rectangle, not scaled, where there is a pointer
 */
GstSample *
aloqa_pipewire_pointer_add (AloqaPipewirePointer *self, GstSample *sample)
{
  const GstStructure *info = gst_sample_get_info (sample);
  g_autoptr (GstBuffer) buffer = NULL;

  if (self->overlay == NULL)
    return gst_sample_ref (sample);

  buffer = gst_buffer_copy (gst_sample_get_buffer (sample)); /* of the frame, not of its memory */
  gst_buffer_add_video_overlay_composition_meta (buffer, self->overlay);
  return gst_sample_new (buffer, gst_sample_get_caps (sample), NULL,
                         info != NULL ? gst_structure_copy (info) : NULL);
}

/* Returns: what a stream that wants to be told of the pointer is to say, inside @builder */
const struct spa_pod *
aloqa_pipewire_pointer_build (struct spa_pod_builder *builder)
{
  const gint common_bytes = GET_META_BYTES (64), min_bytes = GET_META_BYTES (1);
  const gint max_bytes = GET_META_BYTES (MAX_SIDE_PX);

  return spa_pod_builder_add_object (builder, SPA_TYPE_OBJECT_ParamMeta, SPA_PARAM_Meta,
                                     SPA_PARAM_META_type, SPA_POD_Id (SPA_META_Cursor),
                                     SPA_PARAM_META_size,
                                     SPA_POD_CHOICE_RANGE_Int (common_bytes, min_bytes, max_bytes));
}
