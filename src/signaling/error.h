/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * What can go wrong between here and the server. Each message is a sentence for a person; none holds
 * a password or a token. A cancelled operation is G_IO_ERROR_CANCELLED, and no failure.
 */
typedef enum {
  ALOQA_SIGNALING_ERROR_BAD_ADDRESS,   /* not the address of a server: ask again */
  ALOQA_SIGNALING_ERROR_PLAIN_HTTP,    /* refused: it would send secrets readable over a network */
  ALOQA_SIGNALING_ERROR_BAD_CA_FILE,   /* the file of certificate authorities cannot be used */
  ALOQA_SIGNALING_ERROR_UNREACHABLE,   /* no network, no such host, no answer: try again later */
  ALOQA_SIGNALING_ERROR_TLS,           /* the server's certificate is not to be trusted */
  ALOQA_SIGNALING_ERROR_UNAUTHORIZED,  /* wrong password or token: ask for the password */
  ALOQA_SIGNALING_ERROR_FORBIDDEN,     /* the account is disabled, or may not do this */
  ALOQA_SIGNALING_ERROR_NOT_FOUND,     /* nobody, nothing there */
  ALOQA_SIGNALING_ERROR_RATE_LIMITED,  /* too many tries: wait */
  ALOQA_SIGNALING_ERROR_SERVER_FAILED, /* the server's own fault (5xx): try again later */
  ALOQA_SIGNALING_ERROR_BAD_ANSWER,    /* not what this protocol says: too old, or no such server */
  ALOQA_SIGNALING_ERROR_TOO_LARGE,     /* an answer over one of the limits in protocol/limits.h */
} AloqaSignalingError;

#define ALOQA_SIGNALING_ERROR (aloqa_signaling_error_quark ())
GQuark aloqa_signaling_error_quark (void);

G_END_DECLS
