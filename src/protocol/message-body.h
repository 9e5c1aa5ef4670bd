/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "protocol/message.h"

G_BEGIN_DECLS

/* The two members of a frame that come in many shapes. */

gboolean aloqa_message_read_sdp (AloqaMessage *self, JsonObject *frame, GError **error);
gboolean aloqa_message_read_candidate (AloqaMessage *self, JsonObject *frame, GError **error);
JsonObject *aloqa_message_write_sdp (const AloqaMessage *self);
JsonObject *aloqa_message_write_candidate (const AloqaMessage *self);

G_END_DECLS
