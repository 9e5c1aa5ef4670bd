/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/people-page.h"

#include "session/roster-rig.h"
#include "ui/contact-row.h"
#include "ui/display.h"

#define NAMESAKES "3 ali1 Ali Aliyev|4 ali2 Ali Aliyev|5 vali Vali Valiyev"

/* Returns: (transfer none) (nullable): the first within that is one, and is on the screen */
static GtkWidget *
find (GtkWidget *parent, GType type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (parent, type) && gtk_widget_get_mapped (parent))
    return parent;
  for (GtkWidget *child = gtk_widget_get_first_child (parent); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find (child, type);

    if (found != NULL)
      return found;
  }
  return NULL;
}

static gboolean
shows_somebody (gpointer page)
{
  return find (page, ALOQA_TYPE_CONTACT_ROW) != NULL;
}

static AloqaPeoplePage *
show_page (GtkWidget **window)
{
  AloqaPeoplePage *page = g_object_new (ALOQA_TYPE_PEOPLE_PAGE, NULL);

  *window = gtk_window_new ();
  aloqa_people_page_set_roster (page, NULL);
  gtk_window_set_default_size (GTK_WINDOW (*window), 360, 600);
  gtk_window_set_child (GTK_WINDOW (*window), GTK_WIDGET (page));
  gtk_window_present (GTK_WINDOW (*window));
  return page;
}

static gboolean
is_searched (gpointer roster)
{
  return g_list_model_get_n_items (roster) == 1;
}

static void
test_what_is_typed_before_the_sign_in_is_searched (RosterRig *rig, gconstpointer data)
{
  GtkWidget *window;
  AloqaPeoplePage *page = show_page (&window);
  GtkEditable *entry;

  aloqa_test_wait_until ((gboolean (*) (gpointer)) gtk_widget_get_mapped, page);
  entry = GTK_EDITABLE (find (GTK_WIDGET (page), GTK_TYPE_SEARCH_ENTRY));
  gtk_editable_set_text (entry, "vali v");
  roster_rig_start_ready (rig, NAMESAKES);
  aloqa_people_page_set_roster (page, rig->roster);
  aloqa_test_wait_until (shows_somebody, page);
  g_assert_cmpstr (gtk_editable_get_text (entry), ==, "vali v");
  g_assert_true (is_searched (rig->roster));

  /* Whoever signs in next looks for somebody else; what was typed comes late. */
  gtk_editable_set_text (entry, "vali");
  aloqa_people_page_set_roster (page, NULL);
  g_assert_cmpstr (gtk_editable_get_text (entry), ==, "");
  aloqa_test_drain ();
  gtk_window_destroy (GTK_WINDOW (window));
  aloqa_test_drain ();
}

static char *
check_description (GtkWidget *page, const char *text)
{
  GtkWidget *list_row = gtk_widget_get_parent (find (page, ALOQA_TYPE_CONTACT_ROW));

  return gtk_test_accessible_check_property (GTK_ACCESSIBLE (list_row),
                                             GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text);
}

static void
test_namesakes_and_who_is_online_are_told_by_ear (RosterRig *rig, gconstpointer data)
{
  GtkWidget *window;
  AloqaPeoplePage *page = show_page (&window);
  AloqaContact *first;

  roster_rig_start_ready (rig, NAMESAKES);
  aloqa_people_page_set_roster (page, rig->roster);
  aloqa_test_wait_until (shows_somebody, page);
  g_assert_null (check_description (GTK_WIDGET (page), "ali1"));
  first = aloqa_roster_find (rig->roster, 3);
  aloqa_contact_set_online (first, ALOQA_PRESENCE_ONLINE);
  g_assert_null (check_description (GTK_WIDGET (page), "ali1, online"));
  aloqa_contact_set_online (first, ALOQA_PRESENCE_OFFLINE);
  g_assert_null (check_description (GTK_WIDGET (page), "ali1"));
  gtk_window_destroy (GTK_WINDOW (window));
  aloqa_test_drain ();
}

static void
add_tests (void)
{
#define ADD(name, function)                                                                        \
  g_test_add ("/ui/people-page/" name, RosterRig, NULL, roster_rig_set_up, function,               \
              roster_rig_tear_down)
  ADD ("what-is-typed-before-the-sign-in-is-searched",
       test_what_is_typed_before_the_sign_in_is_searched);
  ADD ("namesakes-and-who-is-online-are-told-by-ear",
       test_namesakes_and_who_is_online_are_told_by_ear);
}

int
main (int argc, char **argv)
{
  return display_run_tests (argc, argv, add_tests);
}
