/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/history.h"

#include "session/history-entry-private.h"
#include "session/history-rows.h"

/* A page fills several screens; the next one is asked for before the last half of it is reached. */
#define PAGE_ROWS 100
#define AHEAD_ROWS 50

struct _AloqaHistory {
  GObject parent_instance;

  AloqaHistoryStore *store;
  GPtrArray *entries; /* of AloqaHistoryEntry, newest first: a beginning of the whole */
  GHashTable *known;  /* keys of those, and of the calls that are going on */
  guint n_entries;
  guint n_missed;
  guint n_clears; /* a page that was asked for before the last of them is void */
  gboolean has_more;
  gboolean is_loading_page;
  gboolean is_complete; /* the first page has come */
};

/* A page on its way. */
typedef struct {
  AloqaHistory *self;
  gboolean is_first;
  guint n_clears;
} Ask;

enum { PROP_N_MISSED = 1, PROP_N_ENTRIES, PROP_LOADING, PROP_ERROR, N_PROPS };

static GParamSpec *properties[N_PROPS];

static void load_page (AloqaHistory *self);

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
    load_page (self);
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
