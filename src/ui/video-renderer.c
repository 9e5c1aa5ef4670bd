/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/video-renderer.h"

#include <gtk/gtk.h>

/* Before 4.16 it was a debug flag. */
#define GDK_DISABLE_SINCE_MINOR 16

/* A driver that renders has a node there; one that only shows pictures has none. */
static gboolean
has_gpu (void)
{
  g_autoptr (GDir) folder = g_dir_open ("/dev/dri", 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    if (g_str_has_prefix (name, "renderD"))
      return TRUE;
  }
  return g_file_test ("/dev/nvidiactl", G_FILE_TEST_EXISTS);
}

/* GTK would set OpenGL up all the same, and with it load a compiler: 20 MiB for nothing. */
static void
disable_gl (void)
{
  if (gtk_get_major_version () == 4 && gtk_get_minor_version () < GDK_DISABLE_SINCE_MINOR)
    g_setenv ("GDK_DEBUG", "gl-disable", FALSE);
  else
    g_setenv ("GDK_DISABLE", "gl,vulkan", FALSE);
}

void
aloqa_video_renderer_choose (void)
{
  if (!has_gpu ())
    g_setenv ("GSK_RENDERER", "cairo", FALSE);
  if (g_strcmp0 (g_getenv ("GSK_RENDERER"), "cairo") == 0)
    disable_gl ();
}
