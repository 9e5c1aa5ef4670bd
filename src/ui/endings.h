/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/session.h"
#include "ui/demo.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_ENDINGS (aloqa_endings_get_type ())
G_DECLARE_FINAL_TYPE (AloqaEndings, aloqa_endings, ALOQA, ENDINGS, GObject)

/* Sessions that were left and end in their own time: calls hang up, and the others know. */
AloqaEndings *aloqa_endings_new (void);
void aloqa_endings_add (AloqaEndings *self, AloqaSession *session, AloqaDemo *demo);
void aloqa_endings_wait_async (AloqaEndings *self, gpointer source, GAsyncReadyCallback callback,
                               gpointer user_data);
void aloqa_endings_wait_finish (AloqaEndings *self, GAsyncResult *result);

G_END_DECLS
