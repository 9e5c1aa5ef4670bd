/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "session/roster.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_PEOPLE_PAGE (aloqa_people_page_get_type ())
G_DECLARE_FINAL_TYPE (AloqaPeoplePage, aloqa_people_page, ALOQA, PEOPLE_PAGE, AdwBin)

/* Everybody who can be called, and a search that anything typed begins. */
void aloqa_people_page_set_roster (AloqaPeoplePage *self, AloqaRoster *roster);
void aloqa_people_page_set_key_capture (AloqaPeoplePage *self, GtkWidget *widget);
void aloqa_people_page_begin_search (AloqaPeoplePage *self);

G_END_DECLS
