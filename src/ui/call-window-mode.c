/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/call-window-mode.h"

#define COMPACT_WIDTH_PX 280
#define COMPACT_HEIGHT_PX 210

struct _AloqaCallWindowMode {
  GtkWidget *widget; /* the window is whatever this is in */
  gboolean is_compact;
  gboolean did_fullscreen;

  /* As the window was before it became small. */
  int width_px;
  int height_px;
  int min_width_px;
  int min_height_px;
  gboolean was_maximized;
};

AloqaCallWindowMode *
aloqa_call_window_mode_new (GtkWidget *widget)
{
  AloqaCallWindowMode *self = g_new0 (AloqaCallWindowMode, 1);

  self->widget = widget;
  return self;
}

void
aloqa_call_window_mode_free (AloqaCallWindowMode *self)
{
  g_free (self);
}

static GtkWindow *
get_window (AloqaCallWindowMode *self)
{
  GtkRoot *root = gtk_widget_get_root (self->widget);

  return GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL;
}

gboolean
aloqa_call_window_mode_is_fullscreen (AloqaCallWindowMode *self)
{
  GtkWindow *window = get_window (self);

  return window != NULL && gtk_window_is_fullscreen (window);
}

void
aloqa_call_window_mode_toggle_fullscreen (AloqaCallWindowMode *self)
{
  GtkWindow *window = get_window (self);

  if (window == NULL)
    return;
  aloqa_call_window_mode_set_compact (self, FALSE);
  self->did_fullscreen = !gtk_window_is_fullscreen (window);
  if (self->did_fullscreen)
    gtk_window_fullscreen (window);
  else
    gtk_window_unfullscreen (window);
}

gboolean
aloqa_call_window_mode_is_compact (AloqaCallWindowMode *self)
{
  return self->is_compact;
}

static void
shrink (AloqaCallWindowMode *self, GtkWindow *window)
{
  gtk_widget_get_size_request (GTK_WIDGET (window), &self->min_width_px, &self->min_height_px);
  gtk_window_get_default_size (window, &self->width_px, &self->height_px);
  self->was_maximized = gtk_window_is_maximized (window);
  if (self->was_maximized)
    gtk_window_unmaximize (window);
  gtk_widget_set_size_request (GTK_WIDGET (window), -1, -1);
  gtk_window_set_default_size (window, COMPACT_WIDTH_PX, COMPACT_HEIGHT_PX);
}

static void
grow (AloqaCallWindowMode *self, GtkWindow *window)
{
  gtk_widget_set_size_request (GTK_WIDGET (window), self->min_width_px, self->min_height_px);
  gtk_window_set_default_size (window, self->width_px, self->height_px);
  if (self->was_maximized)
    gtk_window_maximize (window);
}

void
aloqa_call_window_mode_set_compact (AloqaCallWindowMode *self, gboolean is_compact)
{
  GtkWindow *window = get_window (self);

  if (window == NULL || is_compact == self->is_compact)
    return;
  if (is_compact && gtk_window_is_fullscreen (window))
    aloqa_call_window_mode_toggle_fullscreen (self);
  self->is_compact = is_compact;
  if (is_compact)
    shrink (self, window);
  else
    grow (self, window);
}

/* The call is over: the window as it was. One that was full screen before it stays so. */
void
aloqa_call_window_mode_leave (AloqaCallWindowMode *self)
{
  aloqa_call_window_mode_set_compact (self, FALSE);
  if (self->did_fullscreen && aloqa_call_window_mode_is_fullscreen (self))
    aloqa_call_window_mode_toggle_fullscreen (self);
  self->did_fullscreen = FALSE;
}
