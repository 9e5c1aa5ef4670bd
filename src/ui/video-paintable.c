/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/video-paintable.h"

#include "ui/video-worker.h"

struct _AloqaVideoPaintable {
  GObject parent_instance;

  AloqaFeed *feed;
  AloqaVideoWorker *worker;
  AloqaVideoPicture *picture; /* that is shown, or NULL before the first */
  AloqaVideoPicture *before;  /* still in the frame that is on the screen, or NULL */
  gboolean is_in_software;
  gboolean is_black;
};

enum { PROP_IS_BLANK = 1, N_PROPS };
enum { PICTURE_READY, N_SIGNALS };

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void aloqa_video_paintable_iface_init (GdkPaintableInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AloqaVideoPaintable, aloqa_video_paintable, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GDK_TYPE_PAINTABLE,
                                                      aloqa_video_paintable_iface_init))

static void
aloqa_video_paintable_snapshot (GdkPaintable *paintable, GdkSnapshot *snapshot, double width,
                                double height)
{
  AloqaVideoPaintable *self = ALOQA_VIDEO_PAINTABLE (paintable);

  if (self->picture == NULL)
    return;
  if (self->is_in_software)
    aloqa_video_picture_snapshot_in_software (self->picture, snapshot, width, height);
  else
    aloqa_video_picture_snapshot (self->picture, snapshot, width, height);
}

static int
aloqa_video_paintable_get_intrinsic_width (GdkPaintable *paintable)
{
  AloqaVideoPaintable *self = ALOQA_VIDEO_PAINTABLE (paintable);

  return self->picture != NULL ? aloqa_video_picture_get_width (self->picture) : 0;
}

static int
aloqa_video_paintable_get_intrinsic_height (GdkPaintable *paintable)
{
  AloqaVideoPaintable *self = ALOQA_VIDEO_PAINTABLE (paintable);

  return self->picture != NULL ? aloqa_video_picture_get_height (self->picture) : 0;
}

static GdkPaintable *
aloqa_video_paintable_get_current_image (GdkPaintable *paintable)
{
  AloqaVideoPaintable *self = ALOQA_VIDEO_PAINTABLE (paintable);

  return self->picture != NULL
             ? g_object_ref (GDK_PAINTABLE (aloqa_video_picture_get_texture (self->picture)))
             : gdk_paintable_new_empty (0, 0);
}

static void
aloqa_video_paintable_iface_init (GdkPaintableInterface *iface)
{
  iface->snapshot = aloqa_video_paintable_snapshot;
  iface->get_intrinsic_width = aloqa_video_paintable_get_intrinsic_width;
  iface->get_intrinsic_height = aloqa_video_paintable_get_intrinsic_height;
  iface->get_current_image = aloqa_video_paintable_get_current_image;
}

static void
emit_picture_ready (gpointer object, gpointer payload)
{
  g_signal_emit (object, signals[PICTURE_READY], 0);
}

static void
aloqa_video_paintable_get_property (GObject *object, guint property_id, GValue *value,
                                    GParamSpec *pspec)
{
  switch (property_id) {
  case PROP_IS_BLANK:
    g_value_set_boolean (value, aloqa_video_paintable_is_blank (ALOQA_VIDEO_PAINTABLE (object)));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
aloqa_video_paintable_dispose (GObject *object)
{
  AloqaVideoPaintable *self = ALOQA_VIDEO_PAINTABLE (object);

  g_clear_pointer (&self->worker, aloqa_video_worker_free);
  g_clear_object (&self->feed);
  g_clear_pointer (&self->picture, aloqa_video_picture_free);
  g_clear_pointer (&self->before, aloqa_video_picture_free);

  G_OBJECT_CLASS (aloqa_video_paintable_parent_class)->dispose (object);
}

static void
aloqa_video_paintable_class_init (AloqaVideoPaintableClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = aloqa_video_paintable_get_property;
  object_class->dispose = aloqa_video_paintable_dispose;

  properties[PROP_IS_BLANK] =
      g_param_spec_boolean ("is-blank", NULL, NULL, TRUE,
                            G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[PICTURE_READY] = g_signal_new ("picture-ready", ALOQA_TYPE_VIDEO_PAINTABLE,
                                         G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
aloqa_video_paintable_init (AloqaVideoPaintable *self)
{
  self->worker = aloqa_video_worker_new (self, emit_picture_ready);
}

AloqaVideoPaintable *
aloqa_video_paintable_new (void)
{
  return g_object_new (ALOQA_TYPE_VIDEO_PAINTABLE, NULL);
}

/* Takes @picture over; returns whether anything is to be painted anew. */
static gboolean
show (AloqaVideoPaintable *self, AloqaVideoPicture *picture, gboolean is_black)
{
  gboolean was_blank = aloqa_video_paintable_is_blank (self);
  gboolean has_new_size =
      picture != NULL &&
      (self->picture == NULL ||
       aloqa_video_picture_get_width (picture) != aloqa_video_picture_get_width (self->picture) ||
       aloqa_video_picture_get_height (picture) != aloqa_video_picture_get_height (self->picture));

  self->is_black = is_black;
  if (picture != NULL) {
    g_clear_pointer (&self->before, aloqa_video_picture_free);
    self->before = self->picture;
    self->picture = picture;
  }
  if (has_new_size)
    gdk_paintable_invalidate_size (GDK_PAINTABLE (self));
  if (picture != NULL)
    gdk_paintable_invalidate_contents (GDK_PAINTABLE (self));
  if (was_blank != aloqa_video_paintable_is_blank (self))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_BLANK]);
  return picture != NULL;
}

/**
 * aloqa_video_paintable_set_feed:
 * @feed: (nullable): what to show from now on; the picture of the one before is gone at once
 */
void
aloqa_video_paintable_set_feed (AloqaVideoPaintable *self, AloqaFeed *feed)
{
  gboolean was_blank = aloqa_video_paintable_is_blank (self);

  if (!g_set_object (&self->feed, feed))
    return;

  aloqa_video_worker_set_feed (self->worker, feed);
  self->is_black = FALSE;
  g_clear_pointer (&self->picture, aloqa_video_picture_free);
  g_clear_pointer (&self->before, aloqa_video_picture_free);
  gdk_paintable_invalidate_contents (GDK_PAINTABLE (self));
  if (!was_blank)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_BLANK]);
}

/* Returns: (transfer none) (nullable) */
AloqaFeed *
aloqa_video_paintable_get_feed (AloqaVideoPaintable *self)
{
  return self->feed;
}

/**
 * aloqa_video_paintable_set_active:
 *
 * Whether anybody looks; while not, the feed is not listened to and the last picture stays.
 */
void
aloqa_video_paintable_set_active (AloqaVideoPaintable *self, gboolean is_active)
{
  aloqa_video_worker_set_active (self->worker, is_active);
}

/**
 * aloqa_video_paintable_set_wish:
 * @wish: how the pictures from now on are made ready
 */
void
aloqa_video_paintable_set_wish (AloqaVideoPaintable *self, const AloqaVideoWish *wish)
{
  aloqa_video_worker_set_wish (self->worker, wish);
}

/* Whether what paints it is the processor: cairo, that is. */
void
aloqa_video_paintable_set_in_software (AloqaVideoPaintable *self, gboolean is_in_software)
{
  self->is_in_software = is_in_software;
}

/* At most so many pictures a second are made ready, 0 for all. */
void
aloqa_video_paintable_set_max_fps (AloqaVideoPaintable *self, guint max_fps)
{
  aloqa_video_worker_set_max_fps (self->worker, max_fps);
}

/**
 * aloqa_video_paintable_advance:
 *
 * Goes on to the newest picture, if there is a new one. To be called at a frame clock's tick.
 *
 * Returns: whether there is something to paint anew
 */
gboolean
aloqa_video_paintable_advance (AloqaVideoPaintable *self)
{
  gboolean is_black = FALSE;
  AloqaVideoPicture *picture = aloqa_video_worker_take (self->worker, &is_black);

  return show (self, picture, is_black);
}

/* Returns: (transfer none) (nullable): what is shown, in device pixels */
AloqaVideoPicture *
aloqa_video_paintable_get_picture (AloqaVideoPaintable *self)
{
  return self->picture;
}

gboolean
aloqa_video_paintable_is_blank (AloqaVideoPaintable *self)
{
  return self->picture == NULL || self->is_black;
}

/* Whether none came for so long that the last one says nothing any more, by how they came before. */
gboolean
aloqa_video_paintable_has_stopped (AloqaVideoPaintable *self)
{
  return aloqa_video_worker_has_stopped (self->worker);
}

/* How many pictures were made ready: what this paintable costs. */
guint64
aloqa_video_paintable_get_n_converted (AloqaVideoPaintable *self)
{
  return aloqa_video_worker_get_n_converted (self->worker);
}
