/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/feed.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_AUDIO_METER (aloqa_audio_meter_get_type ())
G_DECLARE_FINAL_TYPE (AloqaAudioMeter, aloqa_audio_meter, ALOQA, AUDIO_METER, GObject)

/* Digital silence, where the logarithm has no answer. */
#define ALOQA_AUDIO_METER_FLOOR_DB (-100.0)

/* What came since the report before; a level is that of all channels together. */
typedef struct {
  guint n_buffers;
  double
      level_db; /* RMS in dBFS: a sine of full scale is -3; ALOQA_AUDIO_METER_FLOOR_DB at least */
  double
      tone_db; /* the same of what lies within 10 Hz of the tone asked for; the floor without one */
  gint64 longest_gap_us; /* between two buffers, the running one included */
} AloqaAudioReport;

/*
 * Listens to the sound of a feed: how loud, and how much of one tone.
 *
 * Signals, on the main thread:
 *   first-audio (gint64 t_us)  g_get_monotonic_time() at which the first buffer was pushed
 *
 * Main thread only.
 */
AloqaAudioMeter *aloqa_audio_meter_new (AloqaFeed *feed);
void aloqa_audio_meter_set_tone (AloqaAudioMeter *self, double tone_hz);
void aloqa_audio_meter_take_report (AloqaAudioMeter *self, AloqaAudioReport *report);

G_END_DECLS
