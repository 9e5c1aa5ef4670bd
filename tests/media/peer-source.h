/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/feed.h"

G_BEGIN_DECLS

/* Moving pictures and a tone for two, the same for both, on a thread and by the clock. */
typedef struct _PeerSource PeerSource;

PeerSource *peer_source_start (AloqaFeed *const audio[2], AloqaFeed *const video[2], guint width_px,
                               guint height_px);
void peer_source_set_size (PeerSource *self, guint width_px, guint height_px);
void peer_source_stop (PeerSource *self);

G_END_DECLS
