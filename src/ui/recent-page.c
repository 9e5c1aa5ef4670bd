/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/recent-page.h"

#include <glib/gi18n.h>

#include "ui/accessible-pages.h"
#include "ui/call-wish.h"
#include "ui/gradual-list.h"
#include "ui/history-row.h"
#include "ui/history-undo.h"
#include "ui/row-factory.h"
#include "ui/when.h"

/* By then “Today” is no longer said of yesterday, also after the machine slept over midnight. */
#define LOOK_INTERVAL_S 60

struct _AloqaRecentPage {
  AdwBin parent_instance;

  GtkStack *stack;
  GtkListView *list;
  GtkLabel *error_label;

  AloqaHistory *history;
  AloqaHistoryUndo *undo; /* of it */
  AloqaRoster *roster;
  GPtrArray *items; /* of GtkListItem: those with an entry in them; not owned */
  GDateTime *today; /* by which the days are named */
  guint look_id;    /* while it is on the screen */
};

G_DEFINE_FINAL_TYPE (AloqaRecentPage, aloqa_recent_page, ADW_TYPE_BIN)

static void
state_cb (AloqaRecentPage *self)
{
  const GError *error = aloqa_history_get_error (self->history);
  gboolean has_entries = aloqa_history_get_n_entries (self->history) > 0 ||
                         g_list_model_get_n_items (G_LIST_MODEL (self->history)) > 0;
  /* Below the list is the button that begins a new file. */
  const char *page = has_entries || aloqa_history_needs_clearing (self->history) ? "list" : "empty";

  gtk_stack_set_visible_child_name (self->stack,
                                    aloqa_history_is_loading (self->history) ? "loading" : page);
  if (error != NULL)
    gtk_label_set_label (self->error_label, error->message);
  gtk_widget_set_visible (GTK_WIDGET (self->error_label), error != NULL);
}

/* While it is looked at, nothing in it is new; a window that others cover is not. */
static void
mark_seen (AloqaRecentPage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (self->history != NULL && gtk_widget_get_mapped (GTK_WIDGET (self)) &&
      gtk_window_is_active (GTK_WINDOW (root)))
    aloqa_history_mark_seen (self->history);
}

static void
activate_cb (AloqaRecentPage *self, guint position)
{
  g_autoptr (AloqaHistoryEntry) entry =
      g_list_model_get_item (G_LIST_MODEL (self->history), position);
  g_autoptr (AloqaContact) contact = NULL;

  if (entry == NULL)
    return;
  contact = aloqa_history_entry_new_contact (entry);
  gtk_widget_activate_action_variant (
      GTK_WIDGET (self), "win.call",
      aloqa_call_wish_new (contact, aloqa_history_entry_get_kind (entry)));
}

static void
clear_clicked_cb (AloqaRecentPage *self)
{
  if (self->undo != NULL)
    aloqa_history_undo_clear (self->undo);
}

static void
delete_cb (AloqaRecentPage *self, AloqaHistoryEntry *entry)
{
  if (self->undo != NULL)
    aloqa_history_undo_delete (self->undo, entry);
}

static void
show_day (AloqaRecentPage *self, GtkListItem *item)
{
  GtkWidget *row = gtk_list_item_get_child (item);
  guint position = gtk_list_item_get_position (item);
  g_autoptr (AloqaHistoryEntry) previous = NULL;

  if (gtk_list_item_get_item (item) == NULL || position == GTK_INVALID_LIST_POSITION)
    return;
  if (position > 0)
    previous = g_list_model_get_item (G_LIST_MODEL (self->history), position - 1);
  aloqa_history_row_show_day (ALOQA_HISTORY_ROW (row), previous, self->today);
}

/* What is above has changed. */
static void
position_cb (AloqaRecentPage *self, GParamSpec *pspec, GtkListItem *item)
{
  show_day (self, item);
}

static void
bind_cb (AloqaRecentPage *self, GtkListItem *item)
{
  AloqaHistoryRow *row = ALOQA_HISTORY_ROW (gtk_list_item_get_child (item));

  aloqa_history_row_show (row, self->roster, gtk_list_item_get_item (item));
  g_signal_connect_object (row, "delete", G_CALLBACK (delete_cb), self, G_CONNECT_SWAPPED);
  show_day (self, item);
  g_ptr_array_add (self->items, item);
  g_signal_connect_object (item, "notify::position", G_CALLBACK (position_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
unbind_cb (AloqaRecentPage *self, GtkListItem *item)
{
  AloqaHistoryRow *row = ALOQA_HISTORY_ROW (gtk_list_item_get_child (item));

  g_ptr_array_remove_fast (self->items, item);
  g_signal_handlers_disconnect_by_func (item, position_cb, self);
  g_signal_handlers_disconnect_by_func (row, delete_cb, self);
  aloqa_history_row_show (row, NULL, NULL);
}

static gboolean
look_cb (gpointer user_data)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  aloqa_recent_page_set_today (user_data, now);
  return G_SOURCE_CONTINUE;
}

static void
aloqa_recent_page_map (GtkWidget *widget)
{
  AloqaRecentPage *self = ALOQA_RECENT_PAGE (widget);

  GTK_WIDGET_CLASS (aloqa_recent_page_parent_class)->map (widget);
  g_signal_connect_object (gtk_widget_get_root (widget), "notify::is-active",
                           G_CALLBACK (mark_seen), self, G_CONNECT_SWAPPED);
  mark_seen (self);
  look_cb (self);
  self->look_id = g_timeout_add_seconds (LOOK_INTERVAL_S, look_cb, self);
}

static void
aloqa_recent_page_unmap (GtkWidget *widget)
{
  GtkRoot *root = gtk_widget_get_root (widget);

  g_clear_handle_id (&ALOQA_RECENT_PAGE (widget)->look_id, g_source_remove);
  g_signal_handlers_disconnect_by_func (root, mark_seen, widget);
  GTK_WIDGET_CLASS (aloqa_recent_page_parent_class)->unmap (widget);
}

static void
aloqa_recent_page_dispose (GObject *object)
{
  AloqaRecentPage *self = ALOQA_RECENT_PAGE (object);

  if (self->list != NULL)
    aloqa_recent_page_set_history (self, NULL, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), ALOQA_TYPE_RECENT_PAGE);

  G_OBJECT_CLASS (aloqa_recent_page_parent_class)->dispose (object);
}

static void
aloqa_recent_page_finalize (GObject *object)
{
  AloqaRecentPage *self = ALOQA_RECENT_PAGE (object);

  g_ptr_array_unref (self->items);
  g_date_time_unref (self->today);

  G_OBJECT_CLASS (aloqa_recent_page_parent_class)->finalize (object);
}

static void
aloqa_recent_page_class_init (AloqaRecentPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aloqa_recent_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = aloqa_recent_page_finalize;
  widget_class->map = aloqa_recent_page_map;
  widget_class->unmap = aloqa_recent_page_unmap;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/aloqa/Aloqa/recent-page.ui");
  gtk_widget_class_bind_template_child (widget_class, AloqaRecentPage, stack);
  gtk_widget_class_bind_template_child (widget_class, AloqaRecentPage, list);
  gtk_widget_class_bind_template_child (widget_class, AloqaRecentPage, error_label);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, clear_clicked_cb);
}

static void
aloqa_recent_page_init (AloqaRecentPage *self)
{
  g_autoptr (GtkListItemFactory) factory = aloqa_row_factory_new (aloqa_history_row_new);

  self->items = g_ptr_array_new ();
  self->today = g_date_time_new_now_local ();
  gtk_widget_init_template (GTK_WIDGET (self));
  aloqa_accessible_pages_follow (self->stack);
  g_signal_connect_swapped (factory, "bind", G_CALLBACK (bind_cb), self);
  g_signal_connect_swapped (factory, "unbind", G_CALLBACK (unbind_cb), self);
  gtk_list_view_set_factory (self->list, factory);
}

/**
 * aloqa_recent_page_set_history:
 * @history: (nullable): what to show; %NULL while nobody is signed in
 * @roster: (nullable): who to ask for pictures
 */
void
aloqa_recent_page_set_history (AloqaRecentPage *self, AloqaHistory *history, AloqaRoster *roster)
{
  g_autoptr (GtkNoSelection) model = NULL;

  if (self->history != NULL)
    g_signal_handlers_disconnect_by_data (self->history, self);
  gtk_list_view_set_model (self->list, NULL);
  if (self->undo != NULL)
    aloqa_history_undo_end (self->undo);
  g_clear_object (&self->undo);
  g_set_object (&self->history, history);
  g_set_object (&self->roster, roster);
  if (history == NULL)
    return;

  self->undo = aloqa_history_undo_new (GTK_WIDGET (self), history);
  model = gtk_no_selection_new (
      G_LIST_MODEL (aloqa_gradual_list_new (G_LIST_MODEL (history), GTK_WIDGET (self->list))));
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (model));
  g_signal_connect_swapped (history, "notify::loading", G_CALLBACK (state_cb), self);
  g_signal_connect_swapped (history, "notify::n-entries", G_CALLBACK (state_cb), self);
  g_signal_connect_swapped (history, "notify::error", G_CALLBACK (state_cb), self);
  g_signal_connect_swapped (history, "items-changed", G_CALLBACK (state_cb), self);
  g_signal_connect_swapped (history, "notify::n-missed", G_CALLBACK (mark_seen), self);
  state_cb (self);
  mark_seen (self);
}

/* Days are named anew once it is another one; the page sees to that by itself. */
void
aloqa_recent_page_set_today (AloqaRecentPage *self, GDateTime *today)
{
  if (aloqa_when_is_same_day (self->today, today))
    return;

  g_date_time_unref (self->today);
  self->today = g_date_time_ref (today);
  for (guint i = 0; i < self->items->len; i++)
    show_day (self, self->items->pdata[i]);
}
