/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/shortcuts-window.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/* A row without an accelerator begins a group. */
static const struct {
  const char *title;
  const char *accelerator;
} rows[] = {
  { N_ ("General"), NULL },
  { N_ ("Find somebody"), "<Control>f" },
  { N_ ("People"), "<Alt>1" },
  { N_ ("Recent calls"), "<Alt>2" },
  { N_ ("Preferences"), "<Control>comma" },
  { N_ ("Keyboard shortcuts"), "<Control>question" },
  { N_ ("Menu"), "F10" },
  { N_ ("Quit"), "<Control>q" },
  { N_ ("Somebody Calls"), NULL },
  { N_ ("Answer with video"), "<Control><Shift>v" },
  { N_ ("Answer without video"), "<Control><Shift>a" },
  { N_ ("Decline"), "<Control><Shift>d" },
  { N_ ("In a Call"), NULL },
  { N_ ("Microphone on and off"), "<Control>d" },
  { N_ ("Speak while muted, as long as it is held"), "space" },
  { N_ ("Camera on and off"), "<Control>e" },
  { N_ ("Share Screen"), "<Control><Shift>s" },
  { N_ ("Hold"), "<Control><Shift>h" },
  { N_ ("Full screen"), "F11" },
  { N_ ("Hang up"), "<Control>w" },
};

static void
add_row (AdwPreferencesGroup *group, const char *title, const char *accelerator)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *keys = gtk_shortcut_label_new (accelerator);
  GdkModifierType modifiers;
  guint key;
  g_autofree char *words = NULL;

  gtk_accelerator_parse (accelerator, &key, &modifiers);
  words = gtk_accelerator_get_label (key, modifiers);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  /* From libadwaita 1.7 on it is described by its subtitle, even where it has none. */
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_RELATION_DESCRIBED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words,
                                  -1);
  gtk_widget_set_valign (keys, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), keys);
  adw_preferences_group_add (group, row);
}

/**
 * aloqa_shortcuts_window_new:
 *
 * GtkShortcutsWindow does not scroll, and is wider than a phone.
 *
 * Returns: (transfer none): which key does what
 */
GtkWindow *
aloqa_shortcuts_window_new (void)
{
  GtkWidget *window = adw_preferences_window_new ();
  AdwPreferencesPage *page = ADW_PREFERENCES_PAGE (adw_preferences_page_new ());
  AdwPreferencesGroup *group = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (rows[i].accelerator != NULL) {
      add_row (group, _ (rows[i].title), rows[i].accelerator);
      continue;
    }
    group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
    adw_preferences_group_set_title (group, _ (rows[i].title));
    adw_preferences_page_add (page, group);
  }
  adw_preferences_window_add (ADW_PREFERENCES_WINDOW (window), page);
  gtk_window_set_title (GTK_WINDOW (window), _ ("Keyboard Shortcuts"));
  gtk_window_set_default_size (GTK_WINDOW (window), 480, 600);
  return GTK_WINDOW (window);
}
