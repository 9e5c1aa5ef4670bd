/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/sdp-remote.h"

G_BEGIN_DECLS

char *aloqa_sdp_local_finish (const char *text, const char *stream_id, const AloqaSdpTrack *audio,
                              const AloqaSdpTrack *video, GPtrArray *candidates,
                              gboolean is_gathered, const AloqaSdpRemote *offer);

G_END_DECLS
