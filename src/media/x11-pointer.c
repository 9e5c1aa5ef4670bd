/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/x11-pointer.h"

#include "media/screen-pointer.h"

#include <xcb/xfixes.h>

/* As of media/pipewire-pointer.c: no pointer is larger. */
#define MAX_SIDE_PX 384
#define PIXEL_BYTES 4
/* The first that tells of the pointer; a server serves nobody who has not said what he knows. */
#define XFIXES_MAJOR 2
#define XFIXES_MINOR 0

/* Of every reply, before what its length counts, in units of four. */
#define REPLY_BYTES 32

struct _AloqaX11Pointer {
  xcb_connection_t *connection;
  gboolean is_told; /* by this server at all */

  /* What the overlay is of. */
  guint32 serial;
  gint x, y;
  GstVideoOverlayComposition *overlay; /* or NULL */
};

AloqaX11Pointer *
aloqa_x11_pointer_new (xcb_connection_t *connection)
{
  AloqaX11Pointer *self = g_new0 (AloqaX11Pointer, 1);
  const xcb_query_extension_reply_t *xfixes = xcb_get_extension_data (connection, &xcb_xfixes_id);

  self->connection = connection;
  if (xfixes != NULL && xfixes->present) {
    g_autofree xcb_xfixes_query_version_reply_t *version = xcb_xfixes_query_version_reply (
        connection, xcb_xfixes_query_version (connection, XFIXES_MAJOR, XFIXES_MINOR), NULL);

    self->is_told = version != NULL;
  }
  return self;
}

void
aloqa_x11_pointer_free (AloqaX11Pointer *self)
{
  g_clear_pointer (&self->overlay, gst_video_overlay_composition_unref);
  g_free (self);
}

/* Returns: (transfer full) (nullable): NULL where it is hidden, or nothing that can be */
static GstBuffer *
copy_shape (const xcb_xfixes_get_cursor_image_reply_t *told)
{
  const gsize size_bytes = (gsize) told->width * told->height * PIXEL_BYTES;
  const gsize told_bytes = REPLY_BYTES + (gsize) told->length * 4;
  GstBuffer *shape;

  if (size_bytes == 0 || told->width > MAX_SIDE_PX || told->height > MAX_SIDE_PX ||
      told_bytes < sizeof *told + size_bytes)
    return NULL;

  shape = gst_buffer_new_memdup (xcb_xfixes_get_cursor_image_cursor_image (told), size_bytes);
  gst_buffer_add_video_meta (shape, GST_VIDEO_FRAME_FLAG_NONE,
                             GST_VIDEO_OVERLAY_COMPOSITION_FORMAT_RGB, told->width, told->height);
  return shape;
}

static void
update (AloqaX11Pointer *self, const xcb_xfixes_get_cursor_image_reply_t *told)
{
  const gint x = told->x - told->xhot, y = told->y - told->yhot;
  g_autoptr (GstBuffer) shape = NULL;

  /* The same overlay tells that nothing has changed. */
  if (self->overlay != NULL && self->serial == told->cursor_serial && self->x == x && self->y == y)
    return;

  g_clear_pointer (&self->overlay, gst_video_overlay_composition_unref);
  self->serial = told->cursor_serial;
  self->x = x;
  self->y = y;
  shape = copy_shape (told);
  if (shape != NULL)
    self->overlay = aloqa_screen_pointer_new_overlay (shape, x, y);
}

/**
 * aloqa_x11_pointer_add:
 * @picture: gets a GstVideoOverlayCompositionMeta, as media/screen-pointer.h draws it, where there is a
 *   pointer
 */
void
aloqa_x11_pointer_add (AloqaX11Pointer *self, GstBuffer *picture)
{
  g_autofree xcb_xfixes_get_cursor_image_reply_t *told = NULL;

  if (!self->is_told)
    return;
  told = xcb_xfixes_get_cursor_image_reply (self->connection,
                                            xcb_xfixes_get_cursor_image (self->connection), NULL);
  if (told == NULL)
    return;
  update (self, told);
  if (self->overlay != NULL)
    gst_buffer_add_video_overlay_composition_meta (picture, self->overlay);
}
