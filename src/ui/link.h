/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/live-call.h"

G_BEGIN_DECLS

/*
 * An "aloqa:" link, as a page or a message may carry it: `aloqa:call?peer=NAME[&kind=audio]`. Anybody
 * can write one, so it only ever leads to a question.
 */
typedef struct {
  char *peer; /* a user name */
  AloqaCallKind kind;
} AloqaLink;

AloqaLink *aloqa_link_parse (const char *text, GError **error);
void aloqa_link_free (AloqaLink *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaLink, aloqa_link_free)

G_END_DECLS
