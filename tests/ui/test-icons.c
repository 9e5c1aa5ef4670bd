/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/support.h"
#include "ui/display.h"

#include <gtk/gtk.h>

static guint
check_file (GtkIconTheme *theme, const char *name, const char *text)
{
  g_autoptr (GRegex) regex = g_regex_new ("(?<![\\w.-])[a-z0-9-]+-symbolic\\b", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  guint n_icons = 0;

  for (g_regex_match (regex, text, 0, &match); g_match_info_matches (match);
       g_match_info_next (match, NULL)) {
    g_autofree char *icon = g_match_info_fetch (match, 0);

    n_icons++;
    if (!gtk_icon_theme_has_icon (theme, icon)) {
      g_test_message ("%s: there is no %s", name, icon);
      g_test_fail ();
    }
  }
  return n_icons;
}

/* Adwaita gives up some from one year to the next, and what is shown instead says nothing. */
static void
test_every_icon_is_there (void)
{
  GtkIconTheme *theme = gtk_icon_theme_get_for_display (gdk_display_get_default ());
  g_autoptr (GDir) folder = g_dir_open (ALOQA_TEST_UI_SOURCES, 0, NULL);
  guint n_icons = 0;
  const char *name;

  g_assert_nonnull (folder);
  while ((name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *path = g_build_filename (ALOQA_TEST_UI_SOURCES, name, NULL);
    g_autofree char *text = NULL;

    g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
    n_icons += check_file (theme, name, text);
  }
  g_assert_cmpuint (n_icons, >, 40);
}

static void
add_tests (void)
{
  g_test_add_func ("/ui/icons/every-icon-is-there", test_every_icon_is_there);
}

int
main (int argc, char **argv)
{
  return display_run_tests (argc, argv, add_tests);
}
