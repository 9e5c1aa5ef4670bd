/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/*
 * Bounds what a server can make a WebSocket hold in memory. libsoup limits the size of one frame, but
 * (before 3.8) not that of a message in many fragments, nor the pongs that it queues for pings. It
 * shows each frame to nothing but a WebSocket extension, so this is one that never goes over the
 * wire.
 */
void aloqa_frame_limit_add_to_session (SoupSession *session);
void aloqa_frame_limit_add_to_message (SoupMessage *message);

G_END_DECLS
