/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/audio-capture.h"
#include "media/peer.h"
#include "media/tone.h"

G_BEGIN_DECLS

/*
 * What a person chose about sound and picture, as plain values: where they are kept is the
 * program's own business. Sources and sinks are named as in media/video-capture.h,
 * media/audio-capture.h and media/audio-output.h.
 */
typedef struct {
  char *video_source;
  char *audio_source;
  char *audio_sink;
  char *ring_sink; /* where it rings, "null" for nowhere */
  AloqaRing ring;
  double ring_volume; /* 0 to 1 */
  AloqaAudioProcessing processing;
  guint width_px;
  guint height_px;
  guint fps;
  AloqaVideoCodec video_codec; /* the one that is offered */
  guint max_kbps;              /* of video */
  gboolean is_relay_only;      /* show the other side no address but a TURN server's */
  guint echo_delay_ms;         /* over 0: the other side's sound is sent back, so much later */
} AloqaMediaSettings;

AloqaMediaSettings *aloqa_media_settings_new (void);
AloqaMediaSettings *aloqa_media_settings_copy (const AloqaMediaSettings *self);
void aloqa_media_settings_limit (const AloqaMediaSettings *self, AloqaPeerConfig *config);
void aloqa_media_settings_free (AloqaMediaSettings *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaMediaSettings, aloqa_media_settings_free)

G_END_DECLS
