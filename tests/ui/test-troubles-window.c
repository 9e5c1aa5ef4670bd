/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/troubles-window.h"

#include "session/calls-rig.h"
#include "ui/call-rig.h"
#include "ui/installation.h"

typedef struct {
  CallsRig rig;
  GSettings *settings;
  AloqaCalls *calls;
  GtkWidget *window;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  static const char *const devices[] = { "camera", "microphone", "speaker" };

  calls_rig_set_up (&f->rig, data);
  f->settings = aloqa_installation_open_settings ();
  /* Nothing of this machine's is opened. */
  for (gsize i = 0; i < G_N_ELEMENTS (devices); i++)
    g_settings_set_string (f->settings, devices[i], "none that is here");
  f->calls = aloqa_calls_new (f->settings);
  aloqa_calls_set_session (f->calls, f->rig.session);
  f->window = g_object_ref (aloqa_troubles_window_new (f->settings, f->calls));
}

static gboolean
is_gone (gpointer user_data)
{
  return ((Fixture *) user_data)->window == NULL;
}

/* A look that was ended holds the window for a moment longer. */
static void
tear_down (Fixture *f, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (f->window));
  g_object_add_weak_pointer (G_OBJECT (f->window), (gpointer *) &f->window);
  g_object_unref (f->window);
  aloqa_test_wait_until (is_gone, f);
  aloqa_calls_set_session (f->calls, NULL);
  g_assert_finalize_object (f->calls);
  g_object_unref (f->settings);
  calls_rig_tear_down (&f->rig, data);
}

static GtkWidget *
get_again_button (Fixture *f)
{
  return call_rig_find_tooltip (f->window, "Look Again");
}

static gboolean
is_over (gpointer user_data)
{
  return gtk_widget_get_sensitive (get_again_button (user_data));
}

static void
assert_page (Fixture *f, const char *name)
{
  GtkStack *stack = GTK_STACK (call_rig_find (f->window, "GtkStack"));

  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, name);
}

static void
begin_call (Fixture *f)
{
  g_autoptr (AloqaContact) contact = aloqa_contact_new (3, "vali", "Vali", NULL);

  aloqa_calls_dial (f->calls, contact, ALOQA_CALL_AUDIO, ALOQA_DIAL_NEW);
  g_assert_nonnull (aloqa_calls_get_running (f->calls));
}

static void
end_call (Fixture *f)
{
  aloqa_calls_hang_up (f->calls);
  g_assert_null (aloqa_calls_get_running (f->calls));
}

/* Whose devices are the call's from then on. It can be looked again behind that. */
static void
test_a_call_that_begins_ends_the_look (Fixture *f, gconstpointer data)
{
  aloqa_troubles_window_look (ALOQA_TROUBLES_WINDOW (f->window), f->rig.session);
  assert_page (f, "checks");
  g_assert_false (is_over (f));
  begin_call (f);
  assert_page (f, "in-call");
  g_assert_true (is_over (f));
  end_call (f);
  g_signal_emit_by_name (get_again_button (f), "clicked");
  assert_page (f, "checks");
  g_assert_false (is_over (f));
}

/* Without a server there is less to look at. */
static void
test_what_was_found_before_a_call_stays (Fixture *f, gconstpointer data)
{
  aloqa_troubles_window_look (ALOQA_TROUBLES_WINDOW (f->window), NULL);
  aloqa_test_wait_until (is_over, f);
  begin_call (f);
  assert_page (f, "checks");
  end_call (f);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/ui/troubles-window/" name, Fixture, NULL, set_up, func, tear_down)

static void
add_tests (GSubprocess *display)
{
  ADD ("a-call-that-begins-ends-the-look", test_a_call_that_begins_ends_the_look);
  ADD ("what-was-found-before-a-call-stays", test_what_was_found_before_a_call_stays);
}

int
main (int argc, char **argv)
{
  return call_rig_run_tests (argc, argv, add_tests);
}
