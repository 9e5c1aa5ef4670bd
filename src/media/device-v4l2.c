/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/device-v4l2.h"

#include <stdlib.h>
#include <string.h>

/* Returns: (transfer full) (nullable): the one line of a file of sysfs */
static char *
read_line (const char *folder, const char *device, const char *file)
{
  g_autofree char *path = g_build_filename (folder, device, file, NULL);
  char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return NULL;
  return g_strstrip (text);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  const char *x = *(const char *const *) a, *y = *(const char *const *) b;

  return strverscmp (x, y);
}

/* A camera has a node for its pictures, of index 0, and others for what goes with them. */
static gboolean
is_camera (const char *folder, const char *device)
{
  g_autofree char *index = read_line (folder, device, "index");

  return g_str_has_prefix (device, "video") && g_strcmp0 (index, "0") == 0;
}

/* Returns: whether the kernel's own name is the device's id */
gboolean
aloqa_device_v4l2_is_one (AloqaDevice *device)
{
  return g_str_has_prefix (aloqa_device_get_id (device), "/dev/");
}

/**
 * aloqa_device_v4l2_list:
 * @class_folder: ALOQA_DEVICE_V4L2_CLASS_FOLDER
 *
 * Asks sysfs, so that no device is opened.
 *
 * Returns: (transfer full) (element-type AloqaDevice): the cameras that the kernel has
 */
GPtrArray *
aloqa_device_v4l2_list (const char *class_folder)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *devices = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GDir) folder = g_dir_open (class_folder, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    if (is_camera (class_folder, name))
      g_ptr_array_add (names, g_strdup (name));
  }
  g_ptr_array_sort (names, compare_names);

  for (guint i = 0; i < names->len; i++) {
    g_autofree char *id = g_build_filename ("/dev", names->pdata[i], NULL);
    g_autofree char *title = read_line (class_folder, names->pdata[i], "name");

    g_ptr_array_add (devices, aloqa_device_new (ALOQA_DEVICE_CAMERA, id,
                                                title != NULL && *title != '\0' ? title : id));
  }

  return devices;
}
