/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/roster-protocols.h"

struct _AloqaRosterProtocols {
  GObject parent_instance;

  AloqaHistoryStore *store; /* or NULL: remembered for this run only */
  GHashTable *chosen;       /* gint64 id → AloqaDialProtocol, AUTO for what was unlearnt */
  GHashTable *unanswered;   /* gint64 ids: the last call ended with the advice to try legacy */
  GHashTable *by_request;   /* AloqaLiveCall, only to compare: dialled by the new protocol */
  gboolean is_loaded;
};

G_DEFINE_FINAL_TYPE (AloqaRosterProtocols, aloqa_roster_protocols, G_TYPE_OBJECT)

static gint64 *
new_id (gint64 id)
{
  return g_memdup2 (&id, sizeof id);
}

static void
call_phase_cb (AloqaRosterProtocols *self, GParamSpec *pspec, AloqaLiveCall *call)
{
  gint64 id = aloqa_contact_get_id (aloqa_live_call_get_contact (call));
  gboolean is_by_request = g_hash_table_contains (self->by_request, call);

  switch (aloqa_live_call_get_phase (call)) {
  case ALOQA_PHASE_CALLING:
    g_hash_table_add (self->by_request, call);
    break;
  case ALOQA_PHASE_INCOMING:
    aloqa_roster_protocols_set (self, id, ALOQA_DIAL_AUTO);
    break;
  case ALOQA_PHASE_OFFERING: /* a legacy call begins with it; another was accepted */
    if (is_by_request)
      aloqa_roster_protocols_set (self, id, ALOQA_DIAL_AUTO);
    break;
  case ALOQA_PHASE_CONNECTED:
    if (!is_by_request && !aloqa_live_call_is_incoming (call) &&
        g_hash_table_contains (self->unanswered, &id))
      aloqa_roster_protocols_set (self, id, ALOQA_DIAL_LEGACY);
    break;
  default:
    break;
  }
}

static void
call_ended_cb (AloqaRosterProtocols *self, AloqaLiveCall *call)
{
  gint64 id = aloqa_contact_get_id (aloqa_live_call_get_contact (call));

  g_hash_table_remove (self->by_request, call);
  if (aloqa_live_call_get_end (call)->suggestion == ALOQA_SUGGEST_LEGACY)
    g_hash_table_add (self->unanswered, new_id (id));
}

static void
call_added_cb (AloqaRosterProtocols *self, AloqaLiveCall *call)
{
  g_signal_connect_object (call, "notify::phase", G_CALLBACK (call_phase_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (call, "ended", G_CALLBACK (call_ended_cb), self, G_CONNECT_SWAPPED);
}

static void
aloqa_roster_protocols_finalize (GObject *object)
{
  AloqaRosterProtocols *self = ALOQA_ROSTER_PROTOCOLS (object);

  g_hash_table_unref (self->chosen);
  g_hash_table_unref (self->unanswered);
  g_hash_table_unref (self->by_request);
  g_clear_object (&self->store);

  G_OBJECT_CLASS (aloqa_roster_protocols_parent_class)->finalize (object);
}

static void
aloqa_roster_protocols_class_init (AloqaRosterProtocolsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aloqa_roster_protocols_finalize;
}

static void
aloqa_roster_protocols_init (AloqaRosterProtocols *self)
{
  self->chosen = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->unanswered = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->by_request = g_hash_table_new (NULL, NULL);
}

/* What the file says, on its way here. */
typedef struct {
  AloqaRosterProtocols *self;
  GArray *ids; /* of gint64: reached by the legacy protocol */
} Load;

static void
read_row (AloqaStatement *row, gpointer user_data)
{
  Load *load = user_data;
  gint64 id = aloqa_statement_get_int (row, 0);

  g_array_append_val (load->ids, id);
}

static void
run_load (AloqaHistoryFile *file, gpointer data)
{
  Load *load = data;

  aloqa_history_file_read (
      file, "SELECT peer_id FROM protocols WHERE server = ?1 AND own_id = ?2 AND protocol = ?3",
      g_variant_new ("(x)", (gint64) ALOQA_DIAL_LEGACY), read_row, load);
}

/* What was learnt meanwhile is newer. */
static void
load_done_cb (gpointer data)
{
  Load *load = data;
  AloqaRosterProtocols *self = load->self;

  self->is_loaded = TRUE;
  for (guint i = 0; i < load->ids->len; i++) {
    gint64 id = g_array_index (load->ids, gint64, i);

    if (!g_hash_table_contains (self->chosen, &id))
      g_hash_table_insert (self->chosen, new_id (id), GINT_TO_POINTER (ALOQA_DIAL_LEGACY));
  }
}

static void
free_load (gpointer data)
{
  Load *load = data;

  g_object_unref (load->self);
  g_array_unref (load->ids);
  g_free (load);
}

/**
 * aloqa_roster_protocols_new:
 * @store: (nullable): where it is kept; %NULL to remember for this run only
 */
AloqaRosterProtocols *
aloqa_roster_protocols_new (AloqaHistoryStore *store)
{
  AloqaRosterProtocols *self = g_object_new (ALOQA_TYPE_ROSTER_PROTOCOLS, NULL);
  Load *load;

  self->is_loaded = store == NULL;
  if (store == NULL)
    return self;

  self->store = g_object_ref (store);
  load = g_new (Load, 1);
  *load = (Load){ g_object_ref (self), g_array_new (FALSE, FALSE, sizeof (gint64)) };
  aloqa_history_store_run (store, run_load, load_done_cb, load, free_load);
  return self;
}

/* Learns from the calls that are added from now on. */
void
aloqa_roster_protocols_watch (AloqaRosterProtocols *self, AloqaCallController *controller)
{
  g_signal_connect_object (controller, "call-added", G_CALLBACK (call_added_cb), self,
                           G_CONNECT_SWAPPED);
}

/* Returns: ALOQA_DIAL_LEGACY for those whom that reached, else ALOQA_DIAL_AUTO */
AloqaDialProtocol
aloqa_roster_protocols_get (AloqaRosterProtocols *self, gint64 peer_id)
{
  return (AloqaDialProtocol) GPOINTER_TO_INT (g_hash_table_lookup (self->chosen, &peer_id));
}

/**
 * aloqa_roster_protocols_set:
 * @protocol: ALOQA_DIAL_LEGACY, or ALOQA_DIAL_AUTO to forget it
 */
void
aloqa_roster_protocols_set (AloqaRosterProtocols *self, gint64 peer_id, AloqaDialProtocol protocol)
{
  g_hash_table_remove (self->unanswered, &peer_id);
  if (self->is_loaded && aloqa_roster_protocols_get (self, peer_id) == protocol)
    return;

  g_hash_table_insert (self->chosen, new_id (peer_id), GINT_TO_POINTER (protocol));
  if (self->store != NULL)
    aloqa_history_store_write (
        self->store,
        "INSERT OR REPLACE INTO protocols (server, own_id, peer_id, protocol)"
        " VALUES (?1, ?2, ?3, ?4)",
        g_variant_new ("(xx)", peer_id, (gint64) protocol));
}
