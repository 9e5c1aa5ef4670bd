/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/pipewire-format.h"

#include <spa/param/video/format-utils.h>

/* Larger than any screen there is (7680 of "8K"), and still no more than 256 MiB a picture, which is copied
 * for each that is sent. */
#define MAX_SIDE_PX 8192
/* A range needs an end. No camera or screen of ours is faster, and what is too fast for the call is left
 * out later. */
#define MAX_FPS 240

/* DRM_FORMAT_MOD_LINEAR: line after line, as in any other memory. How all others lie only their
 * device knows. */
#define MODIFIER_LINEAR 0

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

/* A device's memory has one plane for us, of what screens are made of. */
static gboolean
is_offered (GstVideoFormat format, gboolean is_dmabuf)
{
  const GstVideoFormatInfo *info = gst_video_format_get_info (format);

  return !is_dmabuf || (GST_VIDEO_FORMAT_INFO_IS_RGB (info) && info->n_planes == 1);
}

/* The default comes once more before the list. */
static void
add_formats (struct spa_pod_builder *builder, gboolean is_dmabuf)
{
  gboolean is_first = TRUE;
  struct spa_pod_frame frame;

  spa_pod_builder_prop (builder, SPA_FORMAT_VIDEO_format, 0);
  spa_pod_builder_push_choice (builder, &frame, SPA_CHOICE_Enum, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++) {
    if (!is_offered (formats[i].gst, is_dmabuf))
      continue;
    if (is_first)
      spa_pod_builder_id (builder, formats[i].spa);
    spa_pod_builder_id (builder, formats[i].spa);
    is_first = FALSE;
  }
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
    add_formats (builder, FALSE);
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

/* Only a format of a device's memory has a modifier. Its producer must know it, too, and makes the
 * choice. */
static void
add_modifier (struct spa_pod_builder *builder)
{
  struct spa_pod_frame frame;

  spa_pod_builder_prop (builder, SPA_FORMAT_VIDEO_modifier,
                        SPA_POD_PROP_FLAG_MANDATORY | SPA_POD_PROP_FLAG_DONT_FIXATE);
  spa_pod_builder_push_choice (builder, &frame, SPA_CHOICE_Enum, 0);
  spa_pod_builder_long (builder, MODIFIER_LINEAR);
  spa_pod_builder_long (builder, MODIFIER_LINEAR);
  spa_pod_builder_pop (builder, &frame);
}

/* A screen has the size it has, and a picture whenever something changed: a rate of 0. */
static const struct spa_pod *
build_screen (struct spa_pod_builder *builder, guint max_fps, gboolean is_dmabuf)
{
  struct spa_rectangle size = { 1280, 720 };
  struct spa_rectangle min_size = { 1, 1 }, max_size = { MAX_SIDE_PX, MAX_SIDE_PX };
  struct spa_fraction none = { 0, 1 }, one = { 1, 1 }, any = { MAX_FPS, 1 };
  struct spa_fraction max_rate = { max_fps, 1 };
  struct spa_pod_frame frame;

  spa_pod_builder_push_object (builder, &frame, SPA_TYPE_OBJECT_Format, SPA_PARAM_EnumFormat);
  spa_pod_builder_add (builder, SPA_FORMAT_mediaType, SPA_POD_Id (SPA_MEDIA_TYPE_video),
                       SPA_FORMAT_mediaSubtype, SPA_POD_Id (SPA_MEDIA_SUBTYPE_raw), 0);
  add_formats (builder, is_dmabuf);
  if (is_dmabuf)
    add_modifier (builder);
  spa_pod_builder_add (
      builder, SPA_FORMAT_VIDEO_size, SPA_POD_CHOICE_RANGE_Rectangle (&size, &min_size, &max_size),
      SPA_FORMAT_VIDEO_framerate, SPA_POD_CHOICE_RANGE_Fraction (&none, &none, &any),
      SPA_FORMAT_VIDEO_maxFramerate, SPA_POD_CHOICE_RANGE_Fraction (&max_rate, &one, &max_rate), 0);

  return spa_pod_builder_pop (builder, &frame);
}

/**
 * aloqa_pipewire_format_build_screen:
 * @builder: over at least 2 KiB
 * @max_fps: how often it may change at most
 * @params: (out): what we can take, the best first, inside @builder
 *
 * Shared memory comes first: to read a graphics card's is often many times slower than to let the
 * compositor fetch the picture out of it. Some have nothing else.
 *
 * Returns: how many
 */
guint
aloqa_pipewire_format_build_screen (struct spa_pod_builder *builder, guint max_fps,
                                    const struct spa_pod *params[ALOQA_PIPEWIRE_MAX_FORMATS])
{
  params[0] = build_screen (builder, max_fps, FALSE);
  params[1] = build_screen (builder, max_fps, TRUE);
  return 2;
}

/* Whether the pictures of the format @param lie in a device's memory. */
gboolean
aloqa_pipewire_format_is_dmabuf (const struct spa_pod *param)
{
  return spa_pod_find_prop (param, NULL, SPA_FORMAT_VIDEO_modifier) != NULL;
}

/* Returns: whether @param has no modifier, or the one that we offered, chosen already or not */
static gboolean
is_linear (const struct spa_pod *param)
{
  const struct spa_pod_prop *modifier = spa_pod_find_prop (param, NULL, SPA_FORMAT_VIDEO_modifier);
  const struct spa_pod *values;
  guint32 n_values, choice;

  if (modifier == NULL)
    return TRUE;

  values = spa_pod_get_values (&modifier->value, &n_values, &choice);
  if (!spa_pod_is_long (values) || n_values == 0)
    return FALSE;
  for (guint32 i = 0; i < n_values; i++) {
    if (((const gint64 *) SPA_POD_BODY_CONST (values))[i] != MODIFIER_LINEAR)
      return FALSE;
  }
  return TRUE;
}

static gboolean
is_size_possible (const struct spa_rectangle *size)
{
  return size->width > 0 && size->height > 0 && size->width <= MAX_SIDE_PX &&
         size->height <= MAX_SIDE_PX;
}

/* What is no rate becomes 0, as where there is none that is fixed. */
static void
limit_rate (struct spa_fraction *rate)
{
  if (rate->denom == 0 || rate->num / rate->denom > MAX_FPS || rate->num > G_MAXINT ||
      rate->denom > G_MAXINT)
    *rate = SPA_FRACTION (0, 1);
}

static GstCaps *
parse_raw (const struct spa_pod *param, GstVideoInfo *info)
{
  struct spa_video_info_raw raw = { 0 };

  if (!is_linear (param) || spa_format_video_raw_parse (param, &raw) < 0 ||
      !is_size_possible (&raw.size))
    return NULL;

  limit_rate (&raw.framerate);
  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++) {
    if (formats[i].spa != raw.format ||
        !is_offered (formats[i].gst, aloqa_pipewire_format_is_dmabuf (param)) ||
        !gst_video_info_set_format (info, formats[i].gst, raw.size.width, raw.size.height))
      continue;
    info->fps_n = (gint) raw.framerate.num;
    info->fps_d = (gint) raw.framerate.denom;
    return gst_video_info_to_caps (info);
  }

  return NULL;
}

static GstCaps *
parse_jpeg (const struct spa_pod *param)
{
  struct spa_video_info_mjpg jpeg = { 0 };

  if (spa_format_video_mjpg_parse (param, &jpeg) < 0 || !is_size_possible (&jpeg.size))
    return NULL;

  limit_rate (&jpeg.framerate);
  return gst_caps_new_simple ("image/jpeg", "width", G_TYPE_INT, jpeg.size.width, "height",
                              G_TYPE_INT, jpeg.size.height, "framerate", GST_TYPE_FRACTION,
                              jpeg.framerate.num, jpeg.framerate.denom, NULL);
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
