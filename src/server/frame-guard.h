/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/clock.h"
#include "server/settings.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * The stream below a WebSocket, with what libsoup has not got: a limit to a message that comes in
 * fragments, to what is waiting to be read by the other end (the answers to its pings as well), and
 * to what is read before other connections get their turn. Past one of the first two, reading fails
 * with G_IO_ERROR_MESSAGE_TOO_LARGE or G_IO_ERROR_NO_SPACE, and the connection ends.
 */
#define ALOQA_TYPE_FRAME_GUARD (aloqa_frame_guard_get_type ())
G_DECLARE_FINAL_TYPE (AloqaFrameGuard, aloqa_frame_guard, ALOQA, FRAME_GUARD, GIOStream)

AloqaFrameGuard *aloqa_frame_guard_new (GIOStream *base, GSocket *socket, AloqaClock *clock,
                                        const AloqaSettings *settings);
void aloqa_frame_guard_note_sent (AloqaFrameGuard *self, gsize n_bytes);
gboolean aloqa_frame_guard_is_full (AloqaFrameGuard *self);
void aloqa_frame_guard_pause (AloqaFrameGuard *self);
gint64 aloqa_frame_guard_get_last_read_us (AloqaFrameGuard *self);

G_END_DECLS
