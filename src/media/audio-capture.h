/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/audio-meter.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_AUDIO_CAPTURE (aloqa_audio_capture_get_type ())
G_DECLARE_FINAL_TYPE (AloqaAudioCapture, aloqa_audio_capture, ALOQA, AUDIO_CAPTURE, GObject)

/* What is done to a microphone's sound. */
typedef enum {
  ALOQA_AUDIO_PROCESSING_NONE = 0,
  ALOQA_AUDIO_PROCESSING_ECHO_CANCEL = 1 << 0, /* take out what our own speaker plays */
  ALOQA_AUDIO_PROCESSING_NOISE = 1 << 1,       /* suppress steady noise */
  ALOQA_AUDIO_PROCESSING_GAIN = 1 << 2, /* digital gain; the system's volume is never touched */
} AloqaAudioProcessing;

/* How loud a source is, in dBFS. */
typedef struct {
  double input_db; /* as the device gives it: a dead one is silent here, a quiet room is not */
  double voice_db; /* what the processing leaves of it: without echo and noise */
} AloqaCaptureLevel;

/*
 * Makes the sound that we send: S16LE, 48 kHz, mono, 20 ms a buffer (one Opus frame), into one feed
 * that lives as long as the capture. What makes it can be swapped at any time:
 *
 *   test        a 440 Hz sine with an amplitude of -18 dBFS
 *   mic[:NAME]  a microphone, by its id, its name or a part of its name; without NAME the default
 *   file:PATH   the sound of any file that an installed demuxer and decoder can play, looped
 *   silence     zeros
 *   none        nothing at all
 *   echo        set by aloqa_audio_capture_set_echo_source(): another feed's sound, later
 *
 * A buffer's timestamp is the time of media/timeline.h of its first sample, whatever the source.
 *
 * Signals, on the main thread:
 *   switched (const char *source)  the first sound of this source is out (at once for `none`); the
 *     source before is closed
 *   error (GError *)               the source could not be opened, or broke; the microphone
 *     before that, which plays still, plays on, and where there is none the capture has gone to
 *     `silence` by itself and goes on
 *   sound-error (GError *)         what the computer plays cannot be had just now
 *
 * Main thread only; the feed is pushed from threads of its own.
 */
AloqaAudioCapture *aloqa_audio_capture_new (void);
AloqaFeed *aloqa_audio_capture_get_feed (AloqaAudioCapture *self);
AloqaAudioMeter *aloqa_audio_capture_get_meter (AloqaAudioCapture *self);
void aloqa_audio_capture_take_level (AloqaAudioCapture *self, AloqaCaptureLevel *level);
gboolean
aloqa_audio_capture_set_source (AloqaAudioCapture *self, const char *source, GError **error);
void aloqa_audio_capture_set_echo_source (AloqaAudioCapture *self, AloqaFeed *feed, guint delay_ms);
gboolean
aloqa_audio_capture_knows_source (AloqaAudioCapture *self, const char *source, GError **error);
const char *aloqa_audio_capture_get_source (AloqaAudioCapture *self);
void aloqa_audio_capture_set_muted (AloqaAudioCapture *self, gboolean is_muted);
gboolean aloqa_audio_capture_is_muted (AloqaAudioCapture *self);
void aloqa_audio_capture_set_processing (AloqaAudioCapture *self, AloqaAudioProcessing processing);
void aloqa_audio_capture_set_computer_sound (AloqaAudioCapture *self, gboolean is_on);
void aloqa_audio_capture_start (AloqaAudioCapture *self);
void aloqa_audio_capture_stop (AloqaAudioCapture *self);

G_END_DECLS
