/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/contact-picture.h"

/* An avatar of 96 pixels at a scale of two. */
#define SIZE_PX 192

/* What somebody may call a picture of themselves: more than a telephone's camera takes. Not every format
 * is scaled while it is decoded: one is 64 MiB at most, and one is decoded at a time. */
#define MAX_SOURCE_PX 4096

/* A few screens full of people: 256 pictures are 36 MiB at most. */
#define MAX_KEPT 256

#define KEPT_KEY "aloqa-textures" /* of a roster */
#define ROSTER_KEY "aloqa-roster" /* of a task */

/* Of one server: somebody has the same picture in every row, and in a call. */
typedef struct {
  GHashTable *links; /* file name → link of the next, which owns the name */
  GQueue by_use;     /* of Picture, the one used last at the head */
} Kept;

typedef struct {
  char *file_name;
  GdkTexture *texture;
} Picture;

static void
free_picture (gpointer data)
{
  Picture *picture = data;

  g_object_unref (picture->texture);
  g_free (picture->file_name);
  g_free (picture);
}

static void
free_kept (gpointer data)
{
  Kept *kept = data;

  g_hash_table_unref (kept->links);
  g_queue_clear_full (&kept->by_use, free_picture);
  g_free (kept);
}

/* What is kept ends with @roster. */
static Kept *
get_kept (AloqaRoster *roster)
{
  Kept *kept = g_object_get_data (G_OBJECT (roster), KEPT_KEY);

  if (kept == NULL) {
    kept = g_new0 (Kept, 1);
    kept->links = g_hash_table_new (g_str_hash, g_str_equal);
    g_object_set_data_full (G_OBJECT (roster), KEPT_KEY, kept, free_kept);
  }
  return kept;
}

static void
keep (Kept *kept, const char *file_name, GdkTexture *texture)
{
  Picture *picture = g_new0 (Picture, 1);

  picture->file_name = g_strdup (file_name);
  picture->texture = g_object_ref (texture);
  g_queue_push_head (&kept->by_use, picture);
  g_hash_table_insert (kept->links, picture->file_name, kept->by_use.head);
  if (g_queue_get_length (&kept->by_use) > MAX_KEPT) {
    picture = g_queue_pop_tail (&kept->by_use);
    g_hash_table_remove (kept->links, picture->file_name);
    free_picture (picture);
  }
}

/**
 * aloqa_contact_picture_peek:
 *
 * Returns: (transfer none) (nullable): the picture, if it is at hand
 */
GdkTexture *
aloqa_contact_picture_peek (AloqaRoster *roster, AloqaContact *contact)
{
  Kept *kept = get_kept (roster);
  const char *file_name = aloqa_contact_get_picture (contact);
  GList *link = file_name != NULL ? g_hash_table_lookup (kept->links, file_name) : NULL;

  if (link == NULL)
    return NULL;
  g_queue_unlink (&kept->by_use, link);
  g_queue_push_head_link (&kept->by_use, link);
  return ((Picture *) link->data)->texture;
}

/* Scales, some formats while decoding, and refuses what would need too much memory to look at. */
static void
size_prepared_cb (GdkPixbufLoader *loader, int width_px, int height_px, gpointer user_data)
{
  int shorter_px = MIN (width_px, height_px);

  if (shorter_px <= 0 || MAX (width_px, height_px) > MAX_SOURCE_PX)
    gdk_pixbuf_loader_set_size (loader, 0, 0);
  else if (shorter_px > SIZE_PX)
    gdk_pixbuf_loader_set_size (loader, MAX (1, width_px * SIZE_PX / shorter_px),
                                MAX (1, height_px * SIZE_PX / shorter_px));
}

static GdkTexture *
decode (GBytes *bytes, GError **error)
{
  g_autoptr (GdkPixbufLoader) loader = gdk_pixbuf_loader_new ();
  GdkPixbuf *pixbuf;
  gboolean is_read;

  g_signal_connect (loader, "size-prepared", G_CALLBACK (size_prepared_cb), NULL);
  is_read = gdk_pixbuf_loader_write_bytes (loader, bytes, error);
  /* Always closed, or the loader complains; the first error is the one that tells. */
  if (!gdk_pixbuf_loader_close (loader, is_read ? error : NULL) || !is_read)
    return NULL;

  pixbuf = gdk_pixbuf_loader_get_pixbuf (loader);
  if (pixbuf == NULL) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "This picture is too large.");
    return NULL;
  }
  return gdk_texture_new_for_pixbuf (pixbuf);
}

/* In the pool's thread. Takes @data, a task. */
static void
decode_cb (gpointer data, gpointer user_data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  GdkTexture *texture;

  if (g_task_return_error_if_cancelled (task))
    return;
  texture = decode (g_task_get_task_data (task), &error);
  if (texture == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, texture, g_object_unref);
}

/* One thread for all, and not those that everything else waits for, too. */
static GThreadPool *
get_pool (void)
{
  static GThreadPool *pool = NULL;

  if (pool == NULL)
    pool = g_thread_pool_new (decode_cb, NULL, 1, FALSE, NULL);
  return pool;
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GBytes *bytes = aloqa_roster_load_picture_finish (ALOQA_ROSTER (source), result, &error);

  if (error != NULL) {
    g_task_return_error (task, error);
  } else if (bytes == NULL) {
    g_task_return_pointer (task, NULL, NULL);
  } else {
    g_task_set_task_data (task, bytes, (GDestroyNotify) g_bytes_unref);
    g_thread_pool_push (get_pool (), g_steal_pointer (&task), NULL);
  }
}

/* Fails where there is none to be had, or what the server gave is no picture. */
void
aloqa_contact_picture_load_async (AloqaRoster *roster, AloqaContact *contact,
                                  GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  GTask *task = g_task_new (contact, cancellable, callback, user_data);

  g_object_set_data_full (G_OBJECT (task), ROSTER_KEY, g_object_ref (roster), g_object_unref);
  aloqa_roster_load_picture_async (roster, contact, cancellable, loaded_cb, task);
}

/* Returns: (transfer full) (nullable): %NULL without an error where somebody has no picture */
GdkTexture *
aloqa_contact_picture_load_finish (GAsyncResult *result, GError **error)
{
  AloqaContact *contact = g_task_get_source_object (G_TASK (result));
  /* The thread that decodes may have the task for a moment longer; the roster is none of its own. */
  g_autoptr (AloqaRoster) roster = g_object_steal_data (G_OBJECT (result), ROSTER_KEY);
  GdkTexture *texture = g_task_propagate_pointer (G_TASK (result), error);

  if (texture != NULL && aloqa_contact_picture_peek (roster, contact) == NULL)
    keep (get_kept (roster), aloqa_contact_get_picture (contact), texture);
  return texture;
}
