/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A connection that says whatever it is told to: what libsoup's client would never send. */
typedef struct {
  GSocket *socket;
  GByteArray *received;
  gboolean is_ended;
  gboolean is_reading;
} Raw;

Raw *raw_connect (guint16 port);
void raw_free (Raw *self);
void raw_send (Raw *self, const void *data, gssize length);
gboolean raw_try_send (Raw *self, const void *data, gsize length);
void raw_send_frame (Raw *self, guint8 first_byte, const char *payload, gsize length);
void raw_wait_for (Raw *self, const char *text);
const char *raw_wait_end (Raw *self);
Raw *raw_open_websocket (guint16 port, gint64 user_id, const char *token);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Raw, raw_free)

G_END_DECLS
