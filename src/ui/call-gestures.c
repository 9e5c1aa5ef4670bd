/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/call-gestures.h"

#define IDLE_S 3

struct _AloqaCallGestures {
  GObject parent_instance;

  GtkWidget *widget; /* owns this */
  guint idle_id;
  double x; /* where the pointer was last: GTK repeats it when what is beneath it changes */
  double y;
  gboolean talks;
  gboolean is_talking;
};

enum { ACTIVE, IDLE, TALK, DOUBLE_CLICKED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AloqaCallGestures, aloqa_call_gestures, G_TYPE_OBJECT)

static gboolean
idle_cb (gpointer user_data)
{
  AloqaCallGestures *self = user_data;

  self->idle_id = 0;
  g_signal_emit (self, signals[IDLE], 0);
  return G_SOURCE_REMOVE;
}

static void
note_input (AloqaCallGestures *self)
{
  g_clear_handle_id (&self->idle_id, g_source_remove);
  self->idle_id = g_timeout_add_seconds (IDLE_S, idle_cb, self);
  g_signal_emit (self, signals[ACTIVE], 0);
}

static void
motion_cb (AloqaCallGestures *self, double x, double y)
{
  if (x == self->x && y == self->y)
    return;
  self->x = x;
  self->y = y;
  note_input (self);
}

static void
pressed_cb (AloqaCallGestures *self)
{
  note_input (self);
}

static void
clicked_cb (AloqaCallGestures *self, int n_press)
{
  if (n_press == 2)
    g_signal_emit (self, signals[DOUBLE_CLICKED], 0);
}

static void
set_talking (AloqaCallGestures *self, gboolean is_talking)
{
  if (is_talking == self->is_talking)
    return;
  self->is_talking = is_talking;
  g_signal_emit (self, signals[TALK], 0, is_talking);
}

/* In a menu or list, space is for choosing. */
static gboolean
is_in_popover (AloqaCallGestures *self)
{
  GtkRoot *root = gtk_widget_get_root (self->widget);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return focus != NULL && gtk_widget_get_ancestor (focus, GTK_TYPE_POPOVER) != NULL;
}

static gboolean
key_pressed_cb (AloqaCallGestures *self, guint keyval, guint keycode, GdkModifierType state)
{
  note_input (self);
  if (keyval != GDK_KEY_space || (state & gtk_accelerator_get_default_mod_mask ()) != 0 ||
      is_in_popover (self))
    return GDK_EVENT_PROPAGATE;
  if (self->talks)
    set_talking (self, TRUE);
  return self->is_talking; /* the repeats too */
}

static void
key_released_cb (AloqaCallGestures *self, guint keyval)
{
  if (keyval == GDK_KEY_space)
    set_talking (self, FALSE);
}

/* The release is lost with the focus. */
static void
focus_left_cb (AloqaCallGestures *self)
{
  set_talking (self, FALSE);
}

static void
aloqa_call_gestures_finalize (GObject *object)
{
  AloqaCallGestures *self = ALOQA_CALL_GESTURES (object);

  g_clear_handle_id (&self->idle_id, g_source_remove);

  G_OBJECT_CLASS (aloqa_call_gestures_parent_class)->finalize (object);
}

static void
aloqa_call_gestures_class_init (AloqaCallGesturesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aloqa_call_gestures_finalize;

  signals[ACTIVE] = g_signal_new ("active", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
  signals[IDLE] = g_signal_new ("idle", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);
  signals[TALK] = g_signal_new ("talk", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  signals[DOUBLE_CLICKED] = g_signal_new ("double-clicked", G_TYPE_FROM_CLASS (klass),
                                          G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
aloqa_call_gestures_init (AloqaCallGestures *self)
{
}

static GtkEventController *
add_controller (AloqaCallGestures *self, GtkEventController *controller, GtkPropagationPhase phase)
{
  gtk_event_controller_set_propagation_phase (controller, phase);
  gtk_widget_add_controller (self->widget, controller);
  return controller;
}

/**
 * aloqa_call_gestures_new:
 * @widget: what is watched; it must outlive this
 */
AloqaCallGestures *
aloqa_call_gestures_new (GtkWidget *widget)
{
  AloqaCallGestures *self = g_object_new (ALOQA_TYPE_CALL_GESTURES, NULL);
  GtkEventController *motion, *press, *click, *keys, *focus;

  self->widget = widget;
  motion = add_controller (self, gtk_event_controller_motion_new (), GTK_PHASE_CAPTURE);
  press = add_controller (self, GTK_EVENT_CONTROLLER (gtk_gesture_click_new ()), GTK_PHASE_CAPTURE);
  click = add_controller (self, GTK_EVENT_CONTROLLER (gtk_gesture_click_new ()), GTK_PHASE_BUBBLE);
  keys = add_controller (self, gtk_event_controller_key_new (), GTK_PHASE_CAPTURE);
  focus = add_controller (self, gtk_event_controller_focus_new (), GTK_PHASE_BUBBLE);

  g_signal_connect_object (motion, "motion", G_CALLBACK (motion_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (press, "pressed", G_CALLBACK (pressed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (click, "pressed", G_CALLBACK (clicked_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (keys, "key-released", G_CALLBACK (key_released_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (focus, "leave", G_CALLBACK (focus_left_cb), self, G_CONNECT_SWAPPED);
  return self;
}

/* Whether the space bar is push-to-talk now. One that is held down stays it until it is let go. */
void
aloqa_call_gestures_set_talks (AloqaCallGestures *self, gboolean talks)
{
  self->talks = talks;
}
