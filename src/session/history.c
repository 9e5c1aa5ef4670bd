/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/history.h"

#include "session/history-entry-private.h"
#include "session/history-rows.h"

/* Several screens at first, and the next ones before the last of them is reached: few enough to be made
 * rows of while the list is scrolled, without a frame being late for it. */
#define FIRST_ROWS 100
#define PAGE_ROWS 25
#define AHEAD_ROWS 50

struct _AloqaHistory {
  GObject parent_instance;

  AloqaHistoryStore *store;
  GPtrArray *entries; /* of AloqaHistoryEntry, newest first: a beginning of the whole */
  GHashTable *known;  /* their keys */
  guint n_entries;
  guint n_missed;
  guint n_changes; /* a page that was asked for before the last of them is void */
  gboolean has_more;
  gboolean is_loading_page;
  gboolean is_loaded; /* the first page has come, or cannot come */
};

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

static void
set_counts (AloqaHistory *self, guint n_entries, guint n_missed)
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
static void
insert_entries (AloqaHistory *self, GPtrArray *entries)
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

static void
load_page (AloqaHistory *self, gboolean is_first)
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
    load_page (self, ask->is_first);
    return;
  }

  self->has_more = page->has_more;
  insert_entries (self, page->entries);
  if (ask->is_first && page->was_read)
    set_counts (self, page->n_entries, page->n_missed);
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
    load_page (self, FALSE);
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
    load_page (self, TRUE);
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
  load_page (self, TRUE);
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

/**
 * aloqa_history_mark_seen:
 *
 * The person has looked at the list: no missed call is news any more.
 */
void
aloqa_history_mark_seen (AloqaHistory *self)
{
  if (self->is_loaded && self->n_missed == 0)
    return;

  self->n_changes++;
  aloqa_history_rows_mark_seen (self->store);
  for (guint i = 0; i < self->entries->len; i++)
    aloqa_history_entry_set_seen (self->entries->pdata[i]);
  set_counts (self, self->n_entries, 0);
}

/**
 * aloqa_history_delete:
 * @entry: of the list
 */
void
aloqa_history_delete (AloqaHistory *self, AloqaHistoryEntry *entry)
{
  g_autoptr (AloqaHistoryEntry) held = g_object_ref (entry);
  guint position;

  if (!g_ptr_array_find (self->entries, entry, &position))
    return;

  self->n_changes++;
  aloqa_history_rows_delete (self->store, entry);
  g_ptr_array_remove_index (self->entries, position);
  g_hash_table_remove (self->known, entry->key);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  set_counts (self, self->n_entries - 1, self->n_missed - !entry->is_seen);
}

/**
 * aloqa_history_clear:
 *
 * Deletes every call of this account but those that are going on. Where the file is damaged, it is
 * deleted as a whole, with what other accounts have in it, and a new one begun.
 */
void
aloqa_history_clear (AloqaHistory *self)
{
  guint n = self->entries->len;

  self->n_changes++;
  self->has_more = FALSE;
  aloqa_history_rows_clear (self->store);
  g_ptr_array_set_size (self->entries, 0);
  g_hash_table_remove_all (self->known);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n, 0);
  set_counts (self, 0, 0);
}

/**
 * aloqa_history_begin:
 *
 * Somebody calls, or is called: writes it down as going on.
 *
 * Returns: (transfer full): to be ended, or discarded
 */
AloqaHistoryEntry *
aloqa_history_begin (AloqaHistory *self, AloqaContact *contact, gboolean is_incoming,
                     AloqaCallKind kind)
{
  AloqaHistoryEntry *entry = aloqa_history_entry_new ();

  entry->key = g_uuid_string_random ();
  entry->is_incoming = is_incoming;
  entry->peer_id = aloqa_contact_get_id (contact);
  entry->username = g_strdup (aloqa_contact_get_username (contact));
  entry->name = g_strdup (aloqa_contact_get_name (contact));
  entry->picture = g_strdup (aloqa_contact_get_picture (contact));
  entry->kind = kind;
  entry->started_us = g_get_real_time ();
  entry->reason = g_strdup ("");
  entry->is_seen = TRUE;
  aloqa_history_rows_save (self->store, entry);
  return entry;
}

/* From here on it is no missed call, whatever happens to this program. */
void
aloqa_history_note_answered (AloqaHistory *self, AloqaHistoryEntry *entry)
{
  if (entry->is_answered)
    return;

  entry->is_answered = TRUE;
  aloqa_history_rows_save (self->store, entry);
}

/**
 * aloqa_history_end:
 * @kind: what it was in the end
 * @reason: of aloqa_ended_to_string(), or ""
 * @duration_us: of the time connected
 *
 * Puts a call that is over into the list. A missed one counts until it was seen.
 */
void
aloqa_history_end (AloqaHistory *self, AloqaHistoryEntry *entry, AloqaCallKind kind,
                   AloqaOutcome outcome, const char *reason, gint64 duration_us)
{
  g_autoptr (GPtrArray) one = g_ptr_array_new ();

  g_return_if_fail (entry->outcome == ALOQA_OUTCOME_ONGOING && outcome != ALOQA_OUTCOME_ONGOING);

  self->n_changes++;
  entry->kind = kind;
  entry->outcome = outcome;
  entry->duration_us = duration_us;
  g_free (entry->reason);
  entry->reason = g_strdup (reason);
  entry->is_seen = outcome != ALOQA_OUTCOME_MISSED;
  aloqa_history_rows_save (self->store, entry);

  g_ptr_array_add (one, entry);
  insert_entries (self, one);
  set_counts (self, self->n_entries + 1, self->n_missed + !entry->is_seen);
}

/* It was no call after all. */
void
aloqa_history_discard (AloqaHistory *self, AloqaHistoryEntry *entry)
{
  aloqa_history_rows_delete (self->store, entry);
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
