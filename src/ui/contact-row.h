/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "session/roster.h"
#include "ui/slot.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_CONTACT_ROW (aloqa_contact_row_get_type ())
G_DECLARE_FINAL_TYPE (AloqaContactRow, aloqa_contact_row, ALOQA, CONTACT_ROW, AdwBin)

/* Somebody to call: picture, name, whether they are there, and two buttons. */
GtkWidget *aloqa_contact_row_new (void);
void aloqa_contact_row_follow (AloqaContactRow *self, AloqaRoster *roster, AloqaSlot *slot);

G_END_DECLS
