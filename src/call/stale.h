/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "call/machine.h"

G_BEGIN_DECLS

/*
 * Inside of this folder: what frames of calls that are over may still come. Without call ids a
 * frame does not say which call it is of, and pages send call_end late: as an echo of ours, and 2 s
 * after our call_reject. With ids the ids of the last calls tell.
 */
typedef struct _AloqaStale AloqaStale;

AloqaStale *aloqa_stale_new (AloqaCallContext *context);
void aloqa_stale_free (AloqaStale *self);

void aloqa_stale_remember (AloqaStale *self, const char *call_id);
gboolean aloqa_stale_has (AloqaStale *self, const char *call_id);

void aloqa_stale_expect_end (AloqaStale *self, gint64 peer, guint number);
void aloqa_stale_expect_offer (AloqaStale *self, gint64 peer, guint number);
gboolean aloqa_stale_take_end (AloqaStale *self, gint64 peer);
gboolean aloqa_stale_take_offer (AloqaStale *self, gint64 peer);
gboolean aloqa_stale_expire (AloqaStale *self, guint number, AloqaDeadline deadline);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaStale, aloqa_stale_free)

G_END_DECLS
