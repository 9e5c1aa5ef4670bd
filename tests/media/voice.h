/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What sounds like speech to a voice processor: noise in the band of a voice, in syllables. */
float *aloqa_test_voice_new (guint32 seed, gsize n_samples, double syllables_hz, double level);
void aloqa_test_voice_save (const float *voice, gsize n_samples, const char *path);

G_END_DECLS
