/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/history-private.h"

#include "session/history-entry-private.h"

/* Several screens at first, and the next ones before the last of them is reached: few enough to be made
 * rows of while the list is scrolled, without a frame being late for it. */
#define FIRST_ROWS 100
#define PAGE_ROWS 25
#define AHEAD_ROWS 50

/* A page on its way. */
typedef struct {
  AloqaHistory *self;
  gboolean is_first;
  guint n_changes;
} Ask;

enum { PROP_N_MISSED = 1, PROP_N_ENTRIES, PROP_LOADING, PROP_ERROR, N_PROPS };

static GParamSpec *properties[N_PROPS];

static void
free_ask (gpointer data)
{
  Ask *ask = data;

  g_object_unref (ask->self);
  g_free (ask);
}

void
aloqa_history_set_counts (AloqaHistory *self, guint n_entries, guint n_missed)
{
  guint old_n_entries = self->n_entries;
  guint old_n_missed = self->n_missed;

  self->n_entries = n_entries;
  self->n_missed = n_missed;
  if (old_n_entries != n_entries)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_ENTRIES]);
  if (old_n_missed != n_missed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_MISSED]);
}

/* Where @entry is, or belongs. */
static guint
find_position (AloqaHistory *self, AloqaHistoryEntry *entry)
{
  guint first = 0;
  guint last = self->entries->len;

  while (first < last) {
    guint middle = first + (last - first) / 2;

    if (aloqa_history_entry_is_newer (self->entries->pdata[middle], entry))
      first = middle + 1;
    else
      last = middle;
  }
  return first;
}

/* Puts in what is not there; what a page has in a row is told in one go. */
void
aloqa_history_insert (AloqaHistory *self, GPtrArray *entries)
{
  guint n_in_row = 0;
  guint start = 0;

  for (guint i = 0; i < entries->len; i++) {
    AloqaHistoryEntry *entry = entries->pdata[i];
    guint position;

    if (!g_hash_table_add (self->known, g_strdup (entry->key)))
      continue;
    position = find_position (self, entry);
    if (n_in_row != 0 && position != start + n_in_row) {
      g_list_model_items_changed (G_LIST_MODEL (self), start, 0, n_in_row);
      n_in_row = 0;
      /* Whoever was told may have deleted something. */
      position = find_position (self, entry);
    }
    if (n_in_row++ == 0)
      start = position;
    g_ptr_array_insert (self->entries, (int) position, g_object_ref (entry));
  }
  if (n_in_row != 0)
    g_list_model_items_changed (G_LIST_MODEL (self), start, 0, n_in_row);
}

static void
finish_loading (AloqaHistory *self)
{
  if (self->is_loaded)
    return;

  self->is_loaded = TRUE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADING]);
}

static void page_loaded_cb (AloqaHistoryPage *page, gpointer user_data);

void
aloqa_history_load_page (AloqaHistory *self, gboolean is_first)
{
  guint n = self->entries->len;
  Ask *ask;

  if (self->is_loading_page)
    return;

  self->is_loading_page = TRUE;
  ask = g_new (Ask, 1);
  *ask = (Ask){ g_object_ref (self), is_first, self->n_changes };
  aloqa_history_rows_load (self->store, is_first || n == 0 ? NULL : self->entries->pdata[n - 1],
                           is_first ? FIRST_ROWS : PAGE_ROWS, page_loaded_cb, ask, free_ask);
}

static void
page_loaded_cb (AloqaHistoryPage *page, gpointer user_data)
{
  Ask *ask = user_data;
  AloqaHistory *self = ask->self;

  self->is_loading_page = FALSE;
  if (ask->n_changes != self->n_changes) {
    /* What is first may have gone meanwhile. */
    aloqa_history_load_page (self, ask->is_first || self->entries->len == 0);
    return;
  }

  self->has_more = page->has_more;
  aloqa_history_insert (self, page->entries);
  if (ask->is_first && page->was_read)
    aloqa_history_set_counts (self, page->n_entries, page->n_missed);
  finish_loading (self);
}

static GType
get_item_type (GListModel *model)
{
  return ALOQA_TYPE_HISTORY_ENTRY;
}

static guint
get_n_items (GListModel *model)
{
  return ALOQA_HISTORY (model)->entries->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  AloqaHistory *self = ALOQA_HISTORY (model);

  if (position + AHEAD_ROWS >= self->entries->len && self->has_more)
    aloqa_history_load_page (self, FALSE);
  return position < self->entries->len ? g_object_ref (self->entries->pdata[position]) : NULL;
}

static void
init_list_model (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (AloqaHistory, aloqa_history, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, init_list_model))

/* What could not be read may be readable now. */
static void
store_error_cb (AloqaHistory *self)
{
  if (aloqa_history_store_get_error (self->store) == NULL)
    aloqa_history_load_page (self, TRUE);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
}

static void
aloqa_history_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  AloqaHistory *self = ALOQA_HISTORY (object);

  switch (property_id) {
  case PROP_N_MISSED:
    g_value_set_uint (value, self->n_missed);
    break;
  case PROP_N_ENTRIES:
    g_value_set_uint (value, self->n_entries);
    break;
  case PROP_LOADING:
    g_value_set_boolean (value, !self->is_loaded);
    break;
  case PROP_ERROR:
    g_value_set_boxed (value, aloqa_history_get_error (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
aloqa_history_finalize (GObject *object)
{
  AloqaHistory *self = ALOQA_HISTORY (object);

  g_ptr_array_unref (self->entries);
  g_hash_table_unref (self->known);
  g_clear_object (&self->store);

  G_OBJECT_CLASS (aloqa_history_parent_class)->finalize (object);
}

static void
aloqa_history_class_init (AloqaHistoryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = aloqa_history_get_property;
  object_class->finalize = aloqa_history_finalize;

  properties[PROP_N_MISSED] = g_param_spec_uint ("n-missed", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_N_ENTRIES] = g_param_spec_uint ("n-entries", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, TRUE, flags);
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
aloqa_history_init (AloqaHistory *self)
{
  self->entries = g_ptr_array_new_with_free_func (g_object_unref);
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/* Returns: (transfer full): the history of the store's account; its first page is on its way */
AloqaHistory *
aloqa_history_new (AloqaHistoryStore *store)
{
  AloqaHistory *self = g_object_new (ALOQA_TYPE_HISTORY, NULL);

  self->store = g_object_ref (store);
  g_signal_connect_object (store, "notify::error", G_CALLBACK (store_error_cb), self,
                           G_CONNECT_SWAPPED);
  aloqa_history_load_page (self, TRUE);
  return self;
}

gboolean
aloqa_history_is_loading (AloqaHistory *self)
{
  return !self->is_loaded;
}

/* Returns: (nullable): an ALOQA_DATABASE_ERROR; owned by @self until it changes */
const GError *
aloqa_history_get_error (AloqaHistory *self)
{
  return aloqa_history_store_get_error (self->store);
}

/* Whether nothing is kept before aloqa_history_clear() has made a new file. (It makes none in place
 * of one that a newer version can read.) */
gboolean
aloqa_history_needs_clearing (AloqaHistory *self)
{
  return g_error_matches (aloqa_history_get_error (self), ALOQA_DATABASE_ERROR,
                          ALOQA_DATABASE_ERROR_NOT_A_DATABASE);
}

guint
aloqa_history_get_n_missed (AloqaHistory *self)
{
  return self->n_missed;
}

guint
aloqa_history_get_n_entries (AloqaHistory *self)
{
  return self->n_entries;
}

static void
run_flush (AloqaHistoryFile *file, gpointer data)
{
  aloqa_history_file_save_rest (file);
}

static void
flush_done_cb (gpointer data)
{
  GTask *task = data;
  AloqaHistory *self = g_task_get_source_object (task);
  const GError *error = aloqa_history_get_error (self);

  if (error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else
    g_task_return_boolean (task, TRUE);
}

/**
 * aloqa_history_flush_async:
 *
 * Waits until all that was done so far is in the file, or cannot be: before the program ends.
 */
void
aloqa_history_flush_async (AloqaHistory *self, GAsyncReadyCallback callback, gpointer user_data)
{
  aloqa_history_store_run (self->store, run_flush, flush_done_cb,
                           g_task_new (self, NULL, callback, user_data), g_object_unref);
}

/* Returns: FALSE with an ALOQA_DATABASE_ERROR where something is only in memory */
gboolean
aloqa_history_flush_finish (AloqaHistory *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
