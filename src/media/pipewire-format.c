/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/pipewire-format.h"

#include <spa/param/video/format-utils.h>

#define MAX_SIDE_PX 8192
#define MAX_FPS 240

static const struct {
  guint32 spa;
  GstVideoFormat gst;
} formats[] = {
  { SPA_VIDEO_FORMAT_I420, GST_VIDEO_FORMAT_I420 }, /* the cheapest for us first */
  { SPA_VIDEO_FORMAT_NV12, GST_VIDEO_FORMAT_NV12 },
  { SPA_VIDEO_FORMAT_YUY2, GST_VIDEO_FORMAT_YUY2 },
  { SPA_VIDEO_FORMAT_UYVY, GST_VIDEO_FORMAT_UYVY },
  { SPA_VIDEO_FORMAT_RGB, GST_VIDEO_FORMAT_RGB },
  { SPA_VIDEO_FORMAT_BGR, GST_VIDEO_FORMAT_BGR },
  { SPA_VIDEO_FORMAT_RGBx, GST_VIDEO_FORMAT_RGBx },
  { SPA_VIDEO_FORMAT_BGRx, GST_VIDEO_FORMAT_BGRx },
  { SPA_VIDEO_FORMAT_RGBA, GST_VIDEO_FORMAT_RGBA },
  { SPA_VIDEO_FORMAT_BGRA, GST_VIDEO_FORMAT_BGRA },
  { SPA_VIDEO_FORMAT_xRGB, GST_VIDEO_FORMAT_xRGB },
  { SPA_VIDEO_FORMAT_xBGR, GST_VIDEO_FORMAT_xBGR },
  { SPA_VIDEO_FORMAT_ARGB, GST_VIDEO_FORMAT_ARGB },
  { SPA_VIDEO_FORMAT_ABGR, GST_VIDEO_FORMAT_ABGR },
  { SPA_VIDEO_FORMAT_GRAY8, GST_VIDEO_FORMAT_GRAY8 },
};

/* How near to what is wanted; the daemon takes the first that the node can do. */
typedef struct {
  guint32 subtype;
  double min_size, max_size; /* times the wanted sides; 0: any */
  double min_rate;           /* times the wanted rate */
} Step;

/* A camera that has a size only at a few frames a second as raw pictures often has it at the full
 * rate as JPEG. */
static const Step steps[ALOQA_PIPEWIRE_MAX_FORMATS] = {
  { SPA_MEDIA_SUBTYPE_raw, 1, 1, 0.6 }, { SPA_MEDIA_SUBTYPE_mjpg, 1, 1, 0.6 },
  { SPA_MEDIA_SUBTYPE_raw, 1, 2, 0.6 }, { SPA_MEDIA_SUBTYPE_mjpg, 1, 2, 0.6 },
  { SPA_MEDIA_SUBTYPE_raw, 0, 0, 0 },   { SPA_MEDIA_SUBTYPE_mjpg, 0, 0, 0 },
};

static void
add_formats (struct spa_pod_builder *builder)
{
  struct spa_pod_frame frame;

  spa_pod_builder_prop (builder, SPA_FORMAT_VIDEO_format, 0);
  spa_pod_builder_push_choice (builder, &frame, SPA_CHOICE_Enum, 0);
  spa_pod_builder_id (builder, formats[0].spa); /* the default comes once more before the list */
  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    spa_pod_builder_id (builder, formats[i].spa);
  spa_pod_builder_pop (builder, &frame);
}

static const struct spa_pod *
build_step (struct spa_pod_builder *builder, const Step *step, const GstVideoInfo *wanted)
{
  struct spa_rectangle size = { wanted->width, wanted->height };
  struct spa_rectangle min_size = { 1, 1 }, max_size = { MAX_SIDE_PX, MAX_SIDE_PX };
  struct spa_fraction rate = { wanted->fps_n, 1 }, max_rate = { MAX_FPS, 1 };
  struct spa_fraction min_rate = { (guint32) (wanted->fps_n * step->min_rate), 1 };
  struct spa_pod_frame frame;

  if (step->min_size > 0)
    min_size = SPA_RECTANGLE (size.width * step->min_size, size.height * step->min_size);
  if (step->max_size > 0)
    max_size = SPA_RECTANGLE (size.width * step->max_size, size.height * step->max_size);

  spa_pod_builder_push_object (builder, &frame, SPA_TYPE_OBJECT_Format, SPA_PARAM_EnumFormat);
  spa_pod_builder_add (builder, SPA_FORMAT_mediaType, SPA_POD_Id (SPA_MEDIA_TYPE_video),
                       SPA_FORMAT_mediaSubtype, SPA_POD_Id (step->subtype), 0);
  if (step->subtype == SPA_MEDIA_SUBTYPE_raw)
    add_formats (builder);
  spa_pod_builder_add (
      builder, SPA_FORMAT_VIDEO_size, SPA_POD_CHOICE_RANGE_Rectangle (&size, &min_size, &max_size),
      SPA_FORMAT_VIDEO_framerate, SPA_POD_CHOICE_RANGE_Fraction (&rate, &min_rate, &max_rate), 0);

  return spa_pod_builder_pop (builder, &frame);
}

/**
 * aloqa_pipewire_format_build:
 * @builder: over at least 4 KiB
 * @wanted: the size and rate that fit best
 * @params: (out): what we can take, the best first, inside @builder
 *
 * Returns: how many
 */
guint
aloqa_pipewire_format_build (struct spa_pod_builder *builder, const GstVideoInfo *wanted,
                             const struct spa_pod *params[ALOQA_PIPEWIRE_MAX_FORMATS])
{
  for (guint i = 0; i < ALOQA_PIPEWIRE_MAX_FORMATS; i++)
    params[i] = build_step (builder, &steps[i], wanted);

  return ALOQA_PIPEWIRE_MAX_FORMATS;
}

/**
 * aloqa_pipewire_format_build_screen:
 * @builder: over at least 1 KiB
 * @max_fps: how often it may change at most
 *
 * A screen has the size it has, and a picture whenever something changed: a rate of 0.
 *
 * Returns: what we can take, inside @builder
 */
const struct spa_pod *
aloqa_pipewire_format_build_screen (struct spa_pod_builder *builder, guint max_fps)
{
  struct spa_rectangle size = { 1280, 720 };
  struct spa_rectangle min_size = { 1, 1 }, max_size = { MAX_SIDE_PX, MAX_SIDE_PX };
  struct spa_fraction none = { 0, 1 }, one = { 1, 1 }, any = { MAX_FPS, 1 };
  struct spa_fraction max_rate = { max_fps, 1 };
  struct spa_pod_frame frame;

  spa_pod_builder_push_object (builder, &frame, SPA_TYPE_OBJECT_Format, SPA_PARAM_EnumFormat);
  spa_pod_builder_add (builder, SPA_FORMAT_mediaType, SPA_POD_Id (SPA_MEDIA_TYPE_video),
                       SPA_FORMAT_mediaSubtype, SPA_POD_Id (SPA_MEDIA_SUBTYPE_raw), 0);
  add_formats (builder);
  spa_pod_builder_add (
      builder, SPA_FORMAT_VIDEO_size, SPA_POD_CHOICE_RANGE_Rectangle (&size, &min_size, &max_size),
      SPA_FORMAT_VIDEO_framerate, SPA_POD_CHOICE_RANGE_Fraction (&none, &none, &any),
      SPA_FORMAT_VIDEO_maxFramerate, SPA_POD_CHOICE_RANGE_Fraction (&max_rate, &one, &max_rate), 0);

  return spa_pod_builder_pop (builder, &frame);
}

static GstCaps *
parse_raw (const struct spa_pod *param, GstVideoInfo *info)
{
  struct spa_video_info_raw raw = { 0 };

  if (spa_format_video_raw_parse (param, &raw) < 0)
    return NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++) {
    if (formats[i].spa != raw.format ||
        !gst_video_info_set_format (info, formats[i].gst, raw.size.width, raw.size.height))
      continue;
    info->fps_n = raw.framerate.num;
    info->fps_d = MAX (raw.framerate.denom, 1);
    return gst_video_info_to_caps (info);
  }

  return NULL;
}

static GstCaps *
parse_jpeg (const struct spa_pod *param)
{
  struct spa_video_info_mjpg jpeg = { 0 };

  if (spa_format_video_mjpg_parse (param, &jpeg) < 0)
    return NULL;

  return gst_caps_new_simple ("image/jpeg", "width", G_TYPE_INT, jpeg.size.width, "height",
                              G_TYPE_INT, jpeg.size.height, "framerate", GST_TYPE_FRACTION,
                              jpeg.framerate.num, MAX (jpeg.framerate.denom, 1), NULL);
}

/**
 * aloqa_pipewire_format_parse:
 * @param: the format that was agreed on
 * @info: (out): the same for raw pictures; unknown for JPEG
 *
 * Returns: (transfer full) (nullable): its caps, or %NULL where it is none that we offered
 */
GstCaps *
aloqa_pipewire_format_parse (const struct spa_pod *param, GstVideoInfo *info)
{
  guint32 type, subtype;

  gst_video_info_init (info);
  if (spa_format_parse (param, &type, &subtype) < 0 || type != SPA_MEDIA_TYPE_video)
    return NULL;

  switch (subtype) {
  case SPA_MEDIA_SUBTYPE_raw:
    return parse_raw (param, info);
  case SPA_MEDIA_SUBTYPE_mjpg:
    return parse_jpeg (param);
  default:
    return NULL;
  }
}
