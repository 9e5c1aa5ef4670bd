/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/contact.h"
#include "signaling/connection.h"

G_BEGIN_DECLS

/* Who is there, as far as the server tells: nothing before its first whole list, or out of its reach. */
typedef struct _AloqaRosterPresence AloqaRosterPresence;

/* @id: whose presence changed; 0 for everybody's */
typedef void (*AloqaPresenceFunc) (gint64 id, gpointer user_data);

AloqaRosterPresence *
aloqa_roster_presence_new (AloqaConnection *connection, AloqaPresenceFunc func, gpointer user_data);
void aloqa_roster_presence_free (AloqaRosterPresence *self);
AloqaPresence aloqa_roster_presence_get (AloqaRosterPresence *self, gint64 id);

G_END_DECLS
