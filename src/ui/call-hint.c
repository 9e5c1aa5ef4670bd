/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/call-hint.h"

#include <glib/gi18n.h>

/* Speech near a microphone; a quiet room is below. */
#define SPEECH_DB (-40.0)
#define SPEECH_US (G_USEC_PER_SEC / 2)
#define MUTED_HINT_US (4 * G_USEC_PER_SEC)
/* Even a very quiet microphone has noise; what is below is zeros. */
#define SILENCE_DB (-99.0)
#define SILENCE_US (4 * G_USEC_PER_SEC)
/* One that fails is tried again soon. */
#define MISSING_US G_USEC_PER_SEC
#define MISSING_HINT_US (4 * G_USEC_PER_SEC)

static void
watch_speech (AloqaMicrophoneWatch *self, double voice_db, gboolean is_muted, gint64 elapsed_us)
{
  self->muted_hint_us = is_muted ? MAX (self->muted_hint_us - elapsed_us, 0) : 0;
  if (!is_muted || voice_db < SPEECH_DB) {
    self->speaking_us = is_muted ? MAX (self->speaking_us - elapsed_us / 2, 0) : 0;
    return;
  }
  self->speaking_us += elapsed_us;
  if (self->speaking_us >= SPEECH_US) {
    self->speaking_us = SPEECH_US;
    self->muted_hint_us = MUTED_HINT_US;
  }
}

/**
 * aloqa_microphone_watch_update:
 * @level: of the last @elapsed_us, as if it were not muted
 *
 * Speech is what the processing leaves: an echo of the other side is none. Silence is what comes
 * in: of the hiss of a quiet room the noise suppression leaves zeros, too.
 *
 * Returns: ALOQA_HINT_MUTED, ALOQA_HINT_MICROPHONE_SILENT or ALOQA_HINT_NONE
 */
AloqaCallHint
aloqa_microphone_watch_update (AloqaMicrophoneWatch *self, const AloqaCaptureLevel *level,
                               gboolean is_muted, gint64 elapsed_us)
{
  self->missing_us = 0;
  watch_speech (self, level->voice_db, is_muted, elapsed_us);
  self->silent_us =
      level->input_db <= SILENCE_DB ? MIN (self->silent_us + elapsed_us, SILENCE_US) : 0;

  if (self->muted_hint_us > 0)
    return ALOQA_HINT_MUTED;
  return self->silent_us >= SILENCE_US && !is_muted ? ALOQA_HINT_MICROPHONE_SILENT
                                                    : ALOQA_HINT_NONE;
}

/**
 * aloqa_microphone_watch_miss:
 *
 * Instead of an update, where there is no microphone for the last @elapsed_us. It is told once: who
 * has none knows it from then on, and may only want to listen.
 *
 * Returns: ALOQA_HINT_NO_MICROPHONE or ALOQA_HINT_NONE
 */
AloqaCallHint
aloqa_microphone_watch_miss (AloqaMicrophoneWatch *self, gint64 elapsed_us)
{
  gint64 missing_us = MIN (self->missing_us + elapsed_us, MISSING_US + MISSING_HINT_US);

  *self = (AloqaMicrophoneWatch){ .missing_us = missing_us };
  return missing_us >= MISSING_US && missing_us < MISSING_US + MISSING_HINT_US
             ? ALOQA_HINT_NO_MICROPHONE
             : ALOQA_HINT_NONE;
}

/* Returns: "" for no hint */
const char *
aloqa_call_hint_get_words (AloqaCallHint hint)
{
  switch (hint) {
  case ALOQA_HINT_MUTED:
    return _ ("You are muted. Hold space to speak.");
  case ALOQA_HINT_MICROPHONE_SILENT:
    return _ ("Your microphone is silent.");
  case ALOQA_HINT_NO_MICROPHONE:
    return _ ("No microphone is in use. They do not hear you.");
  case ALOQA_HINT_POOR_NETWORK:
    return _ ("The network is poor.");
  case ALOQA_HINT_NONE:
  default:
    return "";
  }
}
