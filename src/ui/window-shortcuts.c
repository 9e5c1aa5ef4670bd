/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/window-shortcuts.h"

/**
 * aloqa_window_shortcuts_add:
 * @shortcuts: whose texts live for ever
 * @func: called with @widget and the action's name; says whether the key was for it
 *
 * The keys work wherever in @widget's window the focus is.
 */
void
aloqa_window_shortcuts_add (GtkWidget *widget, const AloqaWindowShortcut *shortcuts,
                            gsize n_shortcuts, GtkShortcutFunc func)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();

  /* Before the toolkit's own: Ctrl+Shift+D is its inspector's, Ctrl+Shift+A takes a selection away. */
  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  /* A window of libadwaita 1.5 and newer has none of its own that are global. */
  if (!GTK_IS_ROOT (widget))
    gtk_shortcut_controller_set_scope (GTK_SHORTCUT_CONTROLLER (controller),
                                       GTK_SHORTCUT_SCOPE_GLOBAL);
  for (gsize i = 0; i < n_shortcuts; i++)
    gtk_shortcut_controller_add_shortcut (
        GTK_SHORTCUT_CONTROLLER (controller),
        gtk_shortcut_new (gtk_shortcut_trigger_parse_string (shortcuts[i].trigger),
                          gtk_callback_action_new (func, (gpointer) shortcuts[i].action, NULL)));
  gtk_widget_add_controller (widget, controller);
}
