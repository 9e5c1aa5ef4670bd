/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/video-renderer.h"

#include <glib.h>

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

void
aloqa_video_renderer_choose (void)
{
  if (!has_gpu ())
    g_setenv ("GSK_RENDERER", "cairo", FALSE);
}
