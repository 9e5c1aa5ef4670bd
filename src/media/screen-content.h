/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/video/video.h>

G_BEGIN_DECLS

/* What matters in a shared picture. */
typedef enum {
  ALOQA_SCREEN_AUTO,   /* whichever fits what is seen */
  ALOQA_SCREEN_SHARP,  /* every letter: full size, fewer pictures a second */
  ALOQA_SCREEN_SMOOTH, /* movement: a smaller size at the full rate */
} AloqaScreenMode;

/*
 * Tells a film from a text by how much of the picture changes, and how often. Scrolling and typing
 * stay text. Pure: told the time. Begin with zeros.
 */
#define ALOQA_SCREEN_N_LIVELY 32

typedef struct {
  GstBuffer *last;                         /* the picture before, or NULL */
  gint64 lively_us[ALOQA_SCREEN_N_LIVELY]; /* when much changed, a ring */
  guint n_lively;
  gboolean is_film;
} AloqaScreenContent;

AloqaScreenMode aloqa_screen_content_look (AloqaScreenContent *self, const GstVideoInfo *info,
                                           GstBuffer *picture, gint64 now_us);
void aloqa_screen_content_clear (AloqaScreenContent *self);
const char *aloqa_screen_mode_to_string (AloqaScreenMode mode);
gboolean aloqa_screen_mode_from_string (const char *text, AloqaScreenMode *mode);

G_END_DECLS
