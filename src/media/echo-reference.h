/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * What our speakers were given to play in the last seconds, kept for the echo cancellers of all
 * microphones, on whatever device: mono samples at 48 kHz that are counted from the first one on.
 */
#define ALOQA_ECHO_REFERENCE_MAX_MS 2500 /* what is older is forgotten */

void aloqa_echo_reference_acquire (void);
void aloqa_echo_reference_release (void);
void aloqa_echo_reference_push (GstSample *sample);

gboolean aloqa_echo_reference_find (GstClockTime time, gint64 *index);
void aloqa_echo_reference_read (gint64 index, gint16 *samples, gsize n_samples);

G_END_DECLS
