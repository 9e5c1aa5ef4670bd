/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ALOQA_TYPE_SLOT_LIST (aloqa_slot_list_get_type ())
G_DECLARE_FINAL_TYPE (AloqaSlotList, aloqa_slot_list, ALOQA, SLOT_LIST, GObject)

/*
 * A list of #AloqaSlot, one for each item of another list, for one that is searched: GtkListView takes
 * a row apart whose item has gone, and makes another for each that has come, which takes ten times as
 * long as another text in the same row. What is seen is right at once; what is scrolled away follows
 * by a few rows a frame, as they are made at first.
 */
AloqaSlotList *aloqa_slot_list_new (GListModel *model, GtkWidget *view);

G_END_DECLS
