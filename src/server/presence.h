/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/relay.h"

G_BEGIN_DECLS

/*
 * Tells clients who is connected. Everybody's coming and going is news for everybody, so it is told
 * in small portions: many clients at once learn it a little later, and nothing else waits for it.
 */
typedef struct _AloqaPresence AloqaPresence;

AloqaPresence *aloqa_presence_new (AloqaHub *hub);
void aloqa_presence_free (AloqaPresence *self);
void aloqa_presence_subscribe (AloqaPresence *self, AloqaDevice *device);
void aloqa_presence_unsubscribe (AloqaPresence *self, AloqaDevice *device);
void aloqa_presence_note (AloqaPresence *self, gint64 user_id, gint64 now_us);
void aloqa_presence_expire (AloqaPresence *self, gint64 now_us);
gboolean aloqa_presence_has_news (AloqaPresence *self);
GArray *aloqa_presence_tell (AloqaPresence *self, gint64 now_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaPresence, aloqa_presence_free)

G_END_DECLS
