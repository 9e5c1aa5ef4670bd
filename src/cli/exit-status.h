/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/live-call.h"

G_BEGIN_DECLS

typedef enum {
  ALOQA_EXIT_OK,
  ALOQA_EXIT_ERROR,
  ALOQA_EXIT_USAGE,
  ALOQA_EXIT_SIGN_IN,
  ALOQA_EXIT_NO_ANSWER,
  ALOQA_EXIT_REJECTED,
  ALOQA_EXIT_LOST,
  ALOQA_EXIT_MEDIA,
} AloqaExit;

AloqaExit aloqa_exit_from_end (const AloqaCallEnd *end);
const char *aloqa_describe_end (const AloqaCallEnd *end, gboolean is_incoming);

G_END_DECLS
