/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/roster.h"

#include "session/roster-index.h"
#include "session/roster-loader.h"
#include "session/roster-pictures.h"
#include "session/roster-presence.h"
#include "session/roster-protocols.h"

struct _AloqaRoster {
  GObject parent_instance;

  gint64 own_id;
  AloqaRosterIndex *index;
  AloqaRosterLoader *loader;
  AloqaRosterPictures *pictures;
  AloqaRosterPresence *presence;
  AloqaRosterProtocols *protocols;

  char *search;
  GPtrArray *shown; /* of AloqaContact: who matches it */

  /* As last told. */
  AloqaRosterState state;
  gboolean is_loading;
  gboolean has_error;
};

enum { PROP_STATE = 1, PROP_LOADING, PROP_ERROR, PROP_SEARCH, PROP_N_CONTACTS, N_PROPS };

static GParamSpec *properties[N_PROPS];

static GType
get_item_type (GListModel *model)
{
  return ALOQA_TYPE_CONTACT;
}

static guint
get_n_items (GListModel *model)
{
  return ALOQA_ROSTER (model)->shown->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  AloqaRoster *self = ALOQA_ROSTER (model);

  return position < self->shown->len ? g_object_ref (self->shown->pdata[position]) : NULL;
}

static void
init_list_model (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (AloqaRoster, aloqa_roster, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, init_list_model))

static void
notify (AloqaRoster *self, guint property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static AloqaRosterState
find_state (AloqaRoster *self)
{
  const GError *error = aloqa_roster_loader_get_error (self->loader);

  if (self->shown->len > 0)
    return ALOQA_ROSTER_READY;
  if (aloqa_roster_index_get_n (self->index) > 0)
    return ALOQA_ROSTER_NO_MATCH;
  if (g_error_matches (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_UNREACHABLE))
    return ALOQA_ROSTER_OFFLINE;
  if (error != NULL)
    return ALOQA_ROSTER_FAILED;
  return aloqa_roster_loader_is_loaded (self->loader) ? ALOQA_ROSTER_EMPTY : ALOQA_ROSTER_LOADING;
}

static void
update_state (AloqaRoster *self)
{
  AloqaRosterState state = find_state (self);

  if (self->state == state)
    return;
  self->state = state;
  notify (self, PROP_STATE);
}

/* Tells only what differs between the ends, so that a list stays where it was scrolled to. */
static void
show (AloqaRoster *self, GPtrArray *contacts)
{
  g_autoptr (GPtrArray) old = g_steal_pointer (&self->shown);
  guint n = MIN (old->len, contacts->len);
  guint head = 0;
  guint tail = 0;

  while (head < n && old->pdata[head] == contacts->pdata[head])
    head++;
  while (tail < n - head &&
         old->pdata[old->len - 1 - tail] == contacts->pdata[contacts->len - 1 - tail])
    tail++;

  self->shown = g_ptr_array_ref (contacts);
  if (head + tail < MAX (old->len, contacts->len))
    g_list_model_items_changed (G_LIST_MODEL (self), head, old->len - head - tail,
                                contacts->len - head - tail);
}

static void
search_here (AloqaRoster *self)
{
  g_autoptr (GPtrArray) found = aloqa_roster_index_search (self->index, self->search);

  show (self, found);
  update_state (self);
}

static void
show_presence (AloqaRoster *self, AloqaContact *contact)
{
  gint64 id = aloqa_contact_get_id (contact);

  aloqa_contact_set_online (contact, aloqa_roster_presence_get (self->presence, id));
}

/* After the index has changed. */
static void
update_people (AloqaRoster *self, guint n_before)
{
  guint n = aloqa_roster_index_get_n (self->index);

  for (guint i = 0; i < n; i++)
    show_presence (self, aloqa_roster_index_get (self->index, i));
  search_here (self);
  if (n != n_before)
    notify (self, PROP_N_CONTACTS);
}

static GPtrArray *
make_contacts (AloqaRoster *self, GPtrArray *users)
{
  GPtrArray *contacts = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < users->len; i++) {
    if (((AloqaUser *) users->pdata[i])->id != self->own_id)
      g_ptr_array_add (contacts, aloqa_contact_new_from_user (users->pdata[i]));
  }
  return contacts;
}

/* Whoever is not in the list may be found all the same. */
static void
search_there (AloqaRoster *self)
{
  gboolean may_help =
      self->state == ALOQA_ROSTER_NO_MATCH || !aloqa_roster_loader_has_everybody (self->loader);

  aloqa_roster_loader_search_soon (self->loader, may_help ? self->search : NULL);
}

static void
loader_loaded (gpointer owner, GPtrArray *users)
{
  AloqaRoster *self = owner;
  g_autoptr (GPtrArray) contacts = make_contacts (self, users);
  guint n_before = aloqa_roster_index_get_n (self->index);

  aloqa_roster_index_set (self->index, contacts);
  aloqa_roster_pictures_retry_missing (self->pictures);
  update_people (self, n_before);
  if (!aloqa_roster_loader_has_everybody (self->loader))
    search_there (self); /* the list lacks those who were found */
}

static void
loader_found (gpointer owner, GPtrArray *users)
{
  AloqaRoster *self = owner;
  g_autoptr (GPtrArray) contacts = make_contacts (self, users);
  guint n_before = aloqa_roster_index_get_n (self->index);

  aloqa_roster_index_add (self->index, contacts);
  update_people (self, n_before);
}

static void
loader_changed (gpointer owner)
{
  AloqaRoster *self = owner;
  gboolean is_loading = aloqa_roster_loader_is_loading (self->loader);
  gboolean had_error = self->has_error;

  self->has_error = aloqa_roster_loader_get_error (self->loader) != NULL;
  update_state (self);
  if (self->state == ALOQA_ROSTER_FAILED && !had_error)
    search_there (self); /* what was typed while it was waited for */
  if (had_error || self->has_error)
    notify (self, PROP_ERROR);
  if (self->is_loading != is_loading) {
    self->is_loading = is_loading;
    notify (self, PROP_LOADING);
  }
}

static const AloqaRosterLoaderEvents loader_events = { loader_loaded, loader_found,
                                                       loader_changed };

static void
presence_cb (gint64 id, gpointer user_data)
{
  AloqaRoster *self = user_data;
  AloqaContact *contact = aloqa_roster_index_find (self->index, id);

  if (contact != NULL)
    show_presence (self, contact);
  else if (id != 0 && id != self->own_id)
    aloqa_roster_loader_look_for_newcomers (self->loader);
  for (guint i = 0; id == 0 && i < aloqa_roster_index_get_n (self->index); i++)
    show_presence (self, aloqa_roster_index_get (self->index, i));
}

static void
aloqa_roster_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  AloqaRoster *self = ALOQA_ROSTER (object);

  switch (property_id) {
  case PROP_STATE:
    g_value_set_int (value, self->state);
    break;
  case PROP_LOADING:
    g_value_set_boolean (value, self->is_loading);
    break;
  case PROP_ERROR:
    g_value_set_boxed (value, aloqa_roster_get_error (self));
    break;
  case PROP_SEARCH:
    g_value_set_string (value, self->search);
    break;
  case PROP_N_CONTACTS:
    g_value_set_uint (value, aloqa_roster_get_n_contacts (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
aloqa_roster_set_property (GObject *object, guint property_id, const GValue *value,
                           GParamSpec *pspec)
{
  if (property_id == PROP_SEARCH)
    aloqa_roster_set_search (ALOQA_ROSTER (object), g_value_get_string (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
aloqa_roster_finalize (GObject *object)
{
  AloqaRoster *self = ALOQA_ROSTER (object);

  g_clear_pointer (&self->loader, aloqa_roster_loader_free);
  g_clear_pointer (&self->presence, aloqa_roster_presence_free);
  g_clear_pointer (&self->pictures, aloqa_roster_pictures_free);
  g_clear_pointer (&self->index, aloqa_roster_index_free);
  g_clear_pointer (&self->shown, g_ptr_array_unref);
  g_clear_object (&self->protocols);
  g_free (self->search);

  G_OBJECT_CLASS (aloqa_roster_parent_class)->finalize (object);
}

static void
aloqa_roster_class_init (AloqaRosterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = aloqa_roster_get_property;
  object_class->set_property = aloqa_roster_set_property;
  object_class->finalize = aloqa_roster_finalize;

  properties[PROP_STATE] =
      g_param_spec_int ("state", NULL, NULL, 0, ALOQA_ROSTER_FAILED, ALOQA_ROSTER_LOADING, flags);
  properties[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, FALSE, flags);
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  properties[PROP_SEARCH] =
      g_param_spec_string ("search", NULL, NULL, "", flags | G_PARAM_WRITABLE);
  properties[PROP_N_CONTACTS] =
      g_param_spec_uint ("n-contacts", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
aloqa_roster_init (AloqaRoster *self)
{
  self->search = g_strdup ("");
  self->shown = g_ptr_array_new ();
  self->index = aloqa_roster_index_new ();
}

/**
 * aloqa_roster_new:
 * @account: signed in
 * @controller: (nullable): whose calls teach which protocol reaches whom
 * @store: (nullable): where that is kept
 *
 * Returns: (transfer full): a roster with nobody in it, until aloqa_roster_refresh()
 */
AloqaRoster *
aloqa_roster_new (AloqaAccount *account, AloqaClock *clock, AloqaCallController *controller,
                  AloqaHistoryStore *store)
{
  AloqaRoster *self = g_object_new (ALOQA_TYPE_ROSTER, NULL);
  AloqaConnection *connection = aloqa_account_get_connection (account);

  self->own_id = aloqa_connection_get_user_id (connection);
  self->pictures = aloqa_roster_pictures_new (aloqa_account_get_rest (account));
  self->presence = aloqa_roster_presence_new (connection, presence_cb, self);
  self->protocols = aloqa_roster_protocols_new (store);
  if (controller != NULL)
    aloqa_roster_protocols_watch (self->protocols, controller);
  self->loader = aloqa_roster_loader_new (account, clock, &loader_events, self);
  return self;
}

/**
 * aloqa_roster_refresh:
 *
 * Asks the server for everybody, unless that is under way.
 */
void
aloqa_roster_refresh (AloqaRoster *self)
{
  aloqa_roster_loader_load (self->loader);
}

/**
 * aloqa_roster_set_search:
 * @search: (nullable): words that must all be found in a name or user name, each anywhere in it;
 *   %NULL or nothing for everybody
 *
 * Answers at once from who is known. Where nobody matches, or the server's list is not whole or not
 * there, the server is asked as well, a moment later.
 */
void
aloqa_roster_set_search (AloqaRoster *self, const char *search)
{
  if (g_strcmp0 (search != NULL ? search : "", self->search) == 0)
    return;

  g_free (self->search);
  self->search = g_strdup (search != NULL ? search : "");
  search_here (self);
  notify (self, PROP_SEARCH);

  search_there (self);
}

const char *
aloqa_roster_get_search (AloqaRoster *self)
{
  return self->search;
}

AloqaRosterState
aloqa_roster_get_state (AloqaRoster *self)
{
  return self->state;
}

gboolean
aloqa_roster_is_loading (AloqaRoster *self)
{
  return self->is_loading;
}

/* Returns: (nullable): owned by @self until it changes */
const GError *
aloqa_roster_get_error (AloqaRoster *self)
{
  return aloqa_roster_loader_get_error (self->loader);
}

guint
aloqa_roster_get_n_contacts (AloqaRoster *self)
{
  return aloqa_roster_index_get_n (self->index);
}

/* Returns: (transfer none) (nullable): whoever has that id, whether or not the search shows them */
AloqaContact *
aloqa_roster_find (AloqaRoster *self, gint64 id)
{
  return aloqa_roster_index_find (self->index, id);
}

/**
 * aloqa_roster_load_picture_async:
 * @cancellable: (nullable): for a row that shows somebody else by now: what has not begun is then
 *   never fetched
 */
void
aloqa_roster_load_picture_async (AloqaRoster *self, AloqaContact *contact,
                                 GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  const char *file_name = aloqa_contact_get_picture (contact);

  if (file_name != NULL)
    aloqa_roster_pictures_load (self->pictures, file_name, task);
  else
    g_task_return_pointer (task, NULL, NULL);
}

/**
 * aloqa_roster_load_picture_finish:
 *
 * Returns: (transfer full) (nullable): the picture's file, not looked into; %NULL without an error
 *   where there is none, or with an %ALOQA_SIGNALING_ERROR or %G_IO_ERROR_CANCELLED
 */
GBytes *
aloqa_roster_load_picture_finish (AloqaRoster *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * aloqa_roster_choose_protocol:
 * @wanted: the person's choice
 *
 * Returns: @wanted, or where that is automatic what is known to reach @contact
 */
AloqaDialProtocol
aloqa_roster_choose_protocol (AloqaRoster *self, AloqaContact *contact, AloqaDialProtocol wanted)
{
  return wanted == ALOQA_DIAL_AUTO
             ? aloqa_roster_protocols_get (self->protocols, aloqa_contact_get_id (contact))
             : wanted;
}
