/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/x11-screen.h"

#include "media/media.h"
#include "media/timeline.h"
#include "media/x11-pointer.h"

#include <gst/video/video.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <xcb/damage.h>
#include <xcb/shm.h>
#include <xcb/xcb.h>

/* As lines are laid out by GStreamer; no server pads them otherwise. */
#define LINE_PAD_BITS 32
/* Of one picture: several of the largest screens that are made, side by side. */
#define MAX_PICTURE_BYTES (512u << 20)
#define ALL_PLANES (~0u)
/* Deeper ones have pixels that GStreamer has no name for, or another order of bytes. */
#define MAX_DEPTH_BITS 24

/* The first that tells of damage; a server serves nobody who has not said what he knows. */
#define DAMAGE_MAJOR 1
#define DAMAGE_MINOR 1

/* The rest of it says from where an event comes: a server, or another client. */
#define EVENT_MASK 0x7f

struct _AloqaX11Screen {
  xcb_connection_t *connection;
  const xcb_screen_t *screen; /* the connection's */
  GstVideoFormat format;
  GstVideoInfo info; /* of the size that it had when it was looked at last */
  AloqaX11Pointer *pointer;

  xcb_damage_damage_t damage; /* 0 where the server does not tell that something has changed */
  guint8 damage_event;
  GstBuffer *last;   /* what was there when it was read last, without the pointer; or NULL */
  gboolean is_stale; /* something has changed since */

  /* What the server writes a picture to, of the size of @info; NULL where it cannot: it is far away. */
  guint8 *memory;
  xcb_shm_seg_t segment;
};

static gboolean
set_gone (GError **error)
{
  g_set_error (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_GONE, "the X server is gone");
  return FALSE;
}

static const xcb_screen_t *
find_screen (xcb_connection_t *connection, int number)
{
  xcb_screen_iterator_t i = xcb_setup_roots_iterator (xcb_get_setup (connection));

  while (number-- > 0 && i.rem > 1)
    xcb_screen_next (&i);
  return i.rem > 0 ? i.data : NULL;
}

static const xcb_visualtype_t *
find_visual (const xcb_screen_t *screen)
{
  xcb_depth_iterator_t depth = xcb_screen_allowed_depths_iterator (screen);

  for (; depth.rem > 0; xcb_depth_next (&depth)) {
    xcb_visualtype_iterator_t visual = xcb_depth_visuals_iterator (depth.data);

    for (; visual.rem > 0; xcb_visualtype_next (&visual)) {
      if (visual.data->visual_id == screen->root_visual)
        return visual.data;
    }
  }
  return NULL;
}

static GstVideoFormat
find_format (xcb_connection_t *connection, const xcb_screen_t *screen)
{
  const xcb_setup_t *setup = xcb_get_setup (connection);
  const xcb_visualtype_t *visual = find_visual (screen);
  const gint endianness =
      setup->image_byte_order == XCB_IMAGE_ORDER_LSB_FIRST ? G_LITTLE_ENDIAN : G_BIG_ENDIAN;
  xcb_format_iterator_t i = xcb_setup_pixmap_formats_iterator (setup);

  for (; visual != NULL && i.rem > 0; xcb_format_next (&i)) {
    if (i.data->depth == screen->root_depth && i.data->depth <= MAX_DEPTH_BITS &&
        i.data->scanline_pad == LINE_PAD_BITS)
      return gst_video_format_from_masks (i.data->depth, i.data->bits_per_pixel, endianness,
                                          visual->red_mask, visual->green_mask, visual->blue_mask,
                                          0);
  }
  return GST_VIDEO_FORMAT_UNKNOWN;
}

/* Leaves it where there is no such thing. */
static void
ask_for_damage (AloqaX11Screen *self)
{
  const xcb_query_extension_reply_t *told =
      xcb_get_extension_data (self->connection, &xcb_damage_id);
  g_autofree xcb_damage_query_version_reply_t *version = NULL;

  if (told == NULL || !told->present)
    return;
  version = xcb_damage_query_version_reply (
      self->connection, xcb_damage_query_version (self->connection, DAMAGE_MAJOR, DAMAGE_MINOR),
      NULL);
  if (version == NULL)
    return;
  self->damage_event = told->first_event + XCB_DAMAGE_NOTIFY;
  self->damage = xcb_generate_id (self->connection);
  xcb_damage_create (self->connection, self->damage, self->screen->root,
                     XCB_DAMAGE_REPORT_LEVEL_NON_EMPTY);
}

/**
 * aloqa_x11_screen_open:
 * @error: ALOQA_MEDIA_ERROR_FAILED, ALOQA_MEDIA_ERROR_UNREADABLE
 *
 * Returns: (transfer full): the screen that $DISPLAY names, or NULL with @error
 */
AloqaX11Screen *
aloqa_x11_screen_open (GError **error)
{
  g_autoptr (AloqaX11Screen) self = g_new0 (AloqaX11Screen, 1);
  int number = 0;

  self->connection = xcb_connect (NULL, &number);
  if (!xcb_connection_has_error (self->connection))
    self->screen = find_screen (self->connection, number);
  if (self->screen == NULL) {
    g_set_error (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_FAILED,
                 "the X server does not let us in, or there is none");
    return NULL;
  }
  self->format = find_format (self->connection, self->screen);
  if (self->format == GST_VIDEO_FORMAT_UNKNOWN) {
    g_set_error (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_UNREADABLE,
                 "the X server's pictures are of a kind that cannot be read");
    return NULL;
  }
  self->pointer = aloqa_x11_pointer_new (self->connection);
  ask_for_damage (self);
  return g_steal_pointer (&self);
}

static void
drop_memory (AloqaX11Screen *self)
{
  if (self->memory == NULL)
    return;
  xcb_shm_detach (self->connection, self->segment);
  shmdt (self->memory);
  self->memory = NULL;
}

void
aloqa_x11_screen_close (AloqaX11Screen *self)
{
  drop_memory (self);
  gst_clear_buffer (&self->last);
  g_clear_pointer (&self->pointer, aloqa_x11_pointer_free);
  xcb_disconnect (self->connection);
  g_free (self);
}

static gboolean
attach (AloqaX11Screen *self, int id)
{
  g_autofree xcb_generic_error_t *refusal = NULL;

  self->segment = xcb_generate_id (self->connection);
  refusal =
      xcb_request_check (self->connection, xcb_shm_attach_checked (self->connection, self->segment,
                                                                   (guint) id, FALSE));
  return refusal == NULL && !xcb_connection_has_error (self->connection);
}

/* Leaves it away where this is no server of this machine. */
static void
take_memory (AloqaX11Screen *self)
{
  const xcb_query_extension_reply_t *shm = xcb_get_extension_data (self->connection, &xcb_shm_id);
  int id =
      shm != NULL && shm->present ? shmget (IPC_PRIVATE, self->info.size, IPC_CREAT | 0600) : -1;
  guint8 *memory;

  if (id < 0)
    return;
  memory = shmat (id, NULL, SHM_RDONLY);
  /* As soon as the last one has left it, even if that is by a crash; on Linux others may still come. */
  shmctl (id, IPC_RMID, NULL);
  if (memory != (void *) -1 && attach (self, id))
    self->memory = memory;
  else if (memory != (void *) -1)
    shmdt (memory);
}

/**
 * aloqa_x11_screen_check:
 * @error: ALOQA_MEDIA_ERROR_GONE
 *
 * Does not wait for the server.
 *
 * Returns: whether it is there
 */
gboolean
aloqa_x11_screen_check (AloqaX11Screen *self, GError **error)
{
  xcb_generic_event_t *event;

  /* Some are for everybody, and would be kept for ever. */
  while ((event = xcb_poll_for_event (self->connection)) != NULL) {
    if (self->damage != 0 && (event->response_type & EVENT_MASK) == self->damage_event)
      self->is_stale = TRUE;
    free (event);
  }
  return !xcb_connection_has_error (self->connection) || set_gone (error);
}

/* Follows the screen's size. Returns: whether there is one that can be shown */
static gboolean
update_size (AloqaX11Screen *self, GError **error)
{
  g_autofree xcb_get_geometry_reply_t *now = xcb_get_geometry_reply (
      self->connection, xcb_get_geometry (self->connection, self->screen->root), NULL);

  if (now == NULL)
    return set_gone (error);
  if (now->width == self->info.width && now->height == self->info.height)
    return TRUE;

  drop_memory (self);
  gst_clear_buffer (&self->last);
  if (!gst_video_info_set_format (&self->info, self->format, now->width, now->height) ||
      self->info.size > MAX_PICTURE_BYTES) {
    g_set_error (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_UNREADABLE,
                 "it has %u × %u pixels, which are too many", now->width, now->height);
    return FALSE;
  }
  take_memory (self);
  return TRUE;
}

/* Returns: (transfer full) (nullable): NULL where the server gave none this time */
static GstBuffer *
read_picture (AloqaX11Screen *self)
{
  const guint16 width_px = (guint16) self->info.width, height_px = (guint16) self->info.height;
  g_autofree xcb_shm_get_image_reply_t *written = NULL;
  g_autofree xcb_get_image_reply_t *sent = NULL;

  if (self->memory != NULL) {
    written = xcb_shm_get_image_reply (
        self->connection,
        xcb_shm_get_image (self->connection, self->screen->root, 0, 0, width_px, height_px,
                           ALL_PLANES, XCB_IMAGE_FORMAT_Z_PIXMAP, self->segment, 0),
        NULL);
    return written != NULL ? gst_buffer_new_memdup (self->memory, self->info.size) : NULL;
  }
  sent = xcb_get_image_reply (self->connection,
                              xcb_get_image (self->connection, XCB_IMAGE_FORMAT_Z_PIXMAP,
                                             self->screen->root, 0, 0, width_px, height_px,
                                             ALL_PLANES),
                              NULL);
  if (sent == NULL || (gsize) xcb_get_image_data_length (sent) < self->info.size)
    return NULL;
  return gst_buffer_new_memdup (xcb_get_image_data (sent), self->info.size);
}

/* What is there now, read only where it has changed: all of a screen is a lot of work for a server.
 * Returns: (transfer full) (nullable): likewise */
static GstBuffer *
get_picture (AloqaX11Screen *self)
{
  if (self->last == NULL || self->is_stale || self->damage == 0) {
    /* First: what changes while it is read is told again. */
    if (self->damage != 0)
      xcb_damage_subtract (self->connection, self->damage, XCB_NONE, XCB_NONE);
    self->is_stale = FALSE;
    gst_clear_buffer (&self->last);
    self->last = read_picture (self);
  }
  return self->last != NULL ? gst_buffer_copy (self->last) : NULL;
}

/**
 * aloqa_x11_screen_take:
 * @sample: (out) (transfer full) (nullable): what it shows now, with a pointer as
 *   media/screen-pointer.h draws it; NULL where there is nothing just now: its size changes
 * @error: ALOQA_MEDIA_ERROR_GONE, ALOQA_MEDIA_ERROR_UNREADABLE
 *
 * Returns: FALSE with @error where there will be no more pictures
 */
gboolean
aloqa_x11_screen_take (AloqaX11Screen *self, GstSample **sample, GError **error)
{
  g_autoptr (GstBuffer) picture = NULL;
  g_autoptr (GstCaps) caps = NULL;

  *sample = NULL;
  if (!aloqa_x11_screen_check (self, error) || !update_size (self, error))
    return FALSE;
  picture = get_picture (self);
  if (picture != NULL)
    aloqa_x11_pointer_add (self->pointer, picture);
  if (xcb_connection_has_error (self->connection))
    return set_gone (error);
  if (picture == NULL)
    return TRUE;

  GST_BUFFER_PTS (picture) = aloqa_timeline_get_now ();
  caps = gst_video_info_to_caps (&self->info);
  *sample = gst_sample_new (picture, caps, NULL, NULL);
  return TRUE;
}
