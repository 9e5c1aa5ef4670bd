/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/window-handle.h"

#ifdef GDK_WINDOWING_WAYLAND
#include <gdk/wayland/gdkwayland.h>
#endif
#ifdef GDK_WINDOWING_X11
#include <gdk/x11/gdkx.h>
#endif

#ifdef GDK_WINDOWING_WAYLAND
typedef struct {
  AloqaWindowHandleFunc func;
  gpointer user_data;
  GDestroyNotify destroy;
} Wish;

static void
exported_cb (GdkToplevel *toplevel, const char *handle, gpointer user_data)
{
  Wish *wish = user_data;
  g_autofree char *name = handle != NULL ? g_strconcat ("wayland:", handle, NULL) : g_strdup ("");

  wish->func (name, wish->user_data);
}

static void
free_wish (gpointer data)
{
  Wish *wish = data;

  wish->destroy (wish->user_data);
  g_free (wish);
}

/* Returns: whether the answer comes, or has come */
static gboolean export(GdkSurface *surface, AloqaWindowHandleFunc func, gpointer user_data,
                       GDestroyNotify destroy)
{
  Wish *wish;

  if (!GDK_IS_WAYLAND_TOPLEVEL (surface))
    return FALSE;

  wish = g_new0 (Wish, 1);
  *wish = (Wish){ func, user_data, destroy };
  if (gdk_wayland_toplevel_export_handle (GDK_TOPLEVEL (surface), exported_cb, wish, free_wish))
    return TRUE;
  g_free (wish);
  return FALSE;
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
  if (surface != NULL && export(surface, func, user_data, destroy))
    return;
#endif
#ifdef GDK_WINDOWING_X11
  if (surface != NULL && GDK_IS_X11_SURFACE (surface))
    name = g_strdup_printf ("x11:%lx", gdk_x11_surface_get_xid (surface));
#endif
  func (name != NULL ? name : "", user_data);
  destroy (user_data);
}
