/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/history-undo.h"

#include "session/history-rig.h"
#include "ui/call-rig.h"
#include "ui/display.h"

typedef struct {
  HistoryRig rig;
  GtkWidget *window, *overlay;
  AloqaHistoryUndo *undo;
} Fixture;

/* What fades away is on the screen, too. */
static void
set_up (Fixture *fixture, gconstpointer data)
{
  GtkWidget *child = adw_bin_new ();

  history_rig_set_up (&fixture->rig, data);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", TRUE, NULL);
  fixture->window = gtk_window_new ();
  fixture->overlay = adw_toast_overlay_new ();
  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (fixture->overlay), child);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 360, 300);
  gtk_window_set_child (GTK_WINDOW (fixture->window), fixture->overlay);
  gtk_window_present (GTK_WINDOW (fixture->window));
  fixture->undo = aloqa_history_undo_new (child, fixture->rig.history);
}

static void
end_undo (Fixture *fixture)
{
  if (fixture->undo == NULL)
    return;
  aloqa_history_undo_end (fixture->undo);
  g_assert_finalize_object (g_steal_pointer (&fixture->undo));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  end_undo (fixture);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  history_rig_tear_down (&fixture->rig, data);
}

/* Returns: (transfer none): the button beside what is said */
static GtkWidget *
find_button (Fixture *fixture, const char *text)
{
  GtkWidget *widget = GTK_WIDGET (call_rig_find_words (fixture->overlay, text));

  g_assert_nonnull (widget);
  while (call_rig_find_button (widget, "Undo") == NULL)
    widget = gtk_widget_get_parent (widget);
  return call_rig_find_button (widget, "Undo");
}

/* Likewise, of what is said in a while. */
static GtkWidget *
await_button (Fixture *fixture, const char *text)
{
  call_rig_await_words (fixture->overlay, text);
  return find_button (fixture, text);
}

static void
press (GtkWidget *button)
{
  g_signal_emit_by_name (button, "clicked");
}

static gboolean
has_two (gpointer history)
{
  return g_list_model_get_n_items (history) == 2;
}

static gboolean
has_three (gpointer history)
{
  return g_list_model_get_n_items (history) == 3;
}

static void
add_three (Fixture *fixture)
{
  for (guint i = 0; i < 3; i++)
    history_rig_add (&fixture->rig, i == 1, ALOQA_OUTCOME_ANSWERED);
}

/* The one in the middle: it is incoming. */
static void
delete_second (Fixture *fixture)
{
  aloqa_history_undo_delete (fixture->undo, history_rig_get (&fixture->rig, 1));
}

static void
assert_second_is_deleted (Fixture *fixture)
{
  history_rig_assert_n (&fixture->rig, 2, 2, 0);
  for (guint i = 0; i < 2; i++)
    g_assert_false (aloqa_history_entry_is_incoming (history_rig_get (&fixture->rig, i)));
}

static void
test_undoing_a_clear_leaves_deleted_what_was_deleted_before (Fixture *fixture, gconstpointer data)
{
  add_three (fixture);
  delete_second (fixture);
  aloqa_history_undo_clear (fixture->undo);
  press (await_button (fixture, "All calls deleted"));
  aloqa_test_wait_until (has_two, fixture->rig.history);
  assert_second_is_deleted (fixture);
  end_undo (fixture);
  history_rig_open_again (&fixture->rig);
  assert_second_is_deleted (fixture);
}

static void
test_undoing_a_deletion_and_then_a_clear_brings_all_back (Fixture *fixture, gconstpointer data)
{
  add_three (fixture);
  delete_second (fixture);
  press (await_button (fixture, "Call deleted"));
  history_rig_assert_n (&fixture->rig, 3, 3, 0);
  aloqa_history_undo_clear (fixture->undo);
  history_rig_assert_n (&fixture->rig, 0, 0, 0);
  press (await_button (fixture, "All calls deleted"));
  aloqa_test_wait_until (has_three, fixture->rig.history);
}

/* Somebody holds the key down. */
typedef struct {
  Fixture *fixture;
  GtkWidget *first;
  guint n_deleted;
} Held;

/* It is looked for at once: nothing has faded away by then. */
static gboolean
deletes_and_has_a_new_button (gpointer user_data)
{
  Held *held = user_data;
  g_autofree char *text = g_strdup_printf ("Calls deleted: %u", ++held->n_deleted);

  delete_second (held->fixture);
  history_rig_add (&held->fixture->rig, FALSE, ALOQA_OUTCOME_ANSWERED);
  return find_button (held->fixture, text) != held->first;
}

/* The person aims at the button that they see, and another one takes its place meanwhile. */
static void
test_a_button_that_fades_away_undoes_what_the_new_one_offers (Fixture *fixture, gconstpointer data)
{
  Held held = { .fixture = fixture, .n_deleted = 1 };
  g_autoptr (GtkWidget) first = NULL;

  add_three (fixture);
  delete_second (fixture);
  held.first = first = g_object_ref (find_button (fixture, "Call deleted"));
  g_assert_false (deletes_and_has_a_new_button (&held));
  aloqa_test_wait_until (deletes_and_has_a_new_button, &held);
  press (first);
  history_rig_assert_n (&fixture->rig, held.n_deleted + 2, held.n_deleted + 2, 0);
  call_rig_await_no_words (fixture->overlay, "Undo");
}

/* As a double click does. */
static void
test_two_deletions_at_once_have_one_button (Fixture *fixture, gconstpointer data)
{
  GtkWidget *first;

  add_three (fixture);
  delete_second (fixture);
  first = find_button (fixture, "Call deleted");
  delete_second (fixture);
  g_assert_true (find_button (fixture, "Calls deleted: 2") == first);
  press (first);
  history_rig_assert_n (&fixture->rig, 3, 3, 0);
}

/* Its time was not up when the list was cleared. */
static void
test_a_button_undoes_while_all_is_being_cleared (Fixture *fixture, gconstpointer data)
{
  GtkWidget *first;

  add_three (fixture);
  delete_second (fixture);
  first = await_button (fixture, "Call deleted");
  aloqa_history_undo_clear (fixture->undo);
  press (first);
  history_rig_assert_n (&fixture->rig, 1, 1, 0);
  press (await_button (fixture, "All calls deleted"));
  aloqa_test_wait_until (has_three, fixture->rig.history);
}

static void
dismissed_cb (gboolean *is_dismissed)
{
  *is_dismissed = TRUE;
}

static gboolean
is_true (gpointer value)
{
  return *(gboolean *) value;
}

/* libadwaita 1.2 frees it else while it is still moved. */
static void
test_what_comes_up_goes_only_when_it_is_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AdwToast) toast = NULL;
  gboolean is_dismissed = FALSE;

  add_three (fixture);
  delete_second (fixture);
  g_object_get (call_rig_find (fixture->overlay, "AdwToastWidget"), "toast", &toast, NULL);
  g_signal_connect_swapped (toast, "dismissed", G_CALLBACK (dismissed_cb), &is_dismissed);
  end_undo (fixture);
  g_assert_false (is_dismissed);
  aloqa_test_wait_until (is_true, &is_dismissed);
  g_signal_handlers_disconnect_by_data (toast, &is_dismissed);
}

static void
add_tests (void)
{
  static const struct {
    const char *path;
    void (*run) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/ui/history-undo/undoing-a-clear-leaves-deleted-what-was-deleted-before",
      test_undoing_a_clear_leaves_deleted_what_was_deleted_before },
    { "/ui/history-undo/undoing-a-deletion-and-then-a-clear-brings-all-back",
      test_undoing_a_deletion_and_then_a_clear_brings_all_back },
    { "/ui/history-undo/a-button-that-fades-away-undoes-what-the-new-one-offers",
      test_a_button_that_fades_away_undoes_what_the_new_one_offers },
    { "/ui/history-undo/two-deletions-at-once-have-one-button",
      test_two_deletions_at_once_have_one_button },
    { "/ui/history-undo/a-button-undoes-while-all-is-being-cleared",
      test_a_button_undoes_while_all_is_being_cleared },
    { "/ui/history-undo/what-comes-up-goes-only-when-it-is-up",
      test_what_comes_up_goes_only_when_it_is_up },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].run, tear_down);
}

int
main (int argc, char **argv)
{
  return display_run_tests (argc, argv, add_tests);
}
