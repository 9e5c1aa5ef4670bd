/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/video-view.h"

#include <math.h>

/* GDK_TOPLEVEL_STATE_SUSPENDED of GTK 4.12: nothing of the window can be seen. */
#define TOPLEVEL_STATE_SUSPENDED (1u << 16)
#define STALE_CHECK_S 1

struct _AloqaVideoView {
  GtkWidget parent_instance;

  AloqaVideoPaintable *paintable;
  AloqaVideoWish wish;
  gboolean is_active;
  gboolean is_blank; /* as told last */
  gboolean is_stale;
  guint max_fps;
  guint tick_id; /* until the frame clock's next tick, where a new picture is ready */
  guint stale_id;
  GdkSurface *surface; /* while mapped */
};

enum { PROP_COVERS = 1, PROP_MIRRORED, PROP_IS_BLANK, PROP_MAX_FPS, N_PROPS };

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AloqaVideoView, aloqa_video_view, GTK_TYPE_WIDGET)

static void
update_blank (AloqaVideoView *self)
{
  gboolean is_blank = self->is_stale || aloqa_video_paintable_is_blank (self->paintable);

  if (is_blank == self->is_blank)
    return;
  self->is_blank = is_blank;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_BLANK]);
}

/* GTK 4.12 knows fractions; before it, GTK paints at the next whole scale. */
static double
get_scale (AloqaVideoView *self)
{
  double scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));

  if (self->surface != NULL &&
      g_object_class_find_property (G_OBJECT_GET_CLASS (self->surface), "scale") != NULL)
    g_object_get (self->surface, "scale", &scale, NULL);
  return scale;
}

/* A renderer on the processor would enlarge on the main thread, each time it paints. */
static gboolean
paints_in_software (AloqaVideoView *self)
{
  GtkNative *native = gtk_widget_get_native (GTK_WIDGET (self));
  GskRenderer *renderer = native != NULL ? gtk_native_get_renderer (native) : NULL;

  return renderer != NULL && g_str_equal (G_OBJECT_TYPE_NAME (renderer), "GskCairoRenderer");
}

static void
update_wish (AloqaVideoView *self)
{
  double scale = get_scale (self);

  self->wish.width_px = (int) (gtk_widget_get_width (GTK_WIDGET (self)) * scale + 0.5);
  self->wish.height_px = (int) (gtk_widget_get_height (GTK_WIDGET (self)) * scale + 0.5);
  self->wish.enlarges = paints_in_software (self);
  aloqa_video_paintable_set_in_software (self->paintable, self->wish.enlarges);
  aloqa_video_paintable_set_wish (self->paintable, &self->wish);
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  AloqaVideoView *self = ALOQA_VIDEO_VIEW (widget);

  self->tick_id = 0;
  if (aloqa_video_paintable_advance (self->paintable)) {
    self->is_stale = FALSE;
    gtk_widget_queue_draw (widget);
  }
  update_blank (self);
  return G_SOURCE_REMOVE;
}

static void
picture_ready_cb (AloqaVideoView *self)
{
  if (self->tick_id == 0 && gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
}

static gboolean
check_stale_cb (gpointer user_data)
{
  AloqaVideoView *self = user_data;

  self->is_stale = aloqa_video_paintable_has_stopped (self->paintable);
  update_blank (self);
  return G_SOURCE_CONTINUE;
}

/* Whether anything of the window can be on the screen. */
static gboolean
is_surface_visible (GdkSurface *surface)
{
  guint state = GDK_IS_TOPLEVEL (surface) ? gdk_toplevel_get_state (GDK_TOPLEVEL (surface)) : 0;

  return (state & (GDK_TOPLEVEL_STATE_MINIMIZED | TOPLEVEL_STATE_SUSPENDED)) == 0;
}

static void
update_active (AloqaVideoView *self)
{
  gboolean is_active = self->surface != NULL && is_surface_visible (self->surface);

  if (is_active == self->is_active)
    return;
  self->is_active = is_active;
  if (is_active) {
    update_wish (self);
    self->stale_id = g_timeout_add_seconds (STALE_CHECK_S, check_stale_cb, self);
  } else {
    g_clear_handle_id (&self->stale_id, g_source_remove);
  }
  aloqa_video_paintable_set_active (self->paintable, is_active);
}

static void
aloqa_video_view_map (GtkWidget *widget)
{
  AloqaVideoView *self = ALOQA_VIDEO_VIEW (widget);

  GTK_WIDGET_CLASS (aloqa_video_view_parent_class)->map (widget);
  self->surface = g_object_ref (gtk_native_get_surface (gtk_widget_get_native (widget)));
  /* From one fraction to another GTK 4.12 allocates nothing anew. Before it there is no such property. */
  g_signal_connect_swapped (self->surface, "notify::scale", G_CALLBACK (update_wish), self);
  if (GDK_IS_TOPLEVEL (self->surface))
    g_signal_connect_swapped (self->surface, "notify::state", G_CALLBACK (update_active), self);
  update_active (self);
}

static void
aloqa_video_view_unmap (GtkWidget *widget)
{
  AloqaVideoView *self = ALOQA_VIDEO_VIEW (widget);

  if (self->tick_id != 0)
    gtk_widget_remove_tick_callback (widget, self->tick_id);
  self->tick_id = 0;
  if (self->surface != NULL)
    g_signal_handlers_disconnect_by_data (self->surface, self);
  g_clear_object (&self->surface);
  update_active (self);
  GTK_WIDGET_CLASS (aloqa_video_view_parent_class)->unmap (widget);
}

static void
aloqa_video_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  update_wish (ALOQA_VIDEO_VIEW (widget));
}

static void
aloqa_video_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  AloqaVideoView *self = ALOQA_VIDEO_VIEW (widget);
  double width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  double scale = get_scale (self);
  double picture_width, picture_height, fit;
  AloqaVideoPicture *picture = aloqa_video_paintable_get_picture (self->paintable);

  if (self->is_blank || picture == NULL || width <= 0 || height <= 0)
    return;

  /* What was made for another size (the window is being resized) is scaled for these frames. */
  picture_width = aloqa_video_picture_get_width (picture) / scale;
  picture_height = aloqa_video_picture_get_height (picture) / scale;
  fit = self->wish.covers ? MAX (width / picture_width, height / picture_height)
                          : MIN (width / picture_width, height / picture_height);
  if (fit > 1 - 1 / width && fit < 1 + 1 / width)
    fit = 1; /* rounding only: pixel for pixel */
  picture_width *= fit;
  picture_height *= fit;
  /* On whole device pixels, or all of them would be blurred. */
  gtk_snapshot_translate (
      snapshot,
      &GRAPHENE_POINT_INIT ((float) (floor ((width - picture_width) / 2 * scale) / scale),
                            (float) (floor ((height - picture_height) / 2 * scale) / scale)));
  gdk_paintable_snapshot (GDK_PAINTABLE (self->paintable), snapshot, picture_width, picture_height);
}

static void
aloqa_video_view_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  AloqaVideoView *self = ALOQA_VIDEO_VIEW (object);

  switch (property_id) {
  case PROP_COVERS:
    g_value_set_boolean (value, self->wish.covers);
    break;
  case PROP_MIRRORED:
    g_value_set_boolean (value, self->wish.is_mirrored);
    break;
  case PROP_IS_BLANK:
    g_value_set_boolean (value, self->is_blank);
    break;
  case PROP_MAX_FPS:
    g_value_set_uint (value, self->max_fps);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
aloqa_video_view_set_property (GObject *object, guint property_id, const GValue *value,
                               GParamSpec *pspec)
{
  AloqaVideoView *self = ALOQA_VIDEO_VIEW (object);

  switch (property_id) {
  case PROP_COVERS:
    self->wish.covers = g_value_get_boolean (value);
    break;
  case PROP_MIRRORED:
    self->wish.is_mirrored = g_value_get_boolean (value);
    break;
  case PROP_MAX_FPS:
    self->max_fps = g_value_get_uint (value);
    aloqa_video_paintable_set_max_fps (self->paintable, self->max_fps);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
  update_wish (self);
}

static void
aloqa_video_view_finalize (GObject *object)
{
  AloqaVideoView *self = ALOQA_VIDEO_VIEW (object);

  g_clear_handle_id (&self->stale_id, g_source_remove);
  g_object_unref (self->paintable);

  G_OBJECT_CLASS (aloqa_video_view_parent_class)->finalize (object);
}

static void
aloqa_video_view_class_init (AloqaVideoViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = aloqa_video_view_get_property;
  object_class->set_property = aloqa_video_view_set_property;
  object_class->finalize = aloqa_video_view_finalize;
  widget_class->map = aloqa_video_view_map;
  widget_class->unmap = aloqa_video_view_unmap;
  widget_class->size_allocate = aloqa_video_view_size_allocate;
  widget_class->snapshot = aloqa_video_view_snapshot;

  properties[PROP_COVERS] =
      g_param_spec_boolean ("covers", NULL, NULL, FALSE, flags | G_PARAM_READWRITE);
  properties[PROP_MIRRORED] =
      g_param_spec_boolean ("mirrored", NULL, NULL, FALSE, flags | G_PARAM_READWRITE);
  properties[PROP_IS_BLANK] =
      g_param_spec_boolean ("is-blank", NULL, NULL, TRUE, flags | G_PARAM_READABLE);
  properties[PROP_MAX_FPS] =
      g_param_spec_uint ("max-fps", NULL, NULL, 0, 1000, 0, flags | G_PARAM_READWRITE);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "callpicture"); /* GTK styles its own "video" */
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
aloqa_video_view_init (AloqaVideoView *self)
{
  self->paintable = aloqa_video_paintable_new ();
  self->is_blank = TRUE;
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  g_signal_connect_object (self->paintable, "picture-ready", G_CALLBACK (picture_ready_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->paintable, "notify::is-blank", G_CALLBACK (update_blank), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect (self, "notify::scale-factor", G_CALLBACK (update_wish), NULL);
}

GtkWidget *
aloqa_video_view_new (void)
{
  return g_object_new (ALOQA_TYPE_VIDEO_VIEW, NULL);
}

/**
 * aloqa_video_view_set_feed:
 * @feed: (nullable): what to show from now on
 */
void
aloqa_video_view_set_feed (AloqaVideoView *self, AloqaFeed *feed)
{
  aloqa_video_paintable_set_feed (self->paintable, feed);
  self->is_stale = FALSE;
  update_blank (self);
}

/* Returns: (transfer none) (nullable) */
AloqaFeed *
aloqa_video_view_get_feed (AloqaVideoView *self)
{
  return aloqa_video_paintable_get_feed (self->paintable);
}

/* Returns: (transfer none) */
AloqaVideoPaintable *
aloqa_video_view_get_paintable (AloqaVideoView *self)
{
  return self->paintable;
}

gboolean
aloqa_video_view_is_blank (AloqaVideoView *self)
{
  return self->is_blank;
}
