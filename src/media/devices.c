/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/devices.h"

#include "media/camera-remote.h"
#include "media/device-list.h"
#include "media/device-pipewire.h"
#include "media/device-pulse.h"
#include "media/device-v4l2.h"
#include "media/media.h"

/* A daemon that answers at all answers in milliseconds; nobody waits longer for one that hangs. */
#define LIST_LIMIT_MS 3000

/* PipeWire is started again by the system within a second or two, and has its cameras soon after: one
 * of the kernel that was taken meanwhile would have to be given back at once. */
#define RESTART_LIMIT_MS 5000

typedef enum { BACKEND_PULSE = 1 << 0, BACKEND_PIPEWIRE = 1 << 1 } Backends;

struct _AloqaDevices {
  GObject parent_instance;

  AloqaDevicePulse *pulse;
  AloqaDevicePipewire *pipewire;
  AloqaDeviceV4l2Watch *v4l2_watch;
  Backends listed;
  gboolean is_ready;
  guint limit_id;
  gboolean has_pipewire;
  guint restart_id; /* while PipeWire is expected back */

  AloqaDeviceList *lists[ALOQA_DEVICE_N_KINDS];
  GQueue finds; /* of GTask, waiting for the first listing; the task data is a Wish */
};

typedef struct {
  AloqaDeviceKind kind;
  char *name;
} Wish;

enum { PROP_IS_READY = 1, N_PROPS };
static GParamSpec *properties[N_PROPS];

enum { ADDED, REMOVED, DEFAULT_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AloqaDevices, aloqa_devices, G_TYPE_OBJECT)

static AloqaDevices *shared; /* weak; main thread only */
static const char *v4l2_class_folder = ALOQA_DEVICE_V4L2_CLASS_FOLDER;
static const char *v4l2_node_folder = ALOQA_DEVICE_V4L2_NODE_FOLDER;

static void
show (AloqaDevices *self, AloqaDevice *device)
{
  aloqa_device_list_add (self->lists[aloqa_device_get_kind (device)], device, FALSE);
  g_debug ("Device %s is there: %s", aloqa_device_get_id (device), aloqa_device_get_name (device));
  g_signal_emit (self, signals[ADDED], 0, device);
}

static void
hide (AloqaDevices *self, AloqaDeviceKind kind, const char *id)
{
  g_autoptr (AloqaDevice) device = aloqa_device_list_remove (self->lists[kind], id);

  if (device == NULL)
    return;

  g_debug ("Device %s is gone", aloqa_device_get_id (device));
  g_signal_emit (self, signals[REMOVED], 0, device);
}

static gboolean
has_id (gconstpointer device, gconstpointer id)
{
  return g_str_equal (aloqa_device_get_id ((AloqaDevice *) device), id);
}

static gboolean
has_pipewire_camera (AloqaDevices *self)
{
  AloqaDeviceList *list = self->lists[ALOQA_DEVICE_CAMERA];

  for (guint i = 0; i < aloqa_device_list_get_n (list); i++) {
    if (!aloqa_device_v4l2_is_one (aloqa_device_list_get (list, i)))
      return TRUE;
  }
  return FALSE;
}

/* The kernel's own cameras are shown as long as PipeWire has none, and is not just being started again:
 * never one camera twice. In a sandbox they are seen, and cannot be opened. */
static void
update_v4l2_cameras (AloqaDevices *self)
{
  AloqaDeviceList *list = self->lists[ALOQA_DEVICE_CAMERA];
  g_autoptr (GPtrArray) cameras = aloqa_device_v4l2_list (v4l2_class_folder);

  if (has_pipewire_camera (self) || self->restart_id != 0 || aloqa_camera_remote_has_door ())
    g_ptr_array_set_size (cameras, 0);

  for (guint i = aloqa_device_list_get_n (list); i-- > 0;) {
    AloqaDevice *device = aloqa_device_list_get (list, i);

    if (aloqa_device_v4l2_is_one (device) &&
        !g_ptr_array_find_with_equal_func (cameras, aloqa_device_get_id (device), has_id, NULL))
      hide (self, ALOQA_DEVICE_CAMERA, aloqa_device_get_id (device));
  }
  for (guint i = 0; i < cameras->len; i++) {
    if (aloqa_device_list_find (list, aloqa_device_get_id (cameras->pdata[i])) == NULL)
      show (self, cameras->pdata[i]);
  }
}

static void
answer (AloqaDevices *self, GTask *task)
{
  static const char *const titles[] = { "camera", "microphone", "speaker" };
  const Wish *wish = g_task_get_task_data (task);
  AloqaDevice *device = aloqa_device_list_find (self->lists[wish->kind], wish->name);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (device != NULL)
    g_task_return_pointer (task, g_object_ref (device), g_object_unref);
  else if (*wish->name == '\0')
    g_task_return_new_error (task, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_NOT_FOUND,
                             "There is no %s: plug one in, or check that PipeWire is running",
                             titles[wish->kind]);
  else
    g_task_return_new_error (task, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_NOT_FOUND,
                             "There is no %s “%s”: “aloqa-cli devices” lists what there is",
                             titles[wish->kind], wish->name);
}

static void
become_ready (AloqaDevices *self)
{
  GTask *task;

  g_clear_handle_id (&self->limit_id, g_source_remove);
  if (!self->is_ready) {
    self->is_ready = TRUE;
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_READY]);
  }
  while ((task = g_queue_pop_head (&self->finds)) != NULL) {
    answer (self, task);
    g_object_unref (task);
  }
}

static void
limit_cb (gpointer user_data)
{
  AloqaDevices *self = user_data;

  self->limit_id = 0;
  g_message ("The sound server or PipeWire did not list its devices in time");
  become_ready (self);
}

static gboolean
stop_at_once (gpointer user_data)
{
  return G_SOURCE_REMOVE;
}

/* Whoever is told may let go of the list, and with it of the backend that is telling. */
static void
keep_until_idle (AloqaDevices *self)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, stop_at_once, g_object_ref (self), g_object_unref);
}

static void
handle_added (gpointer owner, AloqaDevice *device, gboolean is_hidden)
{
  AloqaDevices *self = owner;

  keep_until_idle (self);
  if (is_hidden)
    aloqa_device_list_add (self->lists[aloqa_device_get_kind (device)], device, TRUE);
  else
    show (self, device);
  if (aloqa_device_get_kind (device) == ALOQA_DEVICE_CAMERA)
    update_v4l2_cameras (self);
}

static void
handle_removed (gpointer owner, AloqaDeviceKind kind, const char *id)
{
  AloqaDevices *self = owner;

  keep_until_idle (self);
  hide (self, kind, id);
  if (kind == ALOQA_DEVICE_CAMERA)
    update_v4l2_cameras (self);
}

static void
handle_default_changed (gpointer owner, AloqaDeviceKind kind, const char *id)
{
  AloqaDevices *self = owner;

  keep_until_idle (self);
  aloqa_device_list_set_default (self->lists[kind], id);
  g_signal_emit (self, signals[DEFAULT_CHANGED], 0, (int) kind);
}

static void
note_listed (AloqaDevices *self, Backends backend)
{
  keep_until_idle (self);
  self->listed |= backend;
  if (self->listed == (BACKEND_PULSE | BACKEND_PIPEWIRE))
    become_ready (self);
}

static void
handle_pulse_listed (gpointer owner, gboolean is_connected)
{
  note_listed (owner, BACKEND_PULSE);
}

static void
restart_limit_cb (gpointer user_data)
{
  AloqaDevices *self = user_data;

  self->restart_id = 0;
  update_v4l2_cameras (self);
}

/* Its cameras come a moment after the daemon itself: the time counts from there. One that had none left
 * them to the kernel, where they may be in use: they stay. At the loss its own are still listed. */
static void
handle_pipewire_listed (gpointer owner, gboolean is_connected)
{
  AloqaDevices *self = owner;
  gboolean is_lost = self->has_pipewire && !is_connected && has_pipewire_camera (self);

  if (is_lost || (is_connected && self->restart_id != 0)) {
    g_clear_handle_id (&self->restart_id, g_source_remove);
    self->restart_id = g_timeout_add_once (RESTART_LIMIT_MS, restart_limit_cb, self);
  }
  self->has_pipewire = is_connected;
  update_v4l2_cameras (self);
  note_listed (self, BACKEND_PIPEWIRE);
}

static const AloqaDeviceFuncs pulse_funcs = {
  handle_added,
  handle_removed,
  handle_default_changed,
  handle_pulse_listed,
};

static const AloqaDeviceFuncs pipewire_funcs = {
  handle_added,
  handle_removed,
  handle_default_changed,
  handle_pipewire_listed,
};

/* PipeWire lists its own by itself. Before it has listed them nothing is known of the kernel's, either. */
static void
handle_nodes_changed (gpointer owner)
{
  AloqaDevices *self = owner;

  keep_until_idle (self);
  if (self->listed & BACKEND_PIPEWIRE)
    update_v4l2_cameras (self);
}

static void
free_wish (gpointer user_data)
{
  g_free (((Wish *) user_data)->name);
  g_free (user_data);
}

static void
aloqa_devices_dispose (GObject *object)
{
  AloqaDevices *self = ALOQA_DEVICES (object);

  g_clear_handle_id (&self->limit_id, g_source_remove);
  g_clear_handle_id (&self->restart_id, g_source_remove);
  g_clear_pointer (&self->pulse, aloqa_device_pulse_free);
  g_clear_pointer (&self->pipewire, aloqa_device_pipewire_free);
  g_clear_pointer (&self->v4l2_watch, aloqa_device_v4l2_watch_free);
  for (guint kind = 0; kind < ALOQA_DEVICE_N_KINDS; kind++)
    g_clear_pointer (&self->lists[kind], aloqa_device_list_free);

  G_OBJECT_CLASS (aloqa_devices_parent_class)->dispose (object);
}

static void
aloqa_devices_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  if (property_id == PROP_IS_READY)
    g_value_set_boolean (value, ALOQA_DEVICES (object)->is_ready);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
aloqa_devices_class_init (AloqaDevicesClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = aloqa_devices_dispose;
  object_class->get_property = aloqa_devices_get_property;
  properties[PROP_IS_READY] =
      g_param_spec_boolean ("is-ready", NULL, NULL, FALSE,
                            G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[ADDED] = g_signal_new ("added", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, ALOQA_TYPE_DEVICE);
  signals[REMOVED] = g_signal_new ("removed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, ALOQA_TYPE_DEVICE);
  signals[DEFAULT_CHANGED] =
      g_signal_new ("default-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 1, G_TYPE_INT);
}

static void
aloqa_devices_init (AloqaDevices *self)
{
  for (guint kind = 0; kind < ALOQA_DEVICE_N_KINDS; kind++)
    self->lists[kind] = aloqa_device_list_new ();
  self->pulse = aloqa_device_pulse_new (&pulse_funcs, self);
  self->pipewire = aloqa_device_pipewire_new (&pipewire_funcs, self);
  self->v4l2_watch = aloqa_device_v4l2_watch_new (v4l2_node_folder, handle_nodes_changed, self);
  self->limit_id = g_timeout_add_once (LIST_LIMIT_MS, limit_cb, self);
}

/**
 * aloqa_devices_new:
 *
 * Returns: (transfer full): a list that fills itself
 */
AloqaDevices *
aloqa_devices_new (void)
{
  return g_object_new (ALOQA_TYPE_DEVICES, NULL);
}

/**
 * aloqa_devices_dup_shared:
 *
 * Returns: (transfer full): the list that the whole process shares while anybody holds it
 */
AloqaDevices *
aloqa_devices_dup_shared (void)
{
  if (shared != NULL)
    return g_object_ref (shared);

  shared = aloqa_devices_new ();
  g_object_add_weak_pointer (G_OBJECT (shared), (gpointer *) &shared);
  return shared;
}

/* Where the kernel lists its cameras, for tests; static. For lists that are made from now on. */
void
aloqa_devices_set_v4l2_class_folder (const char *class_folder)
{
  v4l2_class_folder = class_folder;
}

/* Likewise where their nodes come and go. */
void
aloqa_devices_set_v4l2_node_folder (const char *node_folder)
{
  v4l2_node_folder = node_folder;
}

/**
 * aloqa_devices_is_ready:
 *
 * Returns: whether the first listing is complete, or there is no daemon to ask
 */
gboolean
aloqa_devices_is_ready (AloqaDevices *self)
{
  return self->is_ready;
}

/**
 * aloqa_devices_get_list:
 *
 * Returns: (transfer none): a live list of #AloqaDevice
 */
GListModel *
aloqa_devices_get_list (AloqaDevices *self, AloqaDeviceKind kind)
{
  return aloqa_device_list_get_model (self->lists[kind]);
}

/**
 * aloqa_devices_lookup:
 * @name: as for aloqa_devices_find_async()
 *
 * Returns: (transfer none) (nullable): the device, as far as is known yet
 */
AloqaDevice *
aloqa_devices_lookup (AloqaDevices *self, AloqaDeviceKind kind, const char *name)
{
  return aloqa_device_list_find (self->lists[kind], name);
}

/* Returns: whether the system's default is there, and not only the first one marked in its stead */
gboolean
aloqa_devices_has_default (AloqaDevices *self, AloqaDeviceKind kind)
{
  return aloqa_device_list_has_default (self->lists[kind]);
}

/**
 * aloqa_devices_connect_cameras:
 *
 * In a sandbox, once the person has granted the camera: lists what there is. Until then the list is
 * not ready. Elsewhere, and again, this does nothing.
 */
void
aloqa_devices_connect_cameras (AloqaDevices *self)
{
  if (!aloqa_camera_remote_has_door () || !aloqa_camera_remote_is_granted () ||
      aloqa_device_pipewire_is_connected (self->pipewire))
    return;

  self->listed &= ~BACKEND_PIPEWIRE;
  self->is_ready = FALSE;
  if (self->limit_id == 0)
    self->limit_id = g_timeout_add_once (LIST_LIMIT_MS, limit_cb, self);
  aloqa_device_pipewire_connect (self->pipewire);
}

/**
 * aloqa_devices_find_async:
 * @name: the id, the name or any part of the name of a device; "" for the default one
 *
 * Looks for a device once the first listing is complete: within milliseconds, or 3 s where a daemon
 * hangs. What the lists leave out is found by its id.
 */
void
aloqa_devices_find_async (AloqaDevices *self, AloqaDeviceKind kind, const char *name,
                          GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Wish *wish = g_new0 (Wish, 1);

  wish->kind = kind;
  wish->name = g_strdup (name);
  g_task_set_source_tag (task, aloqa_devices_find_async);
  g_task_set_task_data (task, wish, free_wish);
  g_queue_push_tail (&self->finds, task);
  if (self->is_ready)
    become_ready (self);
}

/**
 * aloqa_devices_find_finish:
 * @error: ALOQA_MEDIA_ERROR_NOT_FOUND, G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full): the device, or %NULL with @error
 */
AloqaDevice *
aloqa_devices_find_finish (AloqaDevices *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
