/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/audio-meter.h"
#include "media/video-probe.h"
#include "session/local-media.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_CALL_MEDIA (aloqa_call_media_get_type ())
G_DECLARE_FINAL_TYPE (AloqaCallMedia, aloqa_call_media, ALOQA, CALL_MEDIA, GObject)

/* What a call's media look like now; what a report has is since the one before. */
typedef struct {
  AloqaPeerStats peer;
  AloqaVideoReport video;
  AloqaAudioReport audio;
} AloqaCallStats;

/*
 * All frames of one call: the peer, and what listens to the remote side. Each wish is answered by a
 * signal:
 *
 *   offer-ready (const char *sdp)             to create_offer
 *   answer-ready (const char *sdp)            to accept_offer
 *   answer-applied ()                         to apply_answer
 *   failed (GError *)                         to any of them, or later: the call has no media
 *   closed ()                                 to close: nothing of it is left
 *   local-candidate (AloqaCandidate *), connected (), silent (), resumed (), dead ()
 *   first-audio (gint64 t_us), first-video-frame (gint64 t_us), on g_get_monotonic_time()
 *   video-size (guint width_px, guint height_px)
 *   error (const char *role, GError *)        the "speaker" failed; the call goes on
 */
AloqaCallMedia *aloqa_call_media_new (const AloqaMediaSettings *settings, AloqaLocalMedia *local,
                                      const AloqaPeerConfig *config);
void aloqa_call_media_prepare (AloqaCallMedia *self);
void aloqa_call_media_open (AloqaCallMedia *self);
void aloqa_call_media_create_offer (AloqaCallMedia *self);
void aloqa_call_media_accept_offer (AloqaCallMedia *self, const char *sdp);
void aloqa_call_media_apply_answer (AloqaCallMedia *self, const char *sdp);
void aloqa_call_media_add_candidate (AloqaCallMedia *self, AloqaCandidate *candidate);
void aloqa_call_media_set_playing (AloqaCallMedia *self, gboolean is_playing);
gboolean aloqa_call_media_set_speaker (AloqaCallMedia *self, const char *sink, GError **error);
const char *aloqa_call_media_get_speaker (AloqaCallMedia *self);
gboolean aloqa_call_media_has_given_up (AloqaCallMedia *self);
gboolean aloqa_call_media_has_video (AloqaCallMedia *self);
void aloqa_call_media_take_stats (AloqaCallMedia *self, AloqaCallStats *stats);
void aloqa_call_media_save_snapshot_async (AloqaCallMedia *self, const char *path,
                                           GAsyncReadyCallback callback, gpointer user_data);
gboolean
aloqa_call_media_save_snapshot_finish (AloqaCallMedia *self, GAsyncResult *result, GError **error);
AloqaFeed *aloqa_call_media_get_remote_video (AloqaCallMedia *self);
AloqaFeed *aloqa_call_media_get_remote_audio (AloqaCallMedia *self);
void aloqa_call_media_close (AloqaCallMedia *self);

G_END_DECLS
