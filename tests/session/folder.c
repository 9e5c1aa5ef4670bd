/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/folder.h"

#include <glib/gstdio.h>

char *
folder_new (void)
{
  g_autoptr (GError) error = NULL;
  char *path = g_dir_make_tmp ("aloqa-test-XXXXXX", &error);

  g_assert_no_error (error);
  return path;
}

/* With what is in it: files, and folders of files. */
void
folder_free (char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    char *child = g_build_filename (path, name, NULL);

    if (g_file_test (child, G_FILE_TEST_IS_DIR)) {
      folder_free (child);
    } else {
      g_unlink (child);
      g_free (child);
    }
  }
  g_rmdir (path);
  g_free (path);
}
