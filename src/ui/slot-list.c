/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/slot-list.h"

#include "ui/row-factory.h"
#include "ui/slot.h"

/* No row is lower. */
#define ROW_PX 52

/* Where it is not known yet how high it is. */
#define USUAL_HEIGHT_PX 600

/* Made, or filled anew, within a frame. */
#define N_ROWS_A_FRAME 4

/* Taken apart within a frame: that is less work. */
#define N_GONE_A_FRAME 16

/* GTK_LIST_VIEW_MAX_LIST_ITEMS: more rows than that are never made, so the rest costs nothing. */
#define MAX_ROWS 200

struct _AloqaSlotList {
  GObject parent_instance;

  GListModel *model;
  GtkWidget *view;  /* owns the list */
  GPtrArray *slots; /* of AloqaSlot; NULL where nobody has asked for it */
  guint n_fresh;    /* before it, all slots have the items that they should */
  guint tick_id;
  gboolean has_news; /* that the next frame is to show, and soon: it has nothing else to do */
};

static void
clear_slot (gpointer slot)
{
  g_clear_object (&slot);
}

static GType
get_item_type (GListModel *model)
{
  return ALOQA_TYPE_SLOT;
}

static guint
get_n_items (GListModel *model)
{
  return ALOQA_SLOT_LIST (model)->slots->len;
}

/* Whether there was one: what nobody has asked for costs nothing. */
static gboolean
refresh (AloqaSlotList *self, guint position)
{
  AloqaSlot *slot = self->slots->pdata[position];
  g_autoptr (GObject) item = NULL;

  if (slot == NULL)
    return FALSE;
  item = g_list_model_get_item (self->model, position);
  aloqa_slot_set_item (slot, item);
  return TRUE;
}

static gpointer
get_item (GListModel *model, guint position)
{
  AloqaSlotList *self = ALOQA_SLOT_LIST (model);

  if (position >= self->slots->len)
    return NULL;
  if (self->slots->pdata[position] == NULL)
    self->slots->pdata[position] = aloqa_slot_new ();
  refresh (self, position);
  return g_object_ref (self->slots->pdata[position]);
}

static void
init_list_model (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (AloqaSlotList, aloqa_slot_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, init_list_model))

/* Up to the last that is seen. */
static guint
count_seen (AloqaSlotList *self)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->view));
  double height_px = gtk_adjustment_get_page_size (adjustment);

  if (height_px <= 0)
    height_px = USUAL_HEIGHT_PX;
  return (gtk_adjustment_get_value (adjustment) + height_px) / ROW_PX + 1;
}

static void
set_length (AloqaSlotList *self, guint n)
{
  guint n_before = self->slots->len;
  guint n_same = MIN (n, n_before);

  if (n == n_before)
    return;
  self->n_fresh = self->n_fresh >= n_before ? n : MIN (self->n_fresh, n);
  g_ptr_array_set_size (self->slots, n);
  g_list_model_items_changed (G_LIST_MODEL (self), n_same, n_before - n_same, n - n_same);
}

static void
refresh_up_to (AloqaSlotList *self, guint n)
{
  for (n = MIN (n, self->slots->len); self->n_fresh < n; self->n_fresh++)
    refresh (self, self->n_fresh);
}

static void
refresh_some (AloqaSlotList *self)
{
  guint n_refreshed = 0;

  while (self->n_fresh < self->slots->len && n_refreshed < N_ROWS_A_FRAME)
    n_refreshed += refresh (self, self->n_fresh++);
}

static gboolean
tick_cb (GtkWidget *view, GdkFrameClock *clock, gpointer user_data)
{
  AloqaSlotList *self = user_data;
  guint n = g_list_model_get_n_items (self->model);
  guint n_now = self->slots->len;

  if (n == 0) {
    self->tick_id = 0;
    return G_SOURCE_REMOVE;
  }
  /* The first rows are still to be painted. */
  if (gtk_widget_get_height (view) == 0 || self->has_news) {
    self->has_news = FALSE;
    return G_SOURCE_CONTINUE;
  }
  if (n < n_now)
    set_length (self, MAX (n, n_now - MIN (n_now, N_GONE_A_FRAME)));
  else if (self->n_fresh < n_now)
    refresh_some (self);
  else
    set_length (self, n_now < MAX_ROWS ? MIN (n, n_now + N_ROWS_A_FRAME) : n);
  if (self->n_fresh < self->slots->len || self->slots->len != n)
    return G_SOURCE_CONTINUE;
  self->tick_id = 0;
  return G_SOURCE_REMOVE;
}

static void
follow_frames (AloqaSlotList *self)
{
  if (self->tick_id == 0)
    self->tick_id = gtk_widget_add_tick_callback (self->view, tick_cb, self, NULL);
}

static void
scrolled_cb (AloqaSlotList *self)
{
  refresh_up_to (self, count_seen (self));
}

/* One who comes or goes moves the others, as does whatever else is no other list altogether. */
static void
splice (AloqaSlotList *self, guint position, guint n_removed, guint n_added)
{
  g_ptr_array_remove_range (self->slots, position, n_removed);
  for (guint i = 0; i < n_added; i++)
    g_ptr_array_insert (self->slots, position, NULL);
  self->n_fresh += n_added - n_removed;
  g_list_model_items_changed (G_LIST_MODEL (self), position, n_removed, n_added);
}

/* Those who are gone vanish at once where they would be seen, and their rows when there is time. */
static void
shorten (AloqaSlotList *self, guint n)
{
  set_length (self, MAX (n, MIN (self->slots->len, MAX_ROWS)));
  if (n < count_seen (self))
    refresh_up_to (self, self->slots->len);
}

/* Returns: (nullable): in whose row the focus is; %NULL where it is in none of this list */
static AloqaSlot *
find_focused_slot (AloqaSlotList *self)
{
  GtkRoot *root = gtk_widget_get_root (self->view);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return focus != NULL && gtk_widget_is_ancestor (focus, self->view)
             ? aloqa_row_factory_find_item (focus)
             : NULL;
}

/* Of two with one item the first is right: the other has not followed yet. */
static GHashTable *
map_slots (GPtrArray *slots)
{
  GHashTable *by_item = g_hash_table_new (NULL, NULL);

  for (guint i = slots->len; i > 0; i--) {
    AloqaSlot *slot = slots->pdata[i - 1];

    if (slot != NULL && aloqa_slot_get_item (slot) != NULL)
      g_hash_table_replace (by_item, aloqa_slot_get_item (slot), slot);
  }
  return by_item;
}

/* Returns: (transfer full): slots for what there is now, each item in the one that it was in */
static GPtrArray *
rearrange_slots (AloqaSlotList *self)
{
  g_autoptr (GHashTable) by_item = map_slots (self->slots);
  guint n = g_list_model_get_n_items (self->model);
  GPtrArray *slots = g_ptr_array_new_full (n, clear_slot);

  for (guint i = 0; i < n; i++) {
    g_autoptr (GObject) item = g_list_model_get_item (self->model, i);
    gpointer slot = NULL;

    g_hash_table_steal_extended (by_item, item, NULL, &slot);
    g_ptr_array_add (slots, slot != NULL ? g_object_ref (slot) : NULL);
  }
  return slots;
}

/*
 * Slow, and for the focus: it is on a row, and whoever is about to press Enter means the person who is
 * in it. So people take their rows along to where they are now; GtkListView keeps the focus in sight.
 * Where that person is gone, newer ones give it to somebody else: it is on nobody then.
 */
static void
rearrange (AloqaSlotList *self, AloqaSlot *focused)
{
  g_autoptr (GPtrArray) old = self->slots;
  GPtrArray *slots = rearrange_slots (self);
  guint head = 0;
  guint tail = 0;

  while (head < MIN (old->len, slots->len) && old->pdata[head] == slots->pdata[head])
    head++;
  while (tail < MIN (old->len, slots->len) - head &&
         old->pdata[old->len - 1 - tail] == slots->pdata[slots->len - 1 - tail])
    tail++;
  self->slots = slots;
  self->n_fresh = slots->len;
  g_list_model_items_changed (G_LIST_MODEL (self), head, old->len - head - tail,
                              slots->len - head - tail);
  if (find_focused_slot (self) != focused)
    gtk_root_set_focus (gtk_widget_get_root (self->view), NULL);
}

static void
changed_cb (GListModel *model, guint position, guint n_removed, guint n_added, AloqaSlotList *self)
{
  guint n = g_list_model_get_n_items (model);
  guint n_now = self->slots->len;
  AloqaSlot *focused;

  /* Something else is shown instead then: the rows are kept for whoever comes next. */
  if (n == 0) {
    self->n_fresh = 0;
    return;
  }
  focused = find_focused_slot (self);
  if (focused != NULL) {
    rearrange (self, focused);
  } else if (n_now == n + n_removed - n_added && position + n_removed <= self->n_fresh &&
             n_removed <= N_ROWS_A_FRAME && n_added <= N_ROWS_A_FRAME) {
    splice (self, position, n_removed, n_added);
  } else {
    self->n_fresh = MIN (self->n_fresh, position);
    if (n < n_now)
      shorten (self, n);
    else
      set_length (self, n_now < MAX_ROWS ? MAX (n_now, MIN (n, count_seen (self))) : n);
    refresh_up_to (self, count_seen (self));
  }
  self->has_news = TRUE;
  if (self->n_fresh < self->slots->len || self->slots->len != n)
    follow_frames (self);
}

static void
aloqa_slot_list_dispose (GObject *object)
{
  AloqaSlotList *self = ALOQA_SLOT_LIST (object);

  if (self->tick_id != 0 && self->view != NULL)
    gtk_widget_remove_tick_callback (self->view, self->tick_id);
  self->tick_id = 0;
  g_clear_weak_pointer (&self->view);
  g_clear_object (&self->model);
  g_clear_pointer (&self->slots, g_ptr_array_unref);

  G_OBJECT_CLASS (aloqa_slot_list_parent_class)->dispose (object);
}

static void
aloqa_slot_list_class_init (AloqaSlotListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aloqa_slot_list_dispose;
}

static void
aloqa_slot_list_init (AloqaSlotList *self)
{
  self->slots = g_ptr_array_new_with_free_func (clear_slot);
}

/**
 * aloqa_slot_list_new:
 * @view: a #GtkScrollable, whose model this is to be, and whose frames it follows; while that is not on
 *   the screen it does not
 *
 * Returns: (transfer full): slots for @model
 */
AloqaSlotList *
aloqa_slot_list_new (GListModel *model, GtkWidget *view)
{
  AloqaSlotList *self = g_object_new (ALOQA_TYPE_SLOT_LIST, NULL);

  self->model = g_object_ref (model);
  g_set_weak_pointer (&self->view, view);
  g_signal_connect_object (model, "items-changed", G_CALLBACK (changed_cb), self, 0);
  g_signal_connect_object (gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (view)), "value-changed",
                           G_CALLBACK (scrolled_cb), self, G_CONNECT_SWAPPED);
  changed_cb (model, 0, 0, g_list_model_get_n_items (model), self);
  return self;
}
