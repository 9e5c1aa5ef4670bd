/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/call-corner.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define MARGIN_PX 12
/* Its part of the overlay's shorter side, within limits. */
#define PART 0.28
#define MIN_PX 72
#define MAX_PX 180
/* Less is a click with an unsteady hand. */
#define MIN_DRAG_PX 8
#define MOVE_MS 250

/* In the order of aloqa_call_corner_move_on(). */
typedef enum { BOTTOM_END, BOTTOM_START, TOP_START, TOP_END, N_PLACES } Place;

struct _AloqaCallCorner {
  GtkWidget parent_instance;

  GtkWidget *overlay;
  GtkWidget *frame; /* a GtkOverlay: the picture, and the button over it */
  AloqaVideoView *video;
  Place place;
  int top_inset_px;
  int bottom_inset_px;
  GdkRectangle last; /* where it was put last, which is what the pointer's coordinates are of */

  gboolean is_dragged;
  double begin_x; /* where the pointer took hold, on the overlay */
  double begin_y;
  double drag_x; /* from its place, in logical pixels */
  double drag_y;
  double settle_x; /* where the way back to the place begins */
  double settle_y;
  AdwAnimation *settling; /* or NULL */
};

enum { CLICKED, DISMISSED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AloqaCallCorner, aloqa_call_corner, GTK_TYPE_WIDGET)

static gboolean
is_on_left (AloqaCallCorner *self, Place place)
{
  gboolean is_start = place == BOTTOM_START || place == TOP_START;

  return is_start == (gtk_widget_get_direction (GTK_WIDGET (self)) != GTK_TEXT_DIR_RTL);
}

static double
get_aspect (AloqaCallCorner *self)
{
  GdkPaintable *paintable = GDK_PAINTABLE (aloqa_video_view_get_paintable (self->video));
  double aspect = gdk_paintable_get_intrinsic_aspect_ratio (paintable);

  return aspect > 0 ? CLAMP (aspect, 0.5, 2.0) : 4.0 / 3;
}

static void
measure (AloqaCallCorner *self, int width, int height, GdkRectangle *area)
{
  double side = CLAMP (MIN (width, height) * PART, MIN_PX, MAX_PX);
  double aspect = get_aspect (self);

  area->width = (int) (aspect >= 1 ? side * aspect : side);
  area->height = (int) (aspect >= 1 ? side : side / aspect);
}

static void
put (AloqaCallCorner *self, Place place, int width, int height, GdkRectangle *area)
{
  area->x = is_on_left (self, place) ? MARGIN_PX : width - area->width - MARGIN_PX;
  area->y = place == TOP_START || place == TOP_END
                ? MARGIN_PX + self->top_inset_px
                : height - area->height - MARGIN_PX - self->bottom_inset_px;
}

/* Where it is to be now: at its place, or on the way from or to it. */
static void
locate (AloqaCallCorner *self, GdkRectangle *area)
{
  int width = gtk_widget_get_width (self->overlay), height = gtk_widget_get_height (self->overlay);

  measure (self, width, height, area);
  put (self, self->place, width, height, area);
  area->x = CLAMP (area->x + (int) self->drag_x, 0, MAX (width - area->width, 0));
  area->y = CLAMP (area->y + (int) self->drag_y, 0, MAX (height - area->height, 0));
}

static gboolean
get_child_position_cb (GtkOverlay *overlay, GtkWidget *child, GdkRectangle *area,
                       AloqaCallCorner *self)
{
  if (child != GTK_WIDGET (self))
    return FALSE;

  locate (self, area);
  self->last = *area;
  return TRUE;
}

static void
reallocate (AloqaCallCorner *self)
{
  if (self->overlay != NULL)
    gtk_widget_queue_allocate (self->overlay);
}

static void
settle_cb (double part, gpointer user_data)
{
  AloqaCallCorner *self = user_data;

  self->drag_x = self->settle_x * part;
  self->drag_y = self->settle_y * part;
  reallocate (self);
}

/* Goes to @place from where it is now. */
static void
settle (AloqaCallCorner *self, Place place)
{
  GdkRectangle from, to;

  locate (self, &from);
  to = from;
  put (self, place, gtk_widget_get_width (self->overlay), gtk_widget_get_height (self->overlay),
       &to);
  self->place = place;
  self->settle_x = from.x - to.x;
  self->settle_y = from.y - to.y;
  if (self->settling == NULL)
    self->settling =
        adw_timed_animation_new (GTK_WIDGET (self), 1, 0, MOVE_MS,
                                 adw_callback_animation_target_new (settle_cb, self, NULL));
  adw_animation_play (self->settling);
}

static Place
find_nearest_place (AloqaCallCorner *self)
{
  int width = gtk_widget_get_width (self->overlay), height = gtk_widget_get_height (self->overlay);
  gboolean is_top, is_left;
  GdkRectangle area;

  /* Not where it was put last: a quick hand lets go before the next frame. */
  locate (self, &area);
  is_top = area.y + area.height / 2 < height / 2;
  is_left = area.x + area.width / 2 < width / 2;
  for (Place place = 0; place < N_PLACES; place++) {
    if ((place == TOP_START || place == TOP_END) == is_top && is_on_left (self, place) == is_left)
      return place;
  }
  return self->place;
}

static void
drag_begin_cb (GtkGestureDrag *gesture, double x, double y, AloqaCallCorner *self)
{
  self->begin_x = self->last.x + x;
  self->begin_y = self->last.y + y;
}

static void
drag_update_cb (GtkGestureDrag *gesture, double x, double y, AloqaCallCorner *self)
{
  double start_x, start_y;

  if (!self->is_dragged && x * x + y * y < MIN_DRAG_PX * MIN_DRAG_PX)
    return;

  if (!self->is_dragged && self->settling != NULL)
    adw_animation_skip (self->settling);
  self->is_dragged = TRUE;
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  /* The widget moves along with the pointer, and coordinates are the widget's. */
  gtk_gesture_drag_get_start_point (gesture, &start_x, &start_y);
  self->drag_x = self->last.x + start_x + x - self->begin_x;
  self->drag_y = self->last.y + start_y + y - self->begin_y;
  reallocate (self);
}

static void
drag_end_cb (GtkGestureDrag *gesture, double x, double y, AloqaCallCorner *self)
{
  if (self->is_dragged)
    settle (self, find_nearest_place (self));
  else
    g_signal_emit (self, signals[CLICKED], 0);
  self->is_dragged = FALSE;
}

static void
dismiss_cb (AloqaCallCorner *self)
{
  g_signal_emit (self, signals[DISMISSED], 0);
}

static void
aloqa_call_corner_dispose (GObject *object)
{
  AloqaCallCorner *self = ALOQA_CALL_CORNER (object);

  g_clear_object (&self->settling);
  if (self->overlay != NULL)
    g_signal_handlers_disconnect_by_data (self->overlay, self);
  g_clear_weak_pointer (&self->overlay);
  g_clear_pointer (&self->frame, gtk_widget_unparent);

  G_OBJECT_CLASS (aloqa_call_corner_parent_class)->dispose (object);
}

static void
aloqa_call_corner_class_init (AloqaCallCornerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aloqa_call_corner_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "callcorner");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  for (guint i = 0; i < N_SIGNALS; i++)
    signals[i] = g_signal_new (i == CLICKED ? "clicked" : "dismissed", G_TYPE_FROM_CLASS (klass),
                               G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static GtkWidget *
new_dismiss_button (AloqaCallCorner *self)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("window-close-symbolic");

  gtk_widget_add_css_class (button, "osd");
  gtk_widget_add_css_class (button, "circular");
  gtk_widget_set_halign (button, GTK_ALIGN_END);
  gtk_widget_set_valign (button, GTK_ALIGN_START);
  gtk_widget_set_tooltip_text (button, _ ("Hide Own Picture"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Hide Own Picture"), -1);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (dismiss_cb), self);
  return button;
}

static void
aloqa_call_corner_init (AloqaCallCorner *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();

  self->video = ALOQA_VIDEO_VIEW (aloqa_video_view_new ());
  g_object_set (self->video, "covers", TRUE, NULL);
  self->frame = gtk_overlay_new ();
  gtk_overlay_set_child (GTK_OVERLAY (self->frame), GTK_WIDGET (self->video));
  gtk_overlay_add_overlay (GTK_OVERLAY (self->frame), new_dismiss_button (self));
  gtk_widget_set_parent (self->frame, GTK_WIDGET (self));
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), "grab");

  g_signal_connect (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  g_signal_connect (drag, "drag-end", G_CALLBACK (drag_end_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  g_signal_connect_object (aloqa_video_view_get_paintable (self->video), "invalidate-size",
                           G_CALLBACK (reallocate), self, G_CONNECT_SWAPPED);
}

/* To be called once, with the overlay that it was added to. */
void
aloqa_call_corner_attach (AloqaCallCorner *self, GtkOverlay *overlay)
{
  g_set_weak_pointer (&self->overlay, GTK_WIDGET (overlay));
  g_signal_connect (overlay, "get-child-position", G_CALLBACK (get_child_position_cb), self);
}

/* Returns: (transfer none): what shows the picture */
AloqaVideoView *
aloqa_call_corner_get_video (AloqaCallCorner *self)
{
  return self->video;
}

/* How much of the overlay's top and bottom is taken, in logical pixels. */
void
aloqa_call_corner_set_insets (AloqaCallCorner *self, int top_px, int bottom_px)
{
  self->top_inset_px = top_px;
  self->bottom_inset_px = bottom_px;
  reallocate (self);
}

/* To the next corner: dragging for the keyboard. */
void
aloqa_call_corner_move_on (AloqaCallCorner *self)
{
  if (self->overlay != NULL && gtk_widget_get_mapped (GTK_WIDGET (self)))
    settle (self, (self->place + 1) % N_PLACES);
}
