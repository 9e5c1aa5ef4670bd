/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/feed.h"

G_BEGIN_DECLS

/* A delay line: a feed's sound, mixed to mono, some time later. */
#define ALOQA_ECHO_LINE_MAX_MS 5000

gpointer aloqa_echo_line_new (AloqaFeed *feed, guint delay_ms);
void aloqa_echo_line_free (gpointer line);
void aloqa_echo_line_write (gpointer line, const gint16 *frames, gsize n_frames, guint n_channels);
gboolean aloqa_echo_line_fill (gint16 *samples, gpointer line);

G_END_DECLS
