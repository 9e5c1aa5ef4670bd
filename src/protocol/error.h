/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  ALOQA_PROTOCOL_ERROR_BAD_MESSAGE,  /* not what its type asks for; see the field */
  ALOQA_PROTOCOL_ERROR_TOO_LARGE,    /* over one of the limits in protocol/limits.h */
  ALOQA_PROTOCOL_ERROR_UNKNOWN_TYPE, /* well formed, but nothing to do with calls: ignore it */
  ALOQA_PROTOCOL_ERROR_BAD_SDP,
  ALOQA_PROTOCOL_ERROR_BAD_CANDIDATE,
} AloqaProtocolError;

#define ALOQA_PROTOCOL_ERROR (aloqa_protocol_error_quark ())
GQuark aloqa_protocol_error_quark (void);

/* The JSON field at fault, such as "candidate.sdpMid", or NULL. Owned by @error. */
const char *aloqa_protocol_error_get_field (const GError *error);

G_END_DECLS
