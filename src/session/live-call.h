/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "call/effect.h"
#include "session/call-media.h"
#include "session/contact.h"
#include "session/path-diagnosis.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_LIVE_CALL (aloqa_live_call_get_type ())
G_DECLARE_FINAL_TYPE (AloqaLiveCall, aloqa_live_call, ALOQA, LIVE_CALL, GObject)

/* What a call ended with; the texts are its own. */
typedef struct {
  AloqaEnded reason;
  AloqaMediaCause cause; /* where media failed */
  AloqaSuggestion suggestion;
  char *detail; /* the exact words, in English, for whoever looks for the cause; or NULL */
  AloqaPathTrouble trouble; /* of a call that has not found a path in time */
  gboolean was_connected;
  gint64 duration_us; /* of the time connected */
} AloqaCallEnd;

/*
 * One call, as people see it: it shows the machine's state and passes on wishes. Made by the
 * controller.
 *
 * Properties, with notify: `phase` (AloqaPhase), `muted`, `video-off`, `held`.
 * Signals:
 *   first-audio (gint64 t_us), first-video-frame (gint64 t_us), video-size (guint, guint)
 *   device-error (const char *role, GError *), device-changed (const char *role, const char *source)
 *   device-news (const char *role, int AloqaDeviceNews, const char *name, const char *instead)
 *   sharing (AloqaScreenShare *): the screen is shared, or not any more, or otherwise than before
 *   media-changed (): aloqa_live_call_get_media() gives others, or the first, or none any more
 *   notice (guint): an AloqaNotice
 *   ended (): see aloqa_live_call_get_end(); nothing follows
 */
guint aloqa_live_call_get_number (AloqaLiveCall *self);
AloqaContact *aloqa_live_call_get_contact (AloqaLiveCall *self);
AloqaCallKind aloqa_live_call_get_kind (AloqaLiveCall *self);
gboolean aloqa_live_call_is_incoming (AloqaLiveCall *self);
gboolean aloqa_live_call_is_ringing (AloqaLiveCall *self); /* here, to be seen and answered */
gboolean aloqa_live_call_is_unseen (AloqaLiveCall *self);  /* rings for the caller alone */
AloqaPhase aloqa_live_call_get_phase (AloqaLiveCall *self);
const AloqaFlow *aloqa_live_call_get_flow (AloqaLiveCall *self);
gint64 aloqa_live_call_get_duration_us (AloqaLiveCall *self);
const AloqaCallEnd *aloqa_live_call_get_end (AloqaLiveCall *self);
AloqaCallMedia *aloqa_live_call_get_media (AloqaLiveCall *self);

void aloqa_live_call_accept (AloqaLiveCall *self, gboolean with_video);
void aloqa_live_call_reject (AloqaLiveCall *self);
void aloqa_live_call_hang_up (AloqaLiveCall *self);
void aloqa_live_call_set_muted (AloqaLiveCall *self, gboolean is_muted);
void aloqa_live_call_set_talking (AloqaLiveCall *self, gboolean is_talking);
void aloqa_live_call_set_video (AloqaLiveCall *self, gboolean is_on);
void aloqa_live_call_set_held (AloqaLiveCall *self, gboolean is_held);

G_END_DECLS
