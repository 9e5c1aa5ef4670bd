/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/history-store.h"

/* A file that is held, or a disk that is full, is looked at again: no great work, and nobody waits. */
#define RETRY_INTERVAL_S 10

struct _AloqaHistoryStore {
  GObject parent_instance;

  GThreadPool *pool;      /* of one thread */
  AloqaHistoryFile *file; /* that thread's */
  GError *error;          /* as of the last job that is done */
  guint retry_source;     /* while there is an error that may pass */
};

/* Made and freed on the main thread, so that nothing it holds is ever dropped on the other. */
typedef struct {
  AloqaHistoryStore *store; /* NULL only for the last one, which closes the file */
  AloqaHistoryFile *file;
  AloqaHistoryJobFunc run;
  AloqaHistoryDoneFunc done;
  gpointer data;
  GDestroyNotify free_data;
  GError *trouble; /* the file's, after the job */
} Job;

typedef struct {
  const char *sql;
  GVariant *values;
} Write;

enum { PROP_ERROR = 1, N_PROPS };

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AloqaHistoryStore, aloqa_history_store, G_TYPE_OBJECT)

static gboolean
is_same_error (const GError *a, const GError *b)
{
  return a == b || (a != NULL && b != NULL && a->code == b->code && a->domain == b->domain);
}

static void
run_retry (AloqaHistoryFile *file, gpointer data)
{
  aloqa_history_file_save_rest (file);
}

static gboolean
retry_cb (gpointer user_data)
{
  aloqa_history_store_run (user_data, run_retry, NULL, NULL, NULL);
  return G_SOURCE_CONTINUE;
}

static void
take_error (AloqaHistoryStore *self, GError *error)
{
  gboolean is_news = !is_same_error (self->error, error);

  g_clear_error (&self->error);
  self->error = error;
  if (error == NULL || aloqa_history_file_is_lasting (error))
    g_clear_handle_id (&self->retry_source, g_source_remove);
  else if (self->retry_source == 0)
    self->retry_source = g_timeout_add_seconds (RETRY_INTERVAL_S, retry_cb, self);
  if (!is_news)
    return;

  if (error != NULL)
    g_message ("%s", error->message);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
}

static gboolean
job_done_cb (gpointer user_data)
{
  Job *job = user_data;

  take_error (job->store, g_steal_pointer (&job->trouble));
  if (job->done != NULL)
    job->done (job->data);
  return G_SOURCE_REMOVE;
}

static void
free_job (gpointer user_data)
{
  Job *job = user_data;

  if (job->free_data != NULL)
    job->free_data (job->data);
  g_clear_error (&job->trouble);
  g_clear_object (&job->store);
  g_free (job);
}

/* On the pool's thread. */
static void
run_job (gpointer data, gpointer user_data)
{
  Job *job = data;
  const GError *trouble;

  if (job->store == NULL) {
    aloqa_history_file_free (job->file);
    g_free (job);
    return;
  }

  job->run (job->file, job->data);
  trouble = aloqa_history_file_get_trouble (job->file);
  job->trouble = trouble != NULL ? g_error_copy (trouble) : NULL;
  g_idle_add_full (G_PRIORITY_DEFAULT, job_done_cb, job, free_job);
}

static void
aloqa_history_store_get_property (GObject *object, guint property_id, GValue *value,
                                  GParamSpec *pspec)
{
  if (property_id == PROP_ERROR)
    g_value_set_boxed (value, ALOQA_HISTORY_STORE (object)->error);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

/* No job is left, for each holds the store. Closing the file may write, so that is one more. */
static void
aloqa_history_store_finalize (GObject *object)
{
  AloqaHistoryStore *self = ALOQA_HISTORY_STORE (object);
  Job *last = g_new0 (Job, 1);

  last->file = self->file;
  g_thread_pool_push (self->pool, last, NULL);
  g_thread_pool_free (self->pool, FALSE, FALSE);
  g_clear_handle_id (&self->retry_source, g_source_remove);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (aloqa_history_store_parent_class)->finalize (object);
}

static void
aloqa_history_store_class_init (AloqaHistoryStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = aloqa_history_store_get_property;
  object_class->finalize = aloqa_history_store_finalize;

  properties[PROP_ERROR] =
      g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
aloqa_history_store_init (AloqaHistoryStore *self)
{
  self->pool = g_thread_pool_new (run_job, NULL, 1, FALSE, NULL);
}

/**
 * aloqa_history_store_new:
 * @path: (nullable): a file, made with its folder where there is none; %NULL for
 *   `$XDG_DATA_HOME/aloqa/history.db`
 * @server_origin: whose user ids they are
 */
AloqaHistoryStore *
aloqa_history_store_new (const char *path, const char *server_origin, gint64 own_id)
{
  AloqaHistoryStore *self = g_object_new (ALOQA_TYPE_HISTORY_STORE, NULL);
  g_autofree char *usual = g_build_filename (g_get_user_data_dir (), "aloqa", "history.db", NULL);

  self->file = aloqa_history_file_new (path != NULL ? path : usual, server_origin, own_id);
  return self;
}

/* Returns: (nullable): an ALOQA_DATABASE_ERROR with a message for the person */
const GError *
aloqa_history_store_get_error (AloqaHistoryStore *self)
{
  return self->error;
}

/**
 * aloqa_history_store_run:
 * @run: called on the store's thread, which has @file and @data to itself meanwhile
 * @done: (nullable): called afterwards on the main thread
 * @data: (transfer full): freed with @free_data on the main thread
 */
void
aloqa_history_store_run (AloqaHistoryStore *self, AloqaHistoryJobFunc run,
                         AloqaHistoryDoneFunc done, gpointer data, GDestroyNotify free_data)
{
  Job *job = g_new0 (Job, 1);

  job->store = g_object_ref (self);
  job->file = self->file;
  job->run = run;
  job->done = done;
  job->data = data;
  job->free_data = free_data;
  g_thread_pool_push (self->pool, job, NULL);
}

static void
run_write (AloqaHistoryFile *file, gpointer data)
{
  Write *write = data;

  aloqa_history_file_write (file, write->sql, write->values);
}

static void
free_write (gpointer data)
{
  Write *write = data;

  g_variant_unref (write->values);
  g_free (write);
}

/**
 * aloqa_history_store_write:
 * @sql: a static string
 * @values: (transfer floating): as for aloqa_history_file_write()
 */
void
aloqa_history_store_write (AloqaHistoryStore *self, const char *sql, GVariant *values)
{
  Write *write = g_new (Write, 1);

  *write = (Write){ sql, g_variant_ref_sink (values) };
  aloqa_history_store_run (self, run_write, NULL, write, free_write);
}
