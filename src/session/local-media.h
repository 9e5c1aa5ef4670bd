/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "call/effect.h"
#include "media/peer.h"
#include "session/device-follower.h"
#include "session/media-settings.h"
#include "session/screen-share.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_LOCAL_MEDIA (aloqa_local_media_get_type ())
G_DECLARE_FINAL_TYPE (AloqaLocalMedia, aloqa_local_media, ALOQA, LOCAL_MEDIA, GObject)

/*
 * What we show and say, shared by all calls: two feeds that live as long as this object, and what
 * fills them. Nothing is open before aloqa_local_media_open(); the flow changes what the feeds
 * carry and never anything in a call's negotiation. A shared screen takes the camera's place, and the
 * camera comes back when that ends; it ends at the latest with the call, or with the call's picture.
 * A camera that the person refuses to give is asked for again when they choose one, switch it on, or
 * call anew.
 *
 * Signals:
 *   device-changed (const char *role, const char *source)  "camera" or "mic" now comes from source
 *   device-news (const char *role, AloqaDeviceNews, const char *name, const char *instead)  see
 *                                                          session/device-follower.h
 *   content-changed ()                                     see aloqa_local_media_get_content()
 *   error (const char *role, GError *)                     it could not be opened, or is gone; black
 *                                                          or silence is sent instead (for "screen",
 *                                                          the camera);
 *                                                          for "sound", what the computer plays is
 *                                                          not heard just now
 */
AloqaLocalMedia *aloqa_local_media_new (const AloqaMediaSettings *settings);
AloqaFeed *aloqa_local_media_get_audio_feed (AloqaLocalMedia *self);
AloqaFeed *aloqa_local_media_get_video_feed (AloqaLocalMedia *self);
void aloqa_local_media_open (AloqaLocalMedia *self);
void aloqa_local_media_close (AloqaLocalMedia *self);
void aloqa_local_media_apply_settings (AloqaLocalMedia *self, const AloqaMediaSettings *settings);
void aloqa_local_media_set_flow (AloqaLocalMedia *self, const AloqaFlow *flow);
gboolean
aloqa_local_media_set_video_source (AloqaLocalMedia *self, const char *source, GError **error);
gboolean
aloqa_local_media_set_audio_source (AloqaLocalMedia *self, const char *source, GError **error);
const char *aloqa_local_media_get_video_source (AloqaLocalMedia *self);
const char *aloqa_local_media_get_audio_source (AloqaLocalMedia *self);
gboolean aloqa_local_media_has_given_up (AloqaLocalMedia *self, AloqaDeviceKind kind);
void aloqa_local_media_set_echo (AloqaLocalMedia *self, AloqaFeed *feed, guint delay_ms);
gboolean
aloqa_local_media_share_screen (AloqaLocalMedia *self, const char *parent_window, GError **error);
AloqaVideoContent aloqa_local_media_get_content (AloqaLocalMedia *self);
AloqaScreenShare *aloqa_local_media_get_share (AloqaLocalMedia *self);
gboolean aloqa_local_media_has_microphone (AloqaLocalMedia *self);
gboolean aloqa_local_media_shows_camera (AloqaLocalMedia *self);
void aloqa_local_media_take_level (AloqaLocalMedia *self, AloqaCaptureLevel *level);

G_END_DECLS
