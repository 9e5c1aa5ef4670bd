/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * When a picture of the screen is to be sent. A screen tells only of changes: each is sent as soon as
 * the rate allows; after the last one the picture is repeated for a while, so that the encoder makes
 * it sharp, and then once a second, which costs almost nothing and serves whoever comes late.
 * Pure: told the time. Begin with zeros.
 */
typedef struct {
  gint64 sent_us;    /* 0: nothing yet */
  gint64 changed_us; /* when a new picture was last sent */
} AloqaScreenRhythm;

typedef enum {
  ALOQA_SCREEN_REST,
  ALOQA_SCREEN_SEND,   /* the new picture */
  ALOQA_SCREEN_REPEAT, /* the one before */
} AloqaScreenBeat;

AloqaScreenBeat
aloqa_screen_rhythm_next (AloqaScreenRhythm *self, gboolean has_new, guint max_fps, gint64 now_us);

G_END_DECLS
