/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Follows the frames of a client's WebSocket (RFC 6455, section 5.2). Plain: all zero at the start. */
typedef struct {
  guint8 header[10]; /* without the mask */
  guint n_header;    /* of it read */
  guint64 n_skip;    /* of the mask and the payload still to come */
  guint64 n_message; /* of the message whose frames are coming */
  guint64 n_pings;   /* payload of all pings so far, with what a pong needs around it */
} AloqaFrameMeter;

gboolean aloqa_frame_meter_feed (AloqaFrameMeter *self, const guint8 *data, gsize length,
                                 guint64 max_message_bytes);

G_END_DECLS
