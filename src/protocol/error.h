/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Why something from outside was refused. The message of such an error begins with the field at
 * fault where there is one, and says what was expected: "candidate.sdpMid: is over 64 characters".
 * It never repeats what the other side sent, so it may be logged and sent back.
 */
typedef enum {
  ALOQA_PROTOCOL_ERROR_BAD_MESSAGE,  /* not what its type asks for; see the field */
  ALOQA_PROTOCOL_ERROR_TOO_LARGE,    /* over one of the limits in protocol/limits.h */
  ALOQA_PROTOCOL_ERROR_UNKNOWN_TYPE, /* well formed, but nothing to do with calls: ignore it */
  ALOQA_PROTOCOL_ERROR_BAD_SDP,
  ALOQA_PROTOCOL_ERROR_BAD_CANDIDATE,
} AloqaProtocolError;

#define ALOQA_PROTOCOL_ERROR (aloqa_protocol_error_quark ())
GQuark aloqa_protocol_error_quark (void);

const char *aloqa_protocol_error_get_field (const GError *error);

void aloqa_protocol_error_set (GError **error, AloqaProtocolError code, const char *field,
                               const char *format, ...) G_GNUC_PRINTF (4, 5);
void aloqa_protocol_error_nest (GError **error, const char *outer_field);

G_END_DECLS
