/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/video-converter.h"

#include "ui/video-buffers.h"

#include <gst/video/video.h>

struct _AloqaVideoConverter {
  AloqaVideoBuffers *buffers;
  GstVideoConverter *converter; /* for what follows, or NULL */
  GstCaps *caps;
  AloqaVideoWish wish;
  GstVideoInfo in;
  GstVideoInfo out;
};

AloqaVideoConverter *
aloqa_video_converter_new (void)
{
  AloqaVideoConverter *self = g_new0 (AloqaVideoConverter, 1);

  self->buffers = aloqa_video_buffers_new ();
  return self;
}

void
aloqa_video_converter_free (AloqaVideoConverter *self)
{
  g_clear_pointer (&self->converter, gst_video_converter_free);
  gst_caps_replace (&self->caps, NULL);
  aloqa_video_buffers_unref (self->buffers);
  g_free (self);
}

/* The part of the picture that is shown; chroma has half the resolution, so on even pixels. */
static void
choose_part (const GstVideoInfo *in, double aspect, const AloqaVideoWish *wish, GdkRectangle *part)
{
  double wanted = (double) wish->width_px / wish->height_px;

  *part = (GdkRectangle){ 0, 0, in->width, in->height };
  if (!wish->covers)
    return;
  if (aspect > wanted)
    part->width = MAX ((int) (in->width * wanted / aspect) & ~1, 2);
  else
    part->height = MAX ((int) (in->height * aspect / wanted) & ~1, 2);
  part->x = (in->width - part->width) / 2 & ~1;
  part->y = (in->height - part->height) / 2 & ~1;
}

static void
choose_size (double width, double height, const AloqaVideoWish *wish, int *width_px, int *height_px)
{
  double scale = MIN (wish->width_px / width, wish->height_px / height);

  if (!wish->enlarges)
    scale = MIN (scale, 1);
  /* What is cut was cut on whole pixels, and is of the wish's own shape but for that. */
  if (wish->covers)
    height = width * wish->height_px / wish->width_px;
  *width_px = MAX ((int) (width * scale + 0.5), 1);
  *height_px = MAX ((int) (height * scale + 0.5), 1);
}

static GstStructure *
new_options (const GdkRectangle *part)
{
  return gst_structure_new (
      "aloqa", GST_VIDEO_CONVERTER_OPT_RESAMPLER_METHOD, GST_TYPE_VIDEO_RESAMPLER_METHOD,
      GST_VIDEO_RESAMPLER_METHOD_LINEAR, GST_VIDEO_CONVERTER_OPT_CHROMA_RESAMPLER_METHOD,
      GST_TYPE_VIDEO_RESAMPLER_METHOD, GST_VIDEO_RESAMPLER_METHOD_LINEAR,
      GST_VIDEO_CONVERTER_OPT_DITHER_METHOD, GST_TYPE_VIDEO_DITHER_METHOD, GST_VIDEO_DITHER_NONE,
      GST_VIDEO_CONVERTER_OPT_THREADS, G_TYPE_UINT, 1, GST_VIDEO_CONVERTER_OPT_SRC_X, G_TYPE_INT,
      part->x, GST_VIDEO_CONVERTER_OPT_SRC_Y, G_TYPE_INT, part->y,
      GST_VIDEO_CONVERTER_OPT_SRC_WIDTH, G_TYPE_INT, part->width,
      GST_VIDEO_CONVERTER_OPT_SRC_HEIGHT, G_TYPE_INT, part->height, NULL);
}

static gboolean
wishes_same (const AloqaVideoWish *a, const AloqaVideoWish *b)
{
  return a->width_px == b->width_px && a->height_px == b->height_px && a->covers == b->covers &&
         a->enlarges == b->enlarges;
}

static gboolean
prepare (AloqaVideoConverter *self, GstCaps *caps, const AloqaVideoWish *wish)
{
  AloqaVideoWish box = *wish;
  GdkRectangle part;
  double pixel_aspect;
  int width_px, height_px;

  if (self->converter != NULL && gst_caps_is_equal (caps, self->caps) &&
      wishes_same (wish, &self->wish))
    return TRUE;

  g_clear_pointer (&self->converter, gst_video_converter_free);
  if (!gst_video_info_from_caps (&self->in, caps) || self->in.par_d == 0)
    return FALSE;

  pixel_aspect = (double) self->in.par_n / self->in.par_d;
  if (box.width_px <= 0 || box.height_px <= 0)
    box = (AloqaVideoWish){ .width_px = self->in.width, .height_px = self->in.height };
  choose_part (&self->in, self->in.width * pixel_aspect / self->in.height, &box, &part);
  choose_size (part.width * pixel_aspect, part.height, &box, &width_px, &height_px);
  gst_video_info_set_format (&self->out, GST_VIDEO_FORMAT_BGRA, width_px, height_px);
  self->out.fps_n = self->in.fps_n; /* it insists */
  self->out.fps_d = self->in.fps_d;
  self->converter = gst_video_converter_new (&self->in, &self->out, new_options (&part));
  gst_caps_replace (&self->caps, caps);
  self->wish = *wish;
  return self->converter != NULL;
}

static void
mirror (guint8 *data, int width_px, int height_px)
{
  guint32 *row = (guint32 *) (gpointer) data;

  for (int y = 0; y < height_px; y++, row += width_px) {
    for (int left = 0, right = width_px - 1; left < right; left++, right--) {
      guint32 pixel = row[left];

      row[left] = row[right];
      row[right] = pixel;
    }
  }
}

/* Returns: whether there is a picture in @data now */
static gboolean
convert (AloqaVideoConverter *self, GstBuffer *buffer, guint8 *data)
{
  g_autoptr (GstBuffer) target =
      gst_buffer_new_wrapped_full (0, data, self->out.size, 0, self->out.size, NULL, NULL);
  GstVideoFrame from, to;

  if (!gst_video_frame_map (&from, &self->in, buffer, GST_MAP_READ))
    return FALSE;
  if (!gst_video_frame_map (&to, &self->out, target, GST_MAP_WRITE)) {
    gst_video_frame_unmap (&from);
    return FALSE;
  }
  gst_video_converter_frame (self->converter, &from, &to);
  gst_video_frame_unmap (&to);
  gst_video_frame_unmap (&from);
  return TRUE;
}

/**
 * aloqa_video_converter_run:
 *
 * Returns: (transfer full) (nullable): @sample's picture as wished; %NULL where it is none
 */
AloqaVideoPicture *
aloqa_video_converter_run (AloqaVideoConverter *self, GstSample *sample, const AloqaVideoWish *wish)
{
  g_autoptr (GBytes) bytes = NULL;
  guint8 *data;

  if (!prepare (self, gst_sample_get_caps (sample), wish))
    return NULL;

  bytes = aloqa_video_buffers_get (self->buffers, self->out.size, &data);
  if (!convert (self, gst_sample_get_buffer (sample), data))
    return NULL;
  if (wish->is_mirrored)
    mirror (data, self->out.width, self->out.height);

  return aloqa_video_picture_new (self->out.width, self->out.height, bytes);
}
