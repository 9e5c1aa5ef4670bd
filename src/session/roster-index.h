/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/contact.h"

G_BEGIN_DECLS

/* Everybody who is known, by name, ready to be searched at every key. */
typedef struct _AloqaRosterIndex AloqaRosterIndex;

AloqaRosterIndex *aloqa_roster_index_new (void);
void aloqa_roster_index_free (AloqaRosterIndex *self);
guint aloqa_roster_index_get_n (AloqaRosterIndex *self);
AloqaContact *aloqa_roster_index_get (AloqaRosterIndex *self, guint position);
AloqaContact *aloqa_roster_index_find (AloqaRosterIndex *self, gint64 id);
void aloqa_roster_index_set (AloqaRosterIndex *self, GPtrArray *contacts);
void aloqa_roster_index_add (AloqaRosterIndex *self, GPtrArray *contacts);
GPtrArray *aloqa_roster_index_search (AloqaRosterIndex *self, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaRosterIndex, aloqa_roster_index_free)

G_END_DECLS
