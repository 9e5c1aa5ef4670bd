/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/roster-pictures.h"

/* Some four hundred pictures of 256×256: more than anybody looks at, and little beside a call. */
#define MAX_CACHE_BYTES (8 * 1024 * 1024)

/* As many as a browser would; the calls' own requests must not wait behind a long list. */
#define MAX_FETCHES 4

struct _AloqaRosterPictures {
  AloqaRest *rest;
  GHashTable *cache; /* file name → GList of the next, owned by that */
  GQueue by_use;     /* of Picture, the last used first */
  gsize n_bytes;

  GHashTable *fetches; /* file name → Fetch, owned */
  GQueue waiting;      /* of Fetch, not owned, the newest first */
  guint n_running;
};

typedef struct {
  char *file_name;
  GBytes *bytes; /* NULL: the server has not got it */
} Picture;

typedef struct {
  AloqaRosterPictures *owner; /* alive for as long as a task is: each holds the roster */
  char *file_name;
  GPtrArray *tasks;
} Fetch;

static void start_fetches (AloqaRosterPictures *self);

static void
free_picture (gpointer data)
{
  Picture *picture = data;

  g_clear_pointer (&picture->bytes, g_bytes_unref);
  g_free (picture->file_name);
  g_free (picture);
}

static void
free_fetch (gpointer data)
{
  Fetch *fetch = data;

  g_ptr_array_unref (fetch->tasks);
  g_free (fetch->file_name);
  g_free (fetch);
}

static gsize
get_size (const Picture *picture)
{
  return picture->bytes != NULL ? g_bytes_get_size (picture->bytes) : 0;
}

static void
drop (AloqaRosterPictures *self, GList *link)
{
  Picture *picture = link->data;

  self->n_bytes -= get_size (picture);
  g_hash_table_remove (self->cache, picture->file_name);
  g_queue_delete_link (&self->by_use, link);
  free_picture (picture);
}

static void
keep (AloqaRosterPictures *self, const char *file_name, GBytes *bytes)
{
  Picture *picture = g_new0 (Picture, 1);

  picture->file_name = g_strdup (file_name);
  picture->bytes = bytes != NULL ? g_bytes_ref (bytes) : NULL;
  g_queue_push_head (&self->by_use, picture);
  g_hash_table_insert (self->cache, picture->file_name, self->by_use.head);
  self->n_bytes += get_size (picture);
  while (self->n_bytes > MAX_CACHE_BYTES)
    drop (self, self->by_use.tail);
}

static void
return_bytes (GTask *task, GBytes *bytes)
{
  g_task_return_pointer (task, bytes != NULL ? g_bytes_ref (bytes) : NULL,
                         (GDestroyNotify) g_bytes_unref);
}

static void
picture_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fetch *fetch = user_data;
  AloqaRosterPictures *self = fetch->owner;
  g_autoptr (GPtrArray) tasks = g_ptr_array_ref (fetch->tasks);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = aloqa_rest_get_picture_finish (ALOQA_REST (source), result, &error);
  gboolean is_known = bytes != NULL || g_error_matches (error, ALOQA_SIGNALING_ERROR,
                                                        ALOQA_SIGNALING_ERROR_NOT_FOUND);

  self->n_running--;
  if (is_known)
    keep (self, fetch->file_name, bytes);
  g_hash_table_remove (self->fetches, fetch->file_name);
  start_fetches (self);

  for (guint i = 0; i < tasks->len; i++) {
    if (is_known)
      return_bytes (tasks->pdata[i], bytes);
    else
      g_task_return_error (tasks->pdata[i], g_error_copy (error));
  }
}

/* Those that nobody waits for any more: the rows were scrolled past. */
static gboolean
is_wanted (const Fetch *fetch)
{
  for (guint i = 0; i < fetch->tasks->len; i++) {
    if (!g_cancellable_is_cancelled (g_task_get_cancellable (fetch->tasks->pdata[i])))
      return TRUE;
  }
  return FALSE;
}

static void
give_up (AloqaRosterPictures *self, Fetch *fetch)
{
  g_autoptr (GPtrArray) tasks = g_ptr_array_ref (fetch->tasks);

  g_hash_table_remove (self->fetches, fetch->file_name);
  for (guint i = 0; i < tasks->len; i++)
    g_task_return_error_if_cancelled (tasks->pdata[i]);
}

static void
start_fetches (AloqaRosterPictures *self)
{
  while (self->n_running < MAX_FETCHES && !g_queue_is_empty (&self->waiting)) {
    Fetch *fetch = g_queue_pop_head (&self->waiting);

    if (!is_wanted (fetch)) {
      give_up (self, fetch);
      continue;
    }
    self->n_running++;
    aloqa_rest_get_picture_async (self->rest, fetch->file_name, NULL, picture_cb, fetch);
  }
}

AloqaRosterPictures *
aloqa_roster_pictures_new (AloqaRest *rest)
{
  AloqaRosterPictures *self = g_new0 (AloqaRosterPictures, 1);

  self->rest = g_object_ref (rest);
  self->cache = g_hash_table_new (g_str_hash, g_str_equal);
  self->fetches = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, free_fetch);
  g_queue_init (&self->by_use);
  g_queue_init (&self->waiting);
  return self;
}

/* Only while no task is under way, for each holds what owns this. */
void
aloqa_roster_pictures_free (AloqaRosterPictures *self)
{
  g_queue_clear (&self->waiting);
  g_hash_table_unref (self->fetches);
  g_hash_table_unref (self->cache);
  g_queue_clear_full (&self->by_use, free_picture);
  g_object_unref (self->rest);
  g_free (self);
}

/* Returns: (transfer none) (nullable): %NULL where the server has not got it */
static GBytes *
use (AloqaRosterPictures *self, GList *link)
{
  g_queue_unlink (&self->by_use, link);
  g_queue_push_head_link (&self->by_use, link);
  return ((Picture *) link->data)->bytes;
}

/**
 * aloqa_roster_pictures_load:
 * @task: returns the GBytes, or %NULL where the server has not got the picture
 */
void
aloqa_roster_pictures_load (AloqaRosterPictures *self, const char *file_name, GTask *task)
{
  GList *kept = g_hash_table_lookup (self->cache, file_name);
  Fetch *fetch = g_hash_table_lookup (self->fetches, file_name);

  if (kept != NULL) {
    return_bytes (task, use (self, kept));
    return;
  }

  if (fetch == NULL) {
    fetch = g_new0 (Fetch, 1);
    fetch->owner = self;
    fetch->file_name = g_strdup (file_name);
    fetch->tasks = g_ptr_array_new_with_free_func (g_object_unref);
    g_hash_table_insert (self->fetches, fetch->file_name, fetch);
    g_queue_push_head (&self->waiting, fetch);
  } else if (g_queue_remove (&self->waiting, fetch)) {
    g_queue_push_head (&self->waiting, fetch);
  }
  g_ptr_array_add (fetch->tasks, g_object_ref (task));
  start_fetches (self);
}

/* What the server had not got is asked for again when it is next wanted. */
void
aloqa_roster_pictures_retry_missing (AloqaRosterPictures *self)
{
  for (GList *link = self->by_use.head; link != NULL;) {
    GList *next = link->next;

    if (((Picture *) link->data)->bytes == NULL)
      drop (self, link);
    link = next;
  }
}
