/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/media-settings.h"

/* What a screen may take more than a camera, in tenths: it is to be read. */
#define SCREEN_TENTHS 25

/**
 * aloqa_media_settings_new:
 *
 * Returns: (transfer full): what holds where nobody chose: the default devices, 640x480 at 30 frames
 *   a second, VP8, everything that makes a microphone better switched on
 */
AloqaMediaSettings *
aloqa_media_settings_new (void)
{
  AloqaMediaSettings *self = g_new0 (AloqaMediaSettings, 1);

  self->video_source = g_strdup ("camera");
  self->audio_source = g_strdup ("mic");
  self->audio_sink = g_strdup ("speaker");
  self->ring_sink = g_strdup ("speaker");
  self->ring_volume = 1;
  self->processing = ALOQA_AUDIO_PROCESSING_ECHO_CANCEL | ALOQA_AUDIO_PROCESSING_NOISE |
                     ALOQA_AUDIO_PROCESSING_GAIN;
  self->width_px = 640;
  self->height_px = 480;
  self->fps = 30;
  self->video_codec = ALOQA_VIDEO_CODEC_VP8;
  self->max_kbps = 1000;
  return self;
}

AloqaMediaSettings *
aloqa_media_settings_copy (const AloqaMediaSettings *self)
{
  AloqaMediaSettings *copy = g_memdup2 (self, sizeof *self);

  copy->video_source = g_strdup (self->video_source);
  copy->audio_source = g_strdup (self->audio_source);
  copy->audio_sink = g_strdup (self->audio_sink);
  copy->ring_sink = g_strdup (self->ring_sink);
  return copy;
}

/**
 * aloqa_media_settings_limit:
 * @config: (inout): gets the limits of what is sent, none above its own of a screen
 */
void
aloqa_media_settings_limit (const AloqaMediaSettings *self, AloqaPeerConfig *config)
{
  guint64 screen_kbps = (guint64) self->max_kbps * SCREEN_TENTHS / 10;

  config->max_kbps = self->max_kbps;
  config->max_screen_kbps = (guint) MIN (config->max_screen_kbps, screen_kbps);
  config->initial_kbps = MIN (config->initial_kbps, config->max_kbps);
  config->min_kbps = MIN (config->min_kbps, config->max_kbps);
}

void
aloqa_media_settings_free (AloqaMediaSettings *self)
{
  g_free (self->video_source);
  g_free (self->audio_source);
  g_free (self->audio_sink);
  g_free (self->ring_sink);
  g_free (self);
}
