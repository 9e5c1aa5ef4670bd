/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/video-source-pattern.h"

#include "media/clock-picture.h"
#include "media/ticker.h"
#include "media/timeline.h"

#include <gst/video/gstvideopool.h>
#include <math.h>
#include <string.h>

/* Enough that a receiver sees a living stream, and gets a key frame soon when it asks for one. */
#define BLACK_FPS 5

/* Luma, Cb, Cr of BT.601: the colours of the usual bars at 75 %. */
typedef struct {
  guint8 y, u, v;
} Colour;

static const Colour bars[] = {
  { 180, 128, 128 }, { 162, 44, 142 }, { 131, 156, 44 }, { 112, 72, 58 },
  { 84, 184, 198 },  { 65, 100, 212 }, { 35, 212, 114 }, { 104, 128, 128 },
};
static const Colour black = { 16, 128, 128 };
static const Colour white = { 235, 128, 128 };

struct _AloqaVideoPattern {
  AloqaSource parent_instance;

  AloqaVideoPatternKind kind;
  GstVideoInfo info;
  GstCaps *caps;
  GstBuffer *background; /* drawn once; a frame is a copy with the moving parts over it */
  GstBufferPool *pool;
  AloqaInlet *inlet;
  AloqaTicker *ticker;
};

G_DEFINE_FINAL_TYPE (AloqaVideoPattern, aloqa_video_pattern, ALOQA_TYPE_SOURCE)

static void
fill_plane (GstVideoFrame *frame, guint plane, guint x, guint y, guint width, guint height,
            guint8 value)
{
  gint stride_bytes = GST_VIDEO_FRAME_PLANE_STRIDE (frame, plane);
  guint8 *line = GST_VIDEO_FRAME_PLANE_DATA (frame, plane);

  line += (gsize) y * stride_bytes + x;
  for (guint i = 0; i < height; i++, line += stride_bytes)
    memset (line, value, width);
}

/* All in pixels of luma; even ones fill the chroma exactly. */
static void
fill (GstVideoFrame *frame, guint x, guint y, guint width, guint height, Colour colour)
{
  guint chroma_width = (x + width + 1) / 2 - x / 2, chroma_height = (y + height + 1) / 2 - y / 2;

  fill_plane (frame, 0, x, y, width, height, colour.y);
  fill_plane (frame, 1, x / 2, y / 2, chroma_width, chroma_height, colour.u);
  fill_plane (frame, 2, x / 2, y / 2, chroma_width, chroma_height, colour.v);
}

static void
draw_background (AloqaVideoPattern *self, GstVideoFrame *frame)
{
  guint width = self->info.width, height = self->info.height;
  guint strip = (aloqa_clock_picture_get_strip_px (height) + 1) & ~1u;

  fill (frame, 0, 0, width, height, black);
  if (self->kind == ALOQA_VIDEO_PATTERN_BLACK)
    return;

  for (guint i = 0; i < G_N_ELEMENTS (bars); i++) {
    guint start = i * width / G_N_ELEMENTS (bars) & ~1u;
    guint end = i + 1 < G_N_ELEMENTS (bars) ? ((i + 1) * width / G_N_ELEMENTS (bars) & ~1u) : width;

    if (strip < height)
      fill (frame, start, strip, end - start, height - strip, bars[i]);
  }
}

/* Where something is that goes from 0 to @range and back, there in @period. */
static guint
swing (GstClockTime now, GstClockTime period, guint range)
{
  double phase = (double) (now % (2 * period)) / period;

  return (guint) lround ((phase < 1 ? phase : 2 - phase) * range) & ~1u;
}

/* A framed box that wanders over the bars: enough motion to see a frozen picture at a glance. */
static void
draw_box (AloqaVideoPattern *self, GstVideoFrame *frame, GstClockTime now)
{
  guint width = self->info.width, height = self->info.height;
  guint strip = (aloqa_clock_picture_get_strip_px (height) + 1) & ~1u;
  guint size = MAX (MIN (width, height - strip) / 5 & ~1u, 2);
  guint border = MAX (size / 8 & ~1u, 2);
  guint x = swing (now, 3 * GST_SECOND, width - size);
  guint y = strip + swing (now, 2 * GST_SECOND, height - strip - size);

  fill (frame, x, y, size, size, white);
  if (size > 2 * border)
    fill (frame, x + border, y + border, size - 2 * border, size - 2 * border, black);
}

static void
draw_moving_parts (AloqaVideoPattern *self, GstBuffer *buffer, GstClockTime now)
{
  GstVideoFrame frame;

  if (!gst_video_frame_map (&frame, &self->info, buffer, GST_MAP_READWRITE))
    return;

  draw_box (self, &frame, now);
  if (self->kind == ALOQA_VIDEO_PATTERN_CLOCK)
    aloqa_clock_picture_draw (GST_VIDEO_FRAME_PLANE_DATA (&frame, 0),
                              GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0), self->info.width,
                              self->info.height, aloqa_clock_picture_get_time_ms ());
  gst_video_frame_unmap (&frame);
}

/* Returns: (transfer full) (nullable): a copy of the background in a buffer of the pool */
static GstBuffer *
copy_background (AloqaVideoPattern *self)
{
  GstBuffer *buffer = NULL;
  GstMapInfo map;

  if (gst_buffer_pool_acquire_buffer (self->pool, &buffer, NULL) != GST_FLOW_OK)
    return NULL;

  gst_buffer_map (self->background, &map, GST_MAP_READ);
  gst_buffer_fill (buffer, 0, map.data, map.size);
  gst_buffer_unmap (self->background, &map);

  return buffer;
}

static void
make_frame (GstClockTime due, gpointer user_data)
{
  AloqaVideoPattern *self = user_data;
  GstClockTime now;
  GstBuffer *buffer;

  /* Black frames share one memory: nobody writes to what is in a feed. */
  if (self->kind == ALOQA_VIDEO_PATTERN_BLACK)
    buffer = gst_buffer_copy (self->background);
  else
    buffer = copy_background (self);
  if (buffer == NULL)
    return;

  now = aloqa_timeline_get_now ();
  if (self->kind != ALOQA_VIDEO_PATTERN_BLACK)
    draw_moving_parts (self, buffer, now);
  GST_BUFFER_PTS (buffer) = now;
  aloqa_inlet_push (self->inlet, buffer, self->caps);
}

static void
aloqa_video_pattern_open (AloqaSource *source, AloqaInlet *inlet)
{
  AloqaVideoPattern *self = ALOQA_VIDEO_PATTERN (source);
  guint fps = self->info.fps_n;
  GstStructure *config;
  GstVideoFrame frame;

  self->inlet = aloqa_inlet_ref (inlet);
  self->background = gst_buffer_new_allocate (NULL, self->info.size, NULL);
  gst_video_frame_map (&frame, &self->info, self->background, GST_MAP_WRITE);
  draw_background (self, &frame);
  gst_video_frame_unmap (&frame);

  self->pool = gst_video_buffer_pool_new ();
  config = gst_buffer_pool_get_config (self->pool);
  gst_buffer_pool_config_set_params (config, self->caps, self->info.size, 0, 0);
  gst_buffer_pool_set_config (self->pool, config);
  gst_buffer_pool_set_active (self->pool, TRUE);

  fps = self->kind == ALOQA_VIDEO_PATTERN_BLACK ? MIN (fps, BLACK_FPS) : fps;
  self->ticker = aloqa_ticker_start ("picture", fps, make_frame, self);
}

static void
aloqa_video_pattern_close (AloqaSource *source)
{
  AloqaVideoPattern *self = ALOQA_VIDEO_PATTERN (source);

  g_clear_pointer (&self->ticker, aloqa_ticker_stop);
  if (self->pool != NULL)
    gst_buffer_pool_set_active (self->pool, FALSE);
  gst_clear_object (&self->pool);
  gst_clear_buffer (&self->background);
  g_clear_pointer (&self->inlet, aloqa_inlet_unref);
}

static void
aloqa_video_pattern_finalize (GObject *object)
{
  gst_caps_unref (ALOQA_VIDEO_PATTERN (object)->caps);

  G_OBJECT_CLASS (aloqa_video_pattern_parent_class)->finalize (object);
}

static void
aloqa_video_pattern_class_init (AloqaVideoPatternClass *klass)
{
  AloqaSourceClass *source_class = ALOQA_SOURCE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = aloqa_video_pattern_finalize;
  source_class->open = aloqa_video_pattern_open;
  source_class->close = aloqa_video_pattern_close;
  source_class->is_generated = TRUE;
}

static void
aloqa_video_pattern_init (AloqaVideoPattern *self)
{
}

/**
 * aloqa_video_pattern_new:
 * @info: I420, at least 40 × 40, with a whole number of frames a second; black comes slower
 *
 * Returns: (transfer full): a source that has not been opened
 */
AloqaSource *
aloqa_video_pattern_new (AloqaVideoPatternKind kind, const GstVideoInfo *info)
{
  AloqaVideoPattern *self = g_object_new (ALOQA_TYPE_VIDEO_PATTERN, NULL);

  self->kind = kind;
  self->info = *info;
  self->caps = gst_video_info_to_caps (info);

  return ALOQA_SOURCE (self);
}
