/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/accessible-pages.h"

static void
hide_others (GtkWidget *stack)
{
  g_autoptr (GtkWidget) front = NULL;

  g_object_get (stack, "visible-child", &front, NULL);
  for (GtkWidget *page = gtk_widget_get_first_child (stack); page != NULL;
       page = gtk_widget_get_next_sibling (page))
    gtk_accessible_update_state (GTK_ACCESSIBLE (page), GTK_ACCESSIBLE_STATE_HIDDEN, page != front,
                                 -1);
}

void
aloqa_accessible_pages_follow (GtkStack *stack)
{
  g_signal_connect (stack, "notify::visible-child", G_CALLBACK (hide_others), NULL);
  hide_others (GTK_WIDGET (stack));
}

void
aloqa_accessible_pages_follow_views (AdwViewStack *stack)
{
  g_signal_connect (stack, "notify::visible-child", G_CALLBACK (hide_others), NULL);
  hide_others (GTK_WIDGET (stack));
}
