/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "call/machine.h"

G_BEGIN_DECLS

/*
 * Inside of this folder: calls that rang here when the server was lost, and that it may make ring
 * again once it is back. Whether they were missed is told only when that is certain.
 */
typedef struct _AloqaLostRings AloqaLostRings;

AloqaLostRings *aloqa_lost_rings_new (AloqaCallContext *context);
void aloqa_lost_rings_free (AloqaLostRings *self);

void aloqa_lost_rings_add (AloqaLostRings *self, const AloqaCall *call, guint number);
void aloqa_lost_rings_note_server (AloqaLostRings *self);
void aloqa_lost_rings_settle (AloqaLostRings *self, gint64 peer, const char *call_id);
gboolean aloqa_lost_rings_expire (AloqaLostRings *self, guint number, AloqaDeadline deadline);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaLostRings, aloqa_lost_rings_free)

G_END_DECLS
