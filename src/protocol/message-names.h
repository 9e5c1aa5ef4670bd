/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/message.h"

G_BEGIN_DECLS

/* The words of the wire for each enumeration, for those who read and write it. */

#define ALOQA_N_FEATURES 7

extern const char *const aloqa_feature_names[ALOQA_N_FEATURES]; /* [i] is of bit 1 << i */
extern const char *const aloqa_end_reason_names[];              /* NULL for NONE */
extern const char *const aloqa_unavailable_reason_names[];
extern const char *const aloqa_call_state_phase_names[];

gboolean aloqa_message_has_peer (AloqaMessageType type);
gboolean aloqa_message_has_call_id (AloqaMessageType type);
gboolean aloqa_message_is_written_by (AloqaMessageType type, AloqaSide writer);
gboolean aloqa_message_type_from_string (const char *name, AloqaMessageType *type);

G_END_DECLS
