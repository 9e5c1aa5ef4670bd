/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/video-picture.h"

struct _AloqaVideoPicture {
  int width_px;
  int height_px;
  GBytes *bytes;
  GdkTexture *texture;      /* once it was asked for; main thread */
  cairo_surface_t *surface; /* likewise */
};

/* @bytes: (transfer none): width × height × 4 of them */
AloqaVideoPicture *
aloqa_video_picture_new (int width_px, int height_px, GBytes *bytes)
{
  AloqaVideoPicture *self = g_new0 (AloqaVideoPicture, 1);

  self->width_px = width_px;
  self->height_px = height_px;
  self->bytes = g_bytes_ref (bytes);
  return self;
}

void
aloqa_video_picture_free (AloqaVideoPicture *self)
{
  g_clear_object (&self->texture);
  g_clear_pointer (&self->surface, cairo_surface_destroy);
  g_bytes_unref (self->bytes);
  g_free (self);
}

int
aloqa_video_picture_get_width (AloqaVideoPicture *self)
{
  return self->width_px;
}

int
aloqa_video_picture_get_height (AloqaVideoPicture *self)
{
  return self->height_px;
}

/* Returns: (transfer none) */
GBytes *
aloqa_video_picture_get_bytes (AloqaVideoPicture *self)
{
  return self->bytes;
}

/* Returns: (transfer none): the same picture for GTK. Main thread only. */
GdkTexture *
aloqa_video_picture_get_texture (AloqaVideoPicture *self)
{
  /* Opaque, so that premultiplied or not is the same. */
  if (self->texture == NULL)
    self->texture =
        gdk_memory_texture_new (self->width_px, self->height_px, GDK_MEMORY_B8G8R8A8_PREMULTIPLIED,
                                self->bytes, (gsize) self->width_px * 4);
  return self->texture;
}

/* Paints it from the origin on, in logical pixels. Main thread only. */
void
aloqa_video_picture_snapshot (AloqaVideoPicture *self, GtkSnapshot *snapshot, double width,
                              double height)
{
  gtk_snapshot_append_texture (snapshot, aloqa_video_picture_get_texture (self),
                               &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
}

static cairo_surface_t *
get_surface (AloqaVideoPicture *self)
{
  static const cairo_user_data_key_t bytes_key;

  if (self->surface != NULL)
    return self->surface;

  self->surface = cairo_image_surface_create_for_data (
      (guchar *) g_bytes_get_data (self->bytes, NULL), CAIRO_FORMAT_RGB24, self->width_px,
      self->height_px, self->width_px * 4);
  cairo_surface_set_user_data (self->surface, &bytes_key, g_bytes_ref (self->bytes),
                               (cairo_destroy_func_t) g_bytes_unref);
  return self->surface;
}

/**
 * aloqa_video_picture_snapshot_in_software:
 *
 * The same for a renderer that paints with cairo: GTK 4.8 takes a texture there by way of floats, each
 * pixel, on the main thread, which costs more than all else of a call. Painted as a surface nothing is
 * copied, for as long as the picture is held until the frame after it.
 */
void
aloqa_video_picture_snapshot_in_software (AloqaVideoPicture *self, GtkSnapshot *snapshot,
                                          double width, double height)
{
  cairo_t *cr = gtk_snapshot_append_cairo (
      snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));

  cairo_scale (cr, width / self->width_px, height / self->height_px);
  cairo_set_source_surface (cr, get_surface (self), 0, 0);
  cairo_set_operator (cr, CAIRO_OPERATOR_SOURCE);
  cairo_rectangle (cr, 0, 0, self->width_px, self->height_px);
  cairo_fill (cr);
  cairo_destroy (cr);
}
