/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "signaling/account.h"

G_BEGIN_DECLS

/* Asks the server who there is: at first, when asked to, and again whenever that may help. */
typedef struct _AloqaRosterLoader AloqaRosterLoader;

typedef struct {
  void (*loaded) (gpointer owner, GPtrArray *users); /* (element-type AloqaUser): everybody */
  void (*found) (gpointer owner, GPtrArray *users);  /* some, who match what was searched for */
  void (*changed) (gpointer owner);                  /* whether it is loading, or the error */
} AloqaRosterLoaderEvents;

AloqaRosterLoader *aloqa_roster_loader_new (AloqaAccount *account, AloqaClock *clock,
                                            const AloqaRosterLoaderEvents *events, gpointer owner);
void aloqa_roster_loader_free (AloqaRosterLoader *self);
void aloqa_roster_loader_load (AloqaRosterLoader *self);
void aloqa_roster_loader_look_for_newcomers (AloqaRosterLoader *self);
void aloqa_roster_loader_search_soon (AloqaRosterLoader *self, const char *text);
gboolean aloqa_roster_loader_is_loading (AloqaRosterLoader *self);
gboolean aloqa_roster_loader_is_loaded (AloqaRosterLoader *self);
gboolean aloqa_roster_loader_has_everybody (AloqaRosterLoader *self);
const GError *aloqa_roster_loader_get_error (AloqaRosterLoader *self);

G_END_DECLS
