/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/*
 * One message as it comes over the wire. The existing server passes chat messages on that are larger
 * than any frame of a call: those are read to their end and dropped by the parser, and only what no
 * chat sends either ends the connection.
 */
#define ALOQA_MAX_WIRE_MESSAGE_BYTES (1024 * 1024)

/*
 * Bounds what a server can make a WebSocket hold in memory. libsoup limits the size of one frame, but
 * (before 3.8) not that of a message in many fragments, nor the pongs that it queues for pings. It
 * shows each frame to nothing but a WebSocket extension, so this is one that never goes over the
 * wire.
 */
void aloqa_frame_limit_add_to_session (SoupSession *session);
void aloqa_frame_limit_add_to_message (SoupMessage *message);

G_END_DECLS
