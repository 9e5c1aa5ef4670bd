/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/row-button.h"

#define TOOLTIP_KEY "aloqa-tooltip"

static gboolean
query_tooltip_cb (GtkWidget *button, int x, int y, gboolean is_keyboard, GtkTooltip *tooltip)
{
  gtk_tooltip_set_text (tooltip, g_object_get_data (G_OBJECT (button), TOOLTIP_KEY));
  return TRUE;
}

/**
 * aloqa_row_button_name:
 * @button: without words on it, in a row that is used again while a list scrolls
 * @text: what it does, and to whom
 *
 * Names it for pointers and screen readers. The tooltip is answered for when it is asked for:
 * gtk_widget_set_tooltip_text () looks each time where the pointer is, which on X11 waits for the
 * display three times, and was a sixth of all work of scrolling.
 */
void
aloqa_row_button_name (GtkWidget *button, const char *text)
{
  g_object_set_data_full (G_OBJECT (button), TOOLTIP_KEY, g_strdup (text), g_free);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  if (gtk_widget_get_has_tooltip (button))
    return;

  g_signal_connect (button, "query-tooltip", G_CALLBACK (query_tooltip_cb), NULL);
  gtk_widget_set_has_tooltip (button, TRUE);
}
