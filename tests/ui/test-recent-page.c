/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/recent-page.h"

#include "session/history-rig.h"
#include "ui/call-rig.h"
#include "ui/display.h"

static gboolean
says_today (gpointer window)
{
  return call_rig_says (window, "Today");
}

static void
test_days_are_named_anew_at_midnight (HistoryRig *rig, gconstpointer data)
{
  GtkWidget *window = gtk_window_new ();
  AloqaRecentPage *page = g_object_new (ALOQA_TYPE_RECENT_PAGE, NULL);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) tomorrow = g_date_time_add_days (now, 1);

  history_rig_add (rig, TRUE, ALOQA_OUTCOME_MISSED);
  history_rig_add (rig, FALSE, ALOQA_OUTCOME_ANSWERED);
  aloqa_recent_page_set_history (page, rig->history, NULL);
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (page));
  gtk_window_present (GTK_WINDOW (window));
  aloqa_test_wait_until (says_today, window);

  aloqa_recent_page_set_today (page, tomorrow);
  g_assert_false (says_today (window));
  g_assert_true (call_rig_says (window, "Yesterday"));
  gtk_window_destroy (GTK_WINDOW (window));
}

static gboolean
offers_clearing (gpointer window)
{
  return call_rig_find_button (window, "Clear All") != NULL;
}

static gboolean
offers_nothing (gpointer window)
{
  return call_rig_says (window, "No Calls Yet");
}

/* Returns: (transfer none): the question that is on the screen */
static AdwMessageDialog *
find_question (void)
{
  g_autoptr (GList) toplevels = gtk_window_list_toplevels ();

  for (GList *link = toplevels; link != NULL; link = link->next) {
    if (ADW_IS_MESSAGE_DIALOG (link->data))
      return link->data;
  }
  g_assert_not_reached ();
}

/* What its words advise has to be within reach, with no call in the list, too. What cannot be undone is
 * asked before. */
static void
test_damaged_history_is_cleared_after_a_question (HistoryRig *rig, gconstpointer data)
{
  GtkWidget *window = gtk_window_new ();
  AloqaRecentPage *page = g_object_new (ALOQA_TYPE_RECENT_PAGE, NULL);
  g_autofree char *garbage = g_strnfill (20000, 'x');
  g_autofree char *folder = g_path_get_dirname (rig->path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (rig->path, garbage, -1, NULL));
  rig->history = history_rig_open (rig, HISTORY_OWN_ID);
  aloqa_recent_page_set_history (page, rig->history, NULL);
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (page));
  gtk_window_present (GTK_WINDOW (window));
  aloqa_test_wait_until (offers_clearing, window);

  g_signal_emit_by_name (call_rig_find_button (window, "Clear All"), "clicked");
  g_assert_true (offers_clearing (window));
  adw_message_dialog_response (find_question (), "clear");
  aloqa_test_wait_until (offers_nothing, window);
  g_assert_null (aloqa_history_get_error (rig->history));
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
add_tests (void)
{
  g_test_add ("/ui/recent-page/days-are-named-anew-at-midnight", HistoryRig, NULL,
              history_rig_set_up, test_days_are_named_anew_at_midnight, history_rig_tear_down);
  g_test_add ("/ui/recent-page/damaged-history-is-cleared-after-a-question", HistoryRig, NULL,
              history_rig_set_up_folder, test_damaged_history_is_cleared_after_a_question,
              history_rig_tear_down);
}

int
main (int argc, char **argv)
{
  return display_run_tests (argc, argv, add_tests);
}
