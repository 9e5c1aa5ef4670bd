/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/row-button.h"

#include "ui/display.h"

static char *shown; /* by the tooltip */

/* In place of GTK's own, which lets nobody read it. */
void
gtk_tooltip_set_text (GtkTooltip *tooltip, const char *text)
{
  g_free (shown);
  shown = g_strdup (text);
}

static void
check_named (GtkWidget *button, const char *text)
{
  gboolean is_shown = FALSE;
  char *difference = gtk_test_accessible_check_property (GTK_ACCESSIBLE (button),
                                                         GTK_ACCESSIBLE_PROPERTY_LABEL, text);

  g_assert_null (difference);
  g_assert_true (gtk_widget_get_has_tooltip (button));
  g_signal_emit_by_name (button, "query-tooltip", 0, 0, FALSE, NULL, &is_shown);
  g_assert_true (is_shown);
  g_assert_cmpstr (shown, ==, text);
}

static void
test_a_button_of_a_row_used_again_is_named_anew (void)
{
  GtkWidget *button = g_object_ref_sink (gtk_button_new ());

  aloqa_row_button_name (button, "Call Ali Aliyev");
  check_named (button, "Call Ali Aliyev");
  aloqa_row_button_name (button, "Call Vali Valiyev");
  check_named (button, "Call Vali Valiyev");
  g_object_unref (button);
  g_clear_pointer (&shown, g_free);
}

static void
add_tests (void)
{
  g_test_add_func ("/ui/row-button/a-button-of-a-row-used-again-is-named-anew",
                   test_a_button_of_a_row_used_again_is_named_anew);
}

int
main (int argc, char **argv)
{
  return display_run_tests (argc, argv, add_tests);
}
