/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/connection.h"
#include "server/settings.h"

G_BEGIN_DECLS

/*
 * Who calls and is not answered yet is pinged often, so that nobody's telephone rings on for long when
 * the caller's network is gone, of which TCP tells nothing.
 */
typedef struct _AloqaRingWatch AloqaRingWatch;

AloqaRingWatch *aloqa_ring_watch_new (const AloqaSettings *settings);
void aloqa_ring_watch_free (AloqaRingWatch *self);
void aloqa_ring_watch_check (AloqaRingWatch *self, GPtrArray *callers, gint64 now_us);
void aloqa_ring_watch_forget (AloqaRingWatch *self, AloqaServerConnection *connection);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaRingWatch, aloqa_ring_watch_free)

G_END_DECLS
