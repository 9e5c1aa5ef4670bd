/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/device-v4l2.h"

#include <stdlib.h>
#include <string.h>

/* The node comes first, and then who may open it; it goes before the kernel takes it from its list. */
#define COME_SETTLE_MS 500
#define GO_SETTLE_MS 100

struct _AloqaDeviceV4l2Watch {
  GFileMonitor *monitor; /* or NULL */
  void (*changed) (gpointer owner);
  gpointer owner;
  guint settle_id;
};

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

/* Whatever comes or goes beside it in that folder, and whatever its number: a camera has this name. */
static gboolean
is_node (GFile *file)
{
  g_autofree char *name = g_file_get_basename (file);

  return g_str_has_prefix (name, "video");
}

static void
settled_cb (gpointer user_data)
{
  AloqaDeviceV4l2Watch *self = user_data;

  self->settle_id = 0;
  self->changed (self->owner); /* may free self */
}

static void
node_changed_cb (GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event,
                 AloqaDeviceV4l2Watch *self)
{
  guint settle_ms = event == G_FILE_MONITOR_EVENT_DELETED ? GO_SETTLE_MS : COME_SETTLE_MS;

  if (!is_node (file) ||
      (event != G_FILE_MONITOR_EVENT_DELETED && event != G_FILE_MONITOR_EVENT_CREATED &&
       event != G_FILE_MONITOR_EVENT_ATTRIBUTE_CHANGED))
    return;

  g_clear_handle_id (&self->settle_id, g_source_remove);
  self->settle_id = g_timeout_add_once (settle_ms, settled_cb, self);
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

/**
 * aloqa_device_v4l2_watch_new:
 * @node_folder: ALOQA_DEVICE_V4L2_NODE_FOLDER: sysfs tells nobody of its changes
 * @changed: called a moment after nodes came or went; may free the watch
 *
 * Returns: (transfer full): a watch, which says nothing where the system has none to give
 */
AloqaDeviceV4l2Watch *
aloqa_device_v4l2_watch_new (const char *node_folder, void (*changed) (gpointer owner),
                             gpointer owner)
{
  AloqaDeviceV4l2Watch *self = g_new0 (AloqaDeviceV4l2Watch, 1);
  g_autoptr (GFile) folder = g_file_new_for_path (node_folder);

  self->changed = changed;
  self->owner = owner;
  self->monitor = g_file_monitor_directory (folder, G_FILE_MONITOR_NONE, NULL, NULL);
  if (self->monitor != NULL)
    g_signal_connect (self->monitor, "changed", G_CALLBACK (node_changed_cb), self);
  return self;
}

void
aloqa_device_v4l2_watch_free (AloqaDeviceV4l2Watch *self)
{
  g_clear_handle_id (&self->settle_id, g_source_remove);
  if (self->monitor != NULL) {
    g_signal_handlers_disconnect_by_data (self->monitor, self);
    g_file_monitor_cancel (self->monitor);
  }
  g_clear_object (&self->monitor);
  g_free (self);
}
