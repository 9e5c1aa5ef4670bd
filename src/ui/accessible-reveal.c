/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/accessible-reveal.h"

static void
name_as_tooltip (GtkWidget *button)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  gtk_widget_get_tooltip_text (button), -1);
}

static void
name_buttons_within (GtkWidget *widget)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    name_buttons_within (child);
    if (!GTK_IS_BUTTON (child) || gtk_widget_get_tooltip_text (child) == NULL)
      continue;
    g_signal_connect (child, "notify::tooltip-text", G_CALLBACK (name_as_tooltip), NULL);
    name_as_tooltip (child);
  }
}

void
aloqa_accessible_reveal_name (AdwPasswordEntryRow *row)
{
  name_buttons_within (GTK_WIDGET (row));
}
