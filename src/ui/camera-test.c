/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "media/video-capture.h"
#include "session/error-text.h"
#include "ui/device-test.h"
#include "ui/settings.h"
#include "ui/video-view.h"

#define HEIGHT_PX 180

struct _AloqaCameraTest {
  AdwBin parent_instance;

  GtkStack *stack;
  GtkWidget *view;
  GtkLabel *message;
  GtkToggleButton *button;
  GSettings *settings;
  AloqaVideoCapture *capture; /* while it runs, or NULL */
};

G_DEFINE_FINAL_TYPE (AloqaCameraTest, aloqa_camera_test, ADW_TYPE_BIN)

static void
show_error (AloqaCameraTest *self, const GError *error)
{
  gtk_label_set_label (self->message, aloqa_error_text_for_device (error, "camera"));
  gtk_stack_set_visible_child_name (self->stack, "message");
}

static void
stop (AloqaCameraTest *self)
{
  if (self->capture == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->capture, self);
  aloqa_video_view_set_feed (ALOQA_VIDEO_VIEW (self->view), NULL);
  aloqa_video_capture_stop (self->capture);
  g_clear_object (&self->capture);
  gtk_stack_set_visible_child_name (self->stack, "off");
}

static void
use_source (AloqaCameraTest *self)
{
  g_autoptr (AloqaMediaSettings) media = NULL;
  g_autoptr (GError) error = NULL;

  if (self->capture == NULL)
    return;
  media = aloqa_settings_build_media (self->settings);
  gtk_stack_set_visible_child_name (self->stack, "view");
  if (!aloqa_video_capture_set_source (self->capture, media->video_source, &error))
    show_error (self, error);
}

static void
start (AloqaCameraTest *self)
{
  g_autoptr (AloqaMediaSettings) media = aloqa_settings_build_media (self->settings);

  self->capture = aloqa_video_capture_new (media->width_px, media->height_px, media->fps);
  g_signal_connect_swapped (self->capture, "error", G_CALLBACK (show_error), self);
  aloqa_video_view_set_feed (ALOQA_VIDEO_VIEW (self->view),
                             aloqa_video_capture_get_feed (self->capture));
  use_source (self);
  aloqa_video_capture_start (self->capture);
}

static void
toggled_cb (AloqaCameraTest *self)
{
  if (gtk_toggle_button_get_active (self->button))
    start (self);
  else
    stop (self);
}

static void
aloqa_camera_test_unmap (GtkWidget *widget)
{
  gtk_toggle_button_set_active (ALOQA_CAMERA_TEST (widget)->button, FALSE);
  GTK_WIDGET_CLASS (aloqa_camera_test_parent_class)->unmap (widget);
}

static void
aloqa_camera_test_dispose (GObject *object)
{
  AloqaCameraTest *self = ALOQA_CAMERA_TEST (object);

  stop (self);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (aloqa_camera_test_parent_class)->dispose (object);
}

static void
aloqa_camera_test_class_init (AloqaCameraTestClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aloqa_camera_test_dispose;
  GTK_WIDGET_CLASS (klass)->unmap = aloqa_camera_test_unmap;
}

static GtkWidget *
make_stack (AloqaCameraTest *self)
{
  GtkWidget *off = gtk_image_new_from_icon_name ("camera-disabled-symbolic");

  self->stack = GTK_STACK (gtk_stack_new ());
  self->view = aloqa_video_view_new ();
  g_object_set (self->view, "mirrored", TRUE, NULL);
  self->message = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->message, TRUE);
  gtk_label_set_justify (self->message, GTK_JUSTIFY_CENTER);
  gtk_image_set_pixel_size (GTK_IMAGE (off), 48);
  gtk_widget_add_css_class (off, "dim-label");
  gtk_stack_add_named (self->stack, off, "off");
  gtk_stack_add_named (self->stack, self->view, "view");
  gtk_stack_add_named (self->stack, GTK_WIDGET (self->message), "message");
  gtk_widget_set_size_request (GTK_WIDGET (self->stack), -1, HEIGHT_PX);
  return GTK_WIDGET (self->stack);
}

static void
aloqa_camera_test_init (AloqaCameraTest *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  self->button = GTK_TOGGLE_BUTTON (gtk_toggle_button_new_with_label (_ ("Show My Camera")));
  gtk_widget_set_halign (GTK_WIDGET (self->button), GTK_ALIGN_CENTER);
  g_signal_connect_swapped (self->button, "toggled", G_CALLBACK (toggled_cb), self);
  gtk_box_append (GTK_BOX (box), make_stack (self));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->button));
  adw_bin_set_child (ADW_BIN (self), box);
}

void
aloqa_camera_test_follow (AloqaCameraTest *self, GSettings *settings)
{
  self->settings = g_object_ref (settings);
  g_signal_connect_object (settings, "changed::camera", G_CALLBACK (use_source), self,
                           G_CONNECT_SWAPPED);
}
