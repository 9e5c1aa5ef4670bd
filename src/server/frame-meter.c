/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/frame-meter.h"

#define FINAL 0x80
#define CONTROL 0x08
#define OPCODE 0x0f
#define OPCODE_PING 0x09
#define LENGTH 0x7f
#define MASK_BYTES 4

/* Of a frame of the server with under 126 bytes, as every pong is. */
#define PONG_HEADER_BYTES 2

static guint
get_header_size (const AloqaFrameMeter *self)
{
  if (self->n_header < 2)
    return 2;
  switch (self->header[1] & LENGTH) {
  case 126:
    return 4;
  case 127:
    return 10;
  default:
    return 2;
  }
}

static guint64
get_payload_size (const AloqaFrameMeter *self)
{
  guint size = get_header_size (self);
  guint64 n_bytes = 0;

  if (size == 2)
    return self->header[1] & LENGTH;
  for (guint i = 2; i < size; i++)
    n_bytes = n_bytes << 8 | self->header[i];
  return n_bytes;
}

static gboolean
begin_frame (AloqaFrameMeter *self, guint64 max_message_bytes)
{
  guint64 n_payload = get_payload_size (self);
  gboolean is_final = (self->header[0] & FINAL) != 0;

  self->n_header = 0;
  self->n_skip = n_payload + MASK_BYTES;
  if (n_payload > max_message_bytes)
    return FALSE;

  if ((self->header[0] & CONTROL) != 0) {
    if ((self->header[0] & OPCODE) == OPCODE_PING)
      self->n_pings += n_payload + PONG_HEADER_BYTES;
    return TRUE;
  }
  self->n_message += n_payload;
  if (self->n_message > max_message_bytes)
    return FALSE;
  if (is_final)
    self->n_message = 0;
  return TRUE;
}

/**
 * aloqa_frame_meter_feed:
 * @data: the next bytes of the connection, cut anywhere
 *
 * Returns: FALSE as soon as a message, all its fragments together, is announced to be larger than
 *   @max_message_bytes
 */
gboolean
aloqa_frame_meter_feed (AloqaFrameMeter *self, const guint8 *data, gsize length,
                        guint64 max_message_bytes)
{
  gsize at = 0;

  while (at < length) {
    guint64 n_skipped = MIN (self->n_skip, length - at);

    self->n_skip -= n_skipped;
    at += n_skipped;
    if (at == length)
      break;

    self->header[self->n_header++] = data[at++];
    if (self->n_header == get_header_size (self) && !begin_frame (self, max_message_bytes))
      return FALSE;
  }

  return TRUE;
}
