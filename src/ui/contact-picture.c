/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/contact-picture.h"

/* An avatar of 96 pixels at a scale of two. */
#define SIZE_PX 192

/* What somebody may call a picture of themselves; larger ones only cost memory to look into. */
#define MAX_SOURCE_PX 8192

/* A few screens full of people: 256 pictures are 36 MiB at most. */
#define MAX_KEPT 256

#define DATA_KEY "aloqa-picture"

static GQueue kept = G_QUEUE_INIT; /* of AloqaContact, the ones used last at the head */

static void
keep (AloqaContact *contact, GdkTexture *texture)
{
  g_object_set_data_full (G_OBJECT (contact), DATA_KEY, g_object_ref (texture), g_object_unref);
  g_queue_push_head (&kept, g_object_ref (contact));
  if (g_queue_get_length (&kept) > MAX_KEPT) {
    g_autoptr (AloqaContact) oldest = g_queue_pop_tail (&kept);

    if (g_queue_find (&kept, oldest) == NULL)
      g_object_set_data (G_OBJECT (oldest), DATA_KEY, NULL);
  }
}

/* Returns: (transfer none) (nullable): the picture, if it is at hand */
GdkTexture *
aloqa_contact_picture_peek (AloqaContact *contact)
{
  return g_object_get_data (G_OBJECT (contact), DATA_KEY);
}

/* Scales while decoding, and refuses what would need too much memory to look at. */
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

static void
decode_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  GdkTexture *texture = decode (data, &error);

  if (texture == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, texture, g_object_unref);
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
    g_task_run_in_thread (task, decode_thread);
  }
}

/* Fails where there is none to be had, or what the server gave is no picture. */
void
aloqa_contact_picture_load_async (AloqaRoster *roster, AloqaContact *contact,
                                  GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  GTask *task = g_task_new (contact, cancellable, callback, user_data);

  aloqa_roster_load_picture_async (roster, contact, cancellable, loaded_cb, task);
}

/* Returns: (transfer full) (nullable): %NULL without an error where somebody has no picture */
GdkTexture *
aloqa_contact_picture_load_finish (GAsyncResult *result, GError **error)
{
  AloqaContact *contact = g_task_get_source_object (G_TASK (result));
  GdkTexture *texture = g_task_propagate_pointer (G_TASK (result), error);

  if (texture != NULL && aloqa_contact_picture_peek (contact) == NULL)
    keep (contact, texture);
  return texture;
}
