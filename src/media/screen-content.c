/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/screen-content.h"

#include <string.h>

/* One line of pixels in so many is looked at, in pieces of so many bytes. */
#define LINE_STEP 8
#define PIECE_BYTES 16
/* A picture is lively where more than this share of the pieces is other than before. */
#define LIVELY_PERCENT 8
/* A film is lively all the time; a page that is scrolled is so in bursts. */
#define FILM_WINDOW_US (3 * G_USEC_PER_SEC)
#define FILM_N_LIVELY 24
/* Text again, as soon as it holds still: a person begins to read. */
#define STILL_US (1 * G_USEC_PER_SEC)
#define STILL_N_LIVELY 3

static const char *const mode_names[] = {
  [ALOQA_SCREEN_AUTO] = "auto",
  [ALOQA_SCREEN_SHARP] = "sharp",
  [ALOQA_SCREEN_SMOOTH] = "smooth",
};

const char *
aloqa_screen_mode_to_string (AloqaScreenMode mode)
{
  return mode_names[mode];
}

/* Returns: FALSE where @text names none */
gboolean
aloqa_screen_mode_from_string (const char *text, AloqaScreenMode *mode)
{
  for (gsize i = 0; i < G_N_ELEMENTS (mode_names); i++) {
    if (g_strcmp0 (text, mode_names[i]) != 0)
      continue;
    *mode = (AloqaScreenMode) i;
    return TRUE;
  }
  return FALSE;
}

static guint
count_changed (const GstVideoFrame *a, const GstVideoFrame *b, guint *n_pieces)
{
  guint n_changed = 0;
  gsize width_bytes = (gsize) GST_VIDEO_FRAME_WIDTH (a);

  for (gint y = 0; y < GST_VIDEO_FRAME_HEIGHT (a); y += LINE_STEP) {
    const guint8 *line_a = GST_VIDEO_FRAME_PLANE_DATA (a, 0),
                 *line_b = GST_VIDEO_FRAME_PLANE_DATA (b, 0);

    line_a += (gsize) y * (gsize) GST_VIDEO_FRAME_PLANE_STRIDE (a, 0);
    line_b += (gsize) y * (gsize) GST_VIDEO_FRAME_PLANE_STRIDE (b, 0);
    for (gsize x = 0; x + PIECE_BYTES <= width_bytes; x += PIECE_BYTES) {
      n_changed += memcmp (line_a + x, line_b + x, PIECE_BYTES) != 0;
      (*n_pieces)++;
    }
  }
  return n_changed;
}

static gboolean
is_lively (AloqaScreenContent *self, const GstVideoInfo *info, GstBuffer *picture)
{
  GstVideoFrame now, before;
  guint n_changed, n_pieces = 0;

  if (self->last == NULL || gst_buffer_get_size (self->last) != gst_buffer_get_size (picture) ||
      !gst_video_frame_map (&now, info, picture, GST_MAP_READ))
    return FALSE;
  if (!gst_video_frame_map (&before, info, self->last, GST_MAP_READ)) {
    gst_video_frame_unmap (&now);
    return FALSE;
  }
  n_changed = count_changed (&now, &before, &n_pieces);
  gst_video_frame_unmap (&now);
  gst_video_frame_unmap (&before);
  return n_changed * 100 > n_pieces * LIVELY_PERCENT;
}

static guint
count_since (const AloqaScreenContent *self, gint64 since_us)
{
  guint n = 0;

  for (guint i = 0; i < MIN (self->n_lively, ALOQA_SCREEN_N_LIVELY); i++)
    n += self->lively_us[i] > since_us;
  return n;
}

/**
 * aloqa_screen_content_look:
 * @picture: I420, the one that is shown now, as often as one is sent, repeated ones too
 *
 * Returns: SHARP or SMOOTH, whichever suits what has been seen lately
 */
AloqaScreenMode
aloqa_screen_content_look (AloqaScreenContent *self, const GstVideoInfo *info, GstBuffer *picture,
                           gint64 now_us)
{
  if (picture != self->last && is_lively (self, info, picture))
    self->lively_us[self->n_lively++ % ALOQA_SCREEN_N_LIVELY] = now_us;
  gst_buffer_replace (&self->last, picture);

  if (count_since (self, now_us - FILM_WINDOW_US) >= FILM_N_LIVELY)
    self->is_film = TRUE;
  else if (count_since (self, now_us - STILL_US) <= STILL_N_LIVELY)
    self->is_film = FALSE;
  return self->is_film ? ALOQA_SCREEN_SMOOTH : ALOQA_SCREEN_SHARP;
}

void
aloqa_screen_content_clear (AloqaScreenContent *self)
{
  gst_clear_buffer (&self->last);
}
