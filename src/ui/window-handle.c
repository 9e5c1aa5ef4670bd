/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/window-handle.h"

#ifdef GDK_WINDOWING_WAYLAND
#include <gdk/wayland/gdkwayland.h>
#endif
#ifdef GDK_WINDOWING_X11
#include <gdk/x11/gdkx.h>
#endif

#ifdef GDK_WINDOWING_WAYLAND
#define EXPORT_KEY "aloqa-window-handle"

typedef struct {
  AloqaWindowHandleFunc func;
  gpointer user_data;
  GDestroyNotify destroy;
} Wish;

/* Of one surface, for as long as it lives: GTK before 4.12 exports it once only. */
typedef struct {
  char *name;        /* NULL: not told yet */
  GPtrArray *wishes; /* of Wish, that wait for it */
} Export;

static void
free_wish (gpointer data)
{
  Wish *wish = data;

  wish->destroy (wish->user_data);
  g_free (wish);
}

static void
free_export (gpointer data)
{
  Export *self = data;

  g_ptr_array_unref (self->wishes);
  g_free (self->name);
  g_free (self);
}

static void
tell (Export *self)
{
  g_autoptr (GPtrArray) wishes = g_steal_pointer (&self->wishes);

  self->wishes = g_ptr_array_new_with_free_func (free_wish);
  for (guint i = 0; i < wishes->len; i++) {
    Wish *wish = g_ptr_array_index (wishes, i);

    wish->func (self->name, wish->user_data);
  }
}

static void
exported_cb (GdkToplevel *toplevel, const char *handle, gpointer user_data)
{
  Export *self = user_data;

  g_free (self->name);
  self->name = handle != NULL ? g_strconcat ("wayland:", handle, NULL) : g_strdup ("");
  tell (self);
}

static Export *
get_export (GdkSurface *surface)
{
  Export *self = g_object_get_data (G_OBJECT (surface), EXPORT_KEY);

  if (self != NULL)
    return self;

  self = g_new0 (Export, 1);
  self->wishes = g_ptr_array_new_with_free_func (free_wish);
  g_object_set_data_full (G_OBJECT (surface), EXPORT_KEY, self, free_export);
  if (!gdk_wayland_toplevel_export_handle (GDK_TOPLEVEL (surface), exported_cb, self, NULL))
    self->name = g_strdup ("");
  return self;
}

/* Returns: whether the answer comes, or has come */
static gboolean
ask_wayland (GdkSurface *surface, AloqaWindowHandleFunc func, gpointer user_data,
             GDestroyNotify destroy)
{
  Export *exported;
  Wish *wish;

  if (!GDK_IS_WAYLAND_TOPLEVEL (surface))
    return FALSE;

  exported = get_export (surface);
  wish = g_new (Wish, 1);
  *wish = (Wish){ func, user_data, destroy };
  g_ptr_array_add (exported->wishes, wish);
  if (exported->name != NULL)
    tell (exported);
  return TRUE;
}
#endif

/**
 * aloqa_window_handle_get:
 * @widget: anything in the window
 * @func: called once, now or soon
 * @destroy: for @user_data
 */
void
aloqa_window_handle_get (GtkWidget *widget, AloqaWindowHandleFunc func, gpointer user_data,
                         GDestroyNotify destroy)
{
  GtkNative *native = gtk_widget_get_native (widget);
  GdkSurface *surface = native != NULL ? gtk_native_get_surface (native) : NULL;
  g_autofree char *name = NULL;

#ifdef GDK_WINDOWING_WAYLAND
  if (surface != NULL && ask_wayland (surface, func, user_data, destroy))
    return;
#endif
#ifdef GDK_WINDOWING_X11
  if (surface != NULL && GDK_IS_X11_SURFACE (surface))
    name = g_strdup_printf ("x11:%lx", gdk_x11_surface_get_xid (surface));
#endif
  func (name != NULL ? name : "", user_data);
  destroy (user_data);
}
