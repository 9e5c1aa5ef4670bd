/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/roster-index.h"

#include "protocol/limits.h"
#include "session/roster-search.h"

struct _AloqaRosterIndex {
  GPtrArray *people; /* of Person, by name */
  GHashTable *by_id; /* gint64 → Person, owned by the other */
};

typedef struct {
  gint64 id;
  gboolean is_listed; /* rather than found by a search */
  AloqaContact *contact;
  char *order;  /* compares as the names do in this locale */
  char *folded; /* what is searched */
} Person;

static void
free_person (gpointer data)
{
  Person *person = data;

  g_object_unref (person->contact);
  g_free (person->order);
  g_free (person->folded);
  g_free (person);
}

static Person *
make_person (AloqaContact *contact)
{
  Person *self = g_new (Person, 1);
  const char *name = aloqa_contact_get_name (contact);
  g_autofree char *text = g_strdup_printf ("%s\n%s", name, aloqa_contact_get_username (contact));

  self->id = aloqa_contact_get_id (contact);
  self->contact = g_object_ref (contact);
  self->order = g_utf8_collate_key (name, -1);
  self->folded = aloqa_roster_fold (text);
  return self;
}

/* The one that is in the index goes on as it is; what was worked out about them too. */
static Person *
take_person (Person *old)
{
  Person *self = g_new (Person, 1);

  self->id = old->id;
  self->contact = g_object_ref (old->contact);
  self->order = g_steal_pointer (&old->order);
  self->folded = g_steal_pointer (&old->folded);
  return self;
}

static int
compare_people (gconstpointer a, gconstpointer b)
{
  const Person *first = *(const Person *const *) a;
  const Person *second = *(const Person *const *) b;
  int order = g_strcmp0 (first->order, second->order);

  return order != 0 ? order : (first->id > second->id) - (first->id < second->id);
}

AloqaRosterIndex *
aloqa_roster_index_new (void)
{
  AloqaRosterIndex *self = g_new0 (AloqaRosterIndex, 1);

  self->people = g_ptr_array_new_with_free_func (free_person);
  self->by_id = g_hash_table_new (g_int64_hash, g_int64_equal);
  return self;
}

void
aloqa_roster_index_free (AloqaRosterIndex *self)
{
  g_hash_table_unref (self->by_id);
  g_ptr_array_unref (self->people);
  g_free (self);
}

guint
aloqa_roster_index_get_n (AloqaRosterIndex *self)
{
  return self->people->len;
}

/* Returns: (transfer none) */
AloqaContact *
aloqa_roster_index_get (AloqaRosterIndex *self, guint position)
{
  return ((Person *) self->people->pdata[position])->contact;
}

/* Returns: (transfer none) (nullable) */
AloqaContact *
aloqa_roster_index_find (AloqaRosterIndex *self, gint64 id)
{
  Person *person = g_hash_table_lookup (self->by_id, &id);

  return person != NULL ? person->contact : NULL;
}

static void
take_people (AloqaRosterIndex *self, GPtrArray *people, GHashTable *by_id)
{
  g_hash_table_unref (self->by_id);
  g_ptr_array_unref (self->people);
  self->people = people;
  self->by_id = by_id;
  g_ptr_array_sort (people, compare_people);
}

static void
fill (AloqaRosterIndex *self, GPtrArray *contacts, gboolean are_listed)
{
  GPtrArray *people = g_ptr_array_new_full (contacts->len, free_person);
  GHashTable *by_id = g_hash_table_new (g_int64_hash, g_int64_equal);

  for (guint i = 0; i < contacts->len; i++) {
    AloqaContact *contact = contacts->pdata[i];
    gint64 id = aloqa_contact_get_id (contact);
    Person *old = g_hash_table_lookup (self->by_id, &id);
    Person *person;

    if (g_hash_table_contains (by_id, &id))
      continue;
    person = old != NULL && aloqa_contact_is_same (old->contact, contact) ? take_person (old)
                                                                          : make_person (contact);
    person->is_listed = are_listed || (old != NULL && old->is_listed);
    g_hash_table_insert (by_id, &person->id, person);
    g_ptr_array_add (people, person);
  }
  take_people (self, people, by_id);
}

/**
 * aloqa_roster_index_set:
 * @contacts: (element-type AloqaContact): everybody there is; of two with one id the first counts
 *
 * Somebody of whom nothing new is said stays the same object.
 */
void
aloqa_roster_index_set (AloqaRosterIndex *self, GPtrArray *contacts)
{
  fill (self, contacts, TRUE);
}

/* Who would be there without being listed. */
static guint
count_found (AloqaRosterIndex *self, GPtrArray *contacts)
{
  guint n_found = 0;

  for (guint i = 0; i < self->people->len; i++)
    n_found += !((Person *) self->people->pdata[i])->is_listed;
  for (guint i = 0; i < contacts->len; i++)
    n_found += aloqa_roster_index_find (self, aloqa_contact_get_id (contacts->pdata[i])) == NULL;
  return n_found;
}

/**
 * aloqa_roster_index_add:
 * @contacts: (element-type AloqaContact): some, known or not, who were found by a search
 *
 * Where more than %ALOQA_MAX_USERS were found in all, those from before are forgotten; whoever is listed
 * stays.
 */
void
aloqa_roster_index_add (AloqaRosterIndex *self, GPtrArray *contacts)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  gboolean are_too_many = count_found (self, contacts) > ALOQA_MAX_USERS;

  g_ptr_array_extend (all, contacts, NULL, NULL);
  for (guint i = 0; i < self->people->len; i++) {
    Person *person = self->people->pdata[i];

    if (person->is_listed || !are_too_many)
      g_ptr_array_add (all, person->contact);
  }
  fill (self, all, FALSE);
}

/**
 * aloqa_roster_index_search:
 *
 * Returns: (transfer full) (element-type AloqaContact): who matches, the better matches first, else
 *   by name
 */
GPtrArray *
aloqa_roster_index_search (AloqaRosterIndex *self, const char *text)
{
  g_autoptr (AloqaRosterQuery) query = aloqa_roster_query_new (text);
  g_autofree guint8 *matches = g_new (guint8, self->people->len);
  GPtrArray *found = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->people->len; i++)
    matches[i] =
        (guint8) aloqa_roster_query_match (query, ((Person *) self->people->pdata[i])->folded);
  for (guint8 match = ALOQA_MATCH_START; match < ALOQA_MATCH_NONE; match++) {
    for (guint i = 0; i < self->people->len; i++) {
      if (matches[i] == match)
        g_ptr_array_add (found, g_object_ref (aloqa_roster_index_get (self, i)));
    }
  }
  return found;
}
