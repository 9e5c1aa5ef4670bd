/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/screen-picture.h"

#include "media/screen-pointer.h"
#include "media/screen-turn.h"

/*
 * The longer and the shorter side at most. Sharp takes every common screen but the largest as it is,
 * and of those two pixels become one, which is how they are looked at; smooth is what an encoder does
 * thirty times a second.
 */
static const struct {
  gint long_px, short_px;
} limits[] = {
  [ALOQA_SCREEN_AUTO] = { 2560, 1600 },
  [ALOQA_SCREEN_SHARP] = { 2560, 1600 },
  [ALOQA_SCREEN_SMOOTH] = { 1280, 800 },
};
/* Encoders take nothing smaller than a block. */
#define MIN_SIDE_PX 16

struct _AloqaScreenPicture {
  GstVideoConverter *converter; /* or NULL; made for what follows */
  GstVideoInfo from;
  GstVideoInfo to;
  GstVideoRectangle part;
};

AloqaScreenPicture *
aloqa_screen_picture_new (void)
{
  return g_new0 (AloqaScreenPicture, 1);
}

void
aloqa_screen_picture_free (AloqaScreenPicture *self)
{
  g_clear_pointer (&self->converter, gst_video_converter_free);
  g_free (self);
}

static gint
make_even (double side_px)
{
  return MAX ((gint) (side_px + 0.5) & ~1, MIN_SIDE_PX);
}

static void
choose_size (const GstVideoRectangle *part, AloqaScreenMode mode, GstVideoInfo *info)
{
  double long_px = MAX (part->w, part->h), short_px = MIN (part->w, part->h), scale;

  scale = MIN (limits[mode].long_px / long_px, limits[mode].short_px / short_px);
  scale = MIN (scale, 1);
  gst_video_info_set_format (info, GST_VIDEO_FORMAT_I420, (guint) make_even (part->w * scale),
                             (guint) make_even (part->h * scale));
  gst_video_colorimetry_from_string (&info->colorimetry, GST_VIDEO_COLORIMETRY_BT601);
}

/* What of the picture is meant: all of it, or what the crop says. An odd line at the edge is left out
 * rather than have all the others blurred. */
static GstVideoRectangle
get_part (GstBuffer *buffer, const GstVideoInfo *info)
{
  GstVideoCropMeta *crop = gst_buffer_get_video_crop_meta (buffer);
  GstVideoRectangle part = { 0, 0, info->width, info->height };

  if (crop != NULL && crop->width > 0 && crop->height > 0)
    part = (GstVideoRectangle){ (gint) crop->x, (gint) crop->y, (gint) crop->width,
                                (gint) crop->height };
  if (part.w > MIN_SIDE_PX)
    part.w &= ~1;
  if (part.h > MIN_SIDE_PX)
    part.h &= ~1;
  return part;
}

static void
ensure_converter (AloqaScreenPicture *self, const GstVideoInfo *from, const GstVideoRectangle *part,
                  const GstVideoInfo *to)
{
  GstStructure *config;

  if (self->converter != NULL && gst_video_info_is_equal (from, &self->from) &&
      gst_video_info_is_equal (to, &self->to) && self->part.x == part->x &&
      self->part.y == part->y && self->part.w == part->w && self->part.h == part->h)
    return;

  g_clear_pointer (&self->converter, gst_video_converter_free);
  config = gst_structure_new ("config", GST_VIDEO_CONVERTER_OPT_SRC_X, G_TYPE_INT, part->x,
                              GST_VIDEO_CONVERTER_OPT_SRC_Y, G_TYPE_INT, part->y,
                              GST_VIDEO_CONVERTER_OPT_SRC_WIDTH, G_TYPE_INT, part->w,
                              GST_VIDEO_CONVERTER_OPT_SRC_HEIGHT, G_TYPE_INT, part->h, NULL);
  self->from = *from;
  self->to = *to;
  self->part = *part;
  self->converter = gst_video_converter_new (&self->from, &self->to, config);
}

/**
 * aloqa_screen_picture_convert:
 * @sample: raw video, with a GstVideoCropMeta where only a part is meant, turned as
 *   media/screen-turn.h tells, and with a pointer as media/screen-pointer.h draws it
 * @mode: how large it may be
 * @info: (out): of the result
 *
 * Returns: (transfer full) (nullable): the picture, or NULL where @sample is none
 */
GstBuffer *
aloqa_screen_picture_convert (AloqaScreenPicture *self, GstSample *sample, AloqaScreenMode mode,
                              GstVideoInfo *info)
{
  g_autoptr (GstBuffer) source = NULL;
  g_autoptr (GstBuffer) result = NULL;
  GstVideoInfo from;
  GstVideoFrame in, out;
  GstVideoRectangle part;

  if (!gst_video_info_from_caps (&from, gst_sample_get_caps (sample)))
    return NULL;
  from.fps_n = 0; /* of no matter here, and no converter takes two that differ */
  from.fps_d = 1;
  source = aloqa_screen_pointer_draw (gst_sample_get_buffer (sample), &from);
  part = get_part (source, &from);
  choose_size (&part, mode, info);
  ensure_converter (self, &from, &part, info);
  if (self->converter == NULL || !gst_video_frame_map (&in, &from, source, GST_MAP_READ))
    return NULL;

  result = gst_buffer_new_allocate (NULL, info->size, NULL);
  if (gst_video_frame_map (&out, info, result, GST_MAP_WRITE)) {
    gst_video_converter_frame (self->converter, &in, &out);
    gst_video_frame_unmap (&out);
  }
  gst_video_frame_unmap (&in);
  return aloqa_screen_turn_back (g_steal_pointer (&result), info, aloqa_screen_turn_get (sample));
}
