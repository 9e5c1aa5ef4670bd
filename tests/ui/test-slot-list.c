/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/row-factory.h"
#include "ui/slot-list.h"

#include "support/support.h"
#include "ui/display.h"
#include "ui/slot.h"

/* More than the toolkit ever makes rows for. */
#define N_PEOPLE 300
/* Certainly seen of it, in a window of WINDOW_PX. */
#define N_SEEN 5
#define WINDOW_PX 400
#define N_SEARCHES 60

typedef struct {
  GListStore *people; /* of GtkStringObject */
  AloqaSlotList *list;
  GtkWidget *window;
  guint n_made, n_gone; /* rows */
  GPtrArray *rows;      /* of GtkListItem: with a slot */
} Fixture;

static GtkWidget *
make_row (void)
{
  GtkWidget *label = gtk_label_new ("Somebody");

  gtk_widget_set_size_request (label, -1, 52);
  return label;
}

static void
count_made_cb (GtkListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  ((Fixture *) user_data)->n_made++;
}

static void
count_gone_cb (GtkListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  ((Fixture *) user_data)->n_gone++;
}

static void
add_row_cb (GtkListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  g_ptr_array_add (((Fixture *) user_data)->rows, item);
}

static void
remove_row_cb (GtkListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  g_ptr_array_remove_fast (((Fixture *) user_data)->rows, item);
}

/* @n people instead of all there are, as a search finds others. */
static void
find_people (Fixture *fixture, guint n)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (found, gtk_string_object_new ("somebody"));
  g_list_store_splice (fixture->people, 0,
                       g_list_model_get_n_items (G_LIST_MODEL (fixture->people)), found->pdata,
                       found->len);
}

/* The slot is let go of at once: the list is what keeps it. */
static AloqaSlot *
get_slot (Fixture *fixture, guint position)
{
  g_autoptr (AloqaSlot) slot = g_list_model_get_item (G_LIST_MODEL (fixture->list), position);

  return slot;
}

static gboolean
has_all (gpointer user_data)
{
  Fixture *fixture = user_data;

  return g_list_model_get_n_items (G_LIST_MODEL (fixture->list)) ==
         g_list_model_get_n_items (G_LIST_MODEL (fixture->people));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  GtkListItemFactory *factory = aloqa_row_factory_new (make_row);
  GtkWidget *view = gtk_list_view_new (NULL, factory), *scrolled = gtk_scrolled_window_new ();
  g_autoptr (GtkNoSelection) selection = NULL;

  g_signal_connect (factory, "setup", G_CALLBACK (count_made_cb), fixture);
  g_signal_connect (factory, "teardown", G_CALLBACK (count_gone_cb), fixture);
  g_signal_connect (factory, "bind", G_CALLBACK (add_row_cb), fixture);
  g_signal_connect (factory, "unbind", G_CALLBACK (remove_row_cb), fixture);
  fixture->rows = g_ptr_array_new ();
  fixture->people = g_list_store_new (GTK_TYPE_STRING_OBJECT);
  fixture->window = gtk_window_new ();
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), view);
  gtk_window_set_child (GTK_WINDOW (fixture->window), scrolled);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), WINDOW_PX, WINDOW_PX);

  fixture->list = aloqa_slot_list_new (G_LIST_MODEL (fixture->people), view);
  selection = gtk_no_selection_new (g_object_ref (G_LIST_MODEL (fixture->list)));
  gtk_list_view_set_model (GTK_LIST_VIEW (view), GTK_SELECTION_MODEL (selection));
  gtk_window_present (GTK_WINDOW (fixture->window));
  find_people (fixture, N_PEOPLE);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), <, 50);
  aloqa_test_wait_until (has_all, fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_assert_finalize_object (fixture->list);
  g_assert_finalize_object (fixture->people);
  g_ptr_array_unref (fixture->rows);
}

static void
keep_item (AloqaSlot *slot, GParamSpec *pspec, gpointer item)
{
  *(gpointer *) item = aloqa_slot_get_item (slot);
}

static void
test_rows_stay_while_others_are_found (Fixture *fixture, gconstpointer data)
{
  guint n_made = fixture->n_made, n_gone = fixture->n_gone;
  AloqaSlot *first = get_slot (fixture, 0);
  g_autoptr (GObject) person = NULL;
  gpointer shown = NULL;

  g_signal_connect (first, "notify::item", G_CALLBACK (keep_item), &shown);
  find_people (fixture, N_PEOPLE - 20);
  person = g_list_model_get_item (G_LIST_MODEL (fixture->people), 0);
  g_assert_true (shown == person);
  g_assert_true (get_slot (fixture, 0) == first);
  g_assert_cmpuint (fixture->n_made, ==, n_made);
  g_assert_cmpuint (fixture->n_gone, ==, n_gone);
}

static gboolean
is_short (gpointer list)
{
  return g_list_model_get_n_items (list) == 1;
}

static void
test_who_is_not_found_vanishes_at_once (Fixture *fixture, gconstpointer data)
{
  gpointer shown[N_SEEN];

  for (guint i = 0; i < N_SEEN; i++) {
    AloqaSlot *slot = get_slot (fixture, i);

    shown[i] = aloqa_slot_get_item (slot);
    g_signal_connect (slot, "notify::item", G_CALLBACK (keep_item), &shown[i]);
  }
  find_people (fixture, 1);
  g_assert_nonnull (shown[0]);
  for (guint i = 1; i < N_SEEN; i++)
    g_assert_null (shown[i]);
  aloqa_test_wait_until (is_short, fixture->list);
}

/* The page has something else to say then, and the rows are there for who is found next. */
static void
test_rows_stay_while_nobody_is_found (Fixture *fixture, gconstpointer data)
{
  guint n_made = fixture->n_made, n_gone = fixture->n_gone;

  find_people (fixture, 0);
  find_people (fixture, N_PEOPLE);
  g_assert_cmpuint (fixture->n_made, ==, n_made);
  g_assert_cmpuint (fixture->n_gone, ==, n_gone);
  aloqa_test_wait_until (has_all, fixture);
}

static void
test_one_who_comes_moves_the_others (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GtkStringObject) newcomer = gtk_string_object_new ("newcomer");
  AloqaSlot *first = get_slot (fixture, 0);

  g_list_store_insert (fixture->people, 0, newcomer);
  g_assert_true (get_slot (fixture, 1) == first);
  g_assert_true (aloqa_slot_get_item (get_slot (fixture, 0)) == newcomer);
  g_list_store_remove (fixture->people, 0);
  g_assert_true (get_slot (fixture, 0) == first);
}

/* Returns: (transfer none): the row of that place, as the toolkit has it */
static GtkListItem *
find_row (Fixture *fixture, guint position)
{
  for (guint i = 0; i < fixture->rows->len; i++) {
    if (gtk_list_item_get_position (fixture->rows->pdata[i]) == position)
      return fixture->rows->pdata[i];
  }
  return NULL;
}

static GtkWidget *
get_widget (GtkListItem *row)
{
  return gtk_widget_get_parent (gtk_list_item_get_child (row));
}

/* Returns: (transfer none) (nullable): which has the focus */
static GtkListItem *
find_focused_row (Fixture *fixture)
{
  for (guint i = 0; i < fixture->rows->len; i++) {
    if (gtk_root_get_focus (GTK_ROOT (fixture->window)) == get_widget (fixture->rows->pdata[i]))
      return fixture->rows->pdata[i];
  }
  return NULL;
}

/* Returns: (transfer full): who is in the row that now has the focus */
static gpointer
focus (Fixture *fixture, guint position)
{
  GtkListItem *row = find_row (fixture, position);

  g_assert_true (gtk_widget_grab_focus (get_widget (row)));
  g_assert_true (find_focused_row (fixture) == row);
  return g_object_ref (aloqa_slot_get_item (gtk_list_item_get_item (row)));
}

/* That is whom Enter calls. */
static void
assert_focus (Fixture *fixture, gpointer person)
{
  GtkListItem *row = find_focused_row (fixture);
  g_autoptr (GObject) at_its_place = NULL;

  g_assert_nonnull (row);
  at_its_place =
      g_list_model_get_item (G_LIST_MODEL (fixture->people), gtk_list_item_get_position (row));
  g_assert_true (at_its_place == person);
  g_assert_true (aloqa_slot_get_item (gtk_list_item_get_item (row)) == person);
}

/* @n_before newcomers, @person, and @n_after newcomers, instead of @n_removed who are there. */
static void
put_around (Fixture *fixture, gpointer person, guint n_removed, guint n_before, guint n_after)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n_before + 1 + n_after; i++)
    g_ptr_array_add (found, i == n_before ? g_object_ref (person)
                                          : (gpointer) gtk_string_object_new ("newcomer"));
  g_list_store_splice (fixture->people, 0, n_removed, found->pdata, found->len);
}

static gboolean
is_focus_seen (gpointer user_data)
{
  Fixture *fixture = user_data;
  graphene_rect_t bounds;

  return gtk_widget_compute_bounds (gtk_root_get_focus (GTK_ROOT (fixture->window)),
                                    fixture->window, &bounds) &&
         bounds.origin.y >= 0 && bounds.origin.y + bounds.size.height <= WINDOW_PX;
}

static gboolean
count_frame_cb (GtkWidget *window, GdkFrameClock *clock, gpointer n_left)
{
  return --*(guint *) n_left > 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static gboolean
is_zero (gpointer n)
{
  return *(guint *) n == 0;
}

/* Rows are laid out at the end of a frame. */
static void
await_layout (Fixture *fixture)
{
  guint n_left = 2;

  gtk_widget_add_tick_callback (fixture->window, count_frame_cb, &n_left, NULL);
  aloqa_test_wait_until (is_zero, &n_left);
}

/* Without the focus, which is still seen. */
static void
scroll_a_row (Fixture *fixture)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (
      GTK_SCROLLED_WINDOW (gtk_window_get_child (GTK_WINDOW (fixture->window))));

  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + 52);
  await_layout (fixture);
  g_assert_true (is_focus_seen (fixture));
}

static void
test_focus_stays_with_the_person (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GObject) person = focus (fixture, 1);

  put_around (fixture, person, 3, 2, 1);
  assert_focus (fixture, person);
  put_around (fixture, person, 3, 10, 5);
  assert_focus (fixture, person);
  await_layout (fixture);
  scroll_a_row (fixture);
  put_around (fixture, person, g_list_model_get_n_items (G_LIST_MODEL (fixture->people)), 150, 99);
  assert_focus (fixture, person);
  await_layout (fixture);
  g_assert_true (is_focus_seen (fixture));
  put_around (fixture, person, 250, 0, 0);
  assert_focus (fixture, person);
}

static void
test_focus_goes_to_nobody_else (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GObject) person = focus (fixture, 1);

  find_people (fixture, N_PEOPLE);
  g_assert_null (find_focused_row (fixture));
  /* Nor is it slow any more. */
  test_rows_stay_while_others_are_found (fixture, data);
}

/* A list that is asked for a slot sees to it, so that the rows are asked what is in theirs. */
static gboolean
is_right (gpointer user_data)
{
  Fixture *fixture = user_data;

  for (guint i = 0; i < fixture->rows->len; i++) {
    GtkListItem *row = fixture->rows->pdata[i];
    g_autoptr (GObject) person =
        g_list_model_get_item (G_LIST_MODEL (fixture->people), gtk_list_item_get_position (row));

    if (aloqa_slot_get_item (gtk_list_item_get_item (row)) != person)
      return FALSE;
  }
  return has_all (fixture) && fixture->rows->len > 0;
}

/* Of any search, and whoever comes and goes meanwhile, in the midst of following the one before. */
static void
test_whatever_is_searched_is_right_in_the_end (Fixture *fixture, gconstpointer data)
{
  static const guint sizes[] = { 0, 1, 2, 4, 9, 40, 199, 200, 201, 260, N_PEOPLE };

  for (guint i = 0; i < N_SEARCHES; i++) {
    guint n = g_list_model_get_n_items (G_LIST_MODEL (fixture->people));
    g_autoptr (GtkStringObject) newcomer = gtk_string_object_new ("newcomer");

    if (g_test_rand_bit ())
      find_people (fixture, sizes[g_test_rand_int_range (0, G_N_ELEMENTS (sizes))]);
    else if (n > 0 && g_test_rand_bit ())
      g_list_store_remove (fixture->people, g_test_rand_int_range (0, n));
    else
      g_list_store_insert (fixture->people, g_test_rand_int_range (0, n + 1), newcomer);
    if (g_test_rand_int_range (0, 8) == 0 && find_row (fixture, i) != NULL)
      gtk_widget_grab_focus (get_widget (find_row (fixture, i)));
    if (g_test_rand_bit ())
      g_main_context_iteration (NULL, FALSE);
  }
  find_people (fixture, 1);
  find_people (fixture, N_PEOPLE);
  aloqa_test_wait_until (is_right, fixture);
}

static void
add_tests (void)
{
#define ADD(name, func) g_test_add ("/ui/slot-list/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("rows-stay-while-others-are-found", test_rows_stay_while_others_are_found);
  ADD ("who-is-not-found-vanishes-at-once", test_who_is_not_found_vanishes_at_once);
  ADD ("rows-stay-while-nobody-is-found", test_rows_stay_while_nobody_is_found);
  ADD ("one-who-comes-moves-the-others", test_one_who_comes_moves_the_others);
  ADD ("focus-stays-with-the-person", test_focus_stays_with_the_person);
  ADD ("focus-goes-to-nobody-else", test_focus_goes_to_nobody_else);
  ADD ("whatever-is-searched-is-right-in-the-end", test_whatever_is_searched_is_right_in_the_end);
#undef ADD
}

int
main (int argc, char **argv)
{
  return display_run_tests (argc, argv, add_tests);
}
