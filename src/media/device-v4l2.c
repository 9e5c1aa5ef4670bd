/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/device-v4l2.h"

#include <glib-unix.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

/* The node comes first, and then who may open it; it goes before the kernel takes it from its list. */
#define COME_SETTLE_MS 500
#define GO_SETTLE_MS 100

struct _AloqaDeviceV4l2Watch {
  int inotify_fd; /* or -1. No GFileMonitor: it is woken by all who write to /dev/null, too */
  guint inotify_id;
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
static void
settled_cb (gpointer user_data)
{
  AloqaDeviceV4l2Watch *self = user_data;

  self->settle_id = 0;
  self->changed (self->owner); /* may free self */
}

static void
note_change (AloqaDeviceV4l2Watch *self, const struct inotify_event *event)
{
  gboolean is_gone = (event->mask & (IN_DELETE | IN_MOVED_FROM)) != 0;

  if (event->len == 0 || !g_str_has_prefix (event->name, "video"))
    return;

  g_clear_handle_id (&self->settle_id, g_source_remove);
  self->settle_id = g_timeout_add_once (is_gone ? GO_SETTLE_MS : COME_SETTLE_MS, settled_cb, self);
}

static gboolean
nodes_changed_cb (int fd, GIOCondition condition, gpointer user_data)
{
  union {
    struct inotify_event first; /* for its alignment */
    char bytes[4096];
  } buffer;
  ssize_t n_bytes = read (fd, &buffer, sizeof buffer);

  for (ssize_t at = 0; at < n_bytes;) {
    const struct inotify_event *event = (const void *) (buffer.bytes + at);

    note_change (user_data, event);
    at += (ssize_t) (sizeof *event + event->len);
  }
  return G_SOURCE_CONTINUE;
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

  self->changed = changed;
  self->owner = owner;
  self->inotify_fd = inotify_init1 (IN_NONBLOCK | IN_CLOEXEC);
  if (self->inotify_fd >= 0 &&
      inotify_add_watch (self->inotify_fd, node_folder,
                         IN_CREATE | IN_ATTRIB | IN_MOVED_TO | IN_DELETE | IN_MOVED_FROM) >= 0)
    self->inotify_id = g_unix_fd_add (self->inotify_fd, G_IO_IN, nodes_changed_cb, self);
  return self;
}

void
aloqa_device_v4l2_watch_free (AloqaDeviceV4l2Watch *self)
{
  g_clear_handle_id (&self->settle_id, g_source_remove);
  g_clear_handle_id (&self->inotify_id, g_source_remove);
  if (self->inotify_fd >= 0)
    close (self->inotify_fd);
  g_free (self);
}
