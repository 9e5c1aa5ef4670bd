/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/device-pipewire.h"

#include "base/backoff.h"
#include "media/camera-remote.h"
#include "media/pipewire-loop.h"
#include "media/retiring.h"

#include <errno.h>
#include <pipewire/extensions/metadata.h>
#include <spa/utils/json.h>
#include <unistd.h>

/* Behind a portal the session manager looks a connection's rights up before it shows it a camera,
 * and nothing says when it has. */
#define RIGHTS_LIMIT_MS 1000

struct _AloqaDevicePipewire {
  const AloqaDeviceFuncs *funcs;
  gpointer owner;

  struct pw_loop *loop;
  GSource *loop_source;
  struct pw_context *context;
  struct pw_core *core;
  struct spa_hook core_listener;
  struct pw_registry *registry;
  struct spa_hook registry_listener;
  struct pw_metadata *metadata; /* with the default camera; the session manager's */
  uint32_t metadata_id;
  struct spa_hook metadata_listener;
  int sync_seq;
  gboolean is_second_sync;

  GHashTable *ids; /* global id → node name */
  AloqaBackoff backoff;
  guint retry_id;
  guint rights_id;
  GCancellable *cancellable; /* while a door is opened (media/camera-remote.h) */
};

static int
metadata_property_cb (void *user_data, uint32_t subject, const char *key, const char *type,
                      const char *value)
{
  AloqaDevicePipewire *self = user_data;
  struct spa_json json, object;
  char field[16], name[1024];

  if (g_strcmp0 (key, "default.video.source") != 0 || value == NULL)
    return 0;

  /* {"name":"…"} */
  spa_json_init (&json, value, strlen (value));
  if (spa_json_enter_object (&json, &object) > 0 &&
      spa_json_get_string (&object, field, sizeof field) > 0 && g_str_equal (field, "name") &&
      spa_json_get_string (&object, name, sizeof name) > 0)
    self->funcs->default_changed (self->owner, ALOQA_DEVICE_CAMERA, name);

  return 0;
}

static const struct pw_metadata_events metadata_events = {
  PW_VERSION_METADATA_EVENTS,
  .property = metadata_property_cb,
};

static void
rights_limit_cb (gpointer user_data)
{
  AloqaDevicePipewire *self = user_data;

  self->rights_id = 0;
  self->funcs->listed (self->owner, TRUE);
}

static void
add_camera (AloqaDevicePipewire *self, uint32_t global_id, const struct spa_dict *props)
{
  const char *id = spa_dict_lookup (props, PW_KEY_NODE_NAME);
  const char *name = spa_dict_lookup (props, PW_KEY_NODE_DESCRIPTION);
  g_autoptr (AloqaDevice) device = NULL;

  if (id == NULL)
    return;

  device = aloqa_device_new (ALOQA_DEVICE_CAMERA, id, name != NULL ? name : id);
  g_hash_table_insert (self->ids, GUINT_TO_POINTER (global_id),
                       g_strdup (aloqa_device_get_id (device)));
  self->funcs->added (self->owner, device, FALSE);
  if (self->rights_id != 0) {
    g_clear_handle_id (&self->rights_id, g_source_remove);
    self->funcs->listed (self->owner, TRUE);
  }
}

/* A screen that some program shares is of the same class: nobody's camera. */
static gboolean
is_camera (const struct spa_dict *props)
{
  return g_strcmp0 (spa_dict_lookup (props, PW_KEY_MEDIA_CLASS), "Video/Source") == 0 &&
         g_strcmp0 (spa_dict_lookup (props, PW_KEY_MEDIA_ROLE), "Camera") == 0;
}

static void
global_cb (void *user_data, uint32_t global_id, uint32_t permissions, const char *type,
           uint32_t version, const struct spa_dict *props)
{
  AloqaDevicePipewire *self = user_data;

  if (props == NULL)
    return;

  if (g_str_equal (type, PW_TYPE_INTERFACE_Node)) {
    if (is_camera (props))
      add_camera (self, global_id, props);
  } else if (g_str_equal (type, PW_TYPE_INTERFACE_Metadata) && self->metadata == NULL &&
             g_strcmp0 (spa_dict_lookup (props, PW_KEY_METADATA_NAME), "default") == 0) {
    self->metadata = pw_registry_bind (self->registry, global_id, type, PW_VERSION_METADATA, 0);
    self->metadata_id = global_id;
    if (self->metadata != NULL)
      pw_metadata_add_listener (self->metadata, &self->metadata_listener, &metadata_events, self);
  }
}

static void
drop_metadata (AloqaDevicePipewire *self)
{
  if (self->metadata == NULL)
    return;

  spa_hook_remove (&self->metadata_listener);
  pw_proxy_destroy ((struct pw_proxy *) self->metadata);
  self->metadata = NULL;
}

static void
global_remove_cb (void *user_data, uint32_t global_id)
{
  AloqaDevicePipewire *self = user_data;
  g_autofree char *id = NULL;

  /* A session manager that was started anew has others. */
  if (self->metadata != NULL && global_id == self->metadata_id)
    drop_metadata (self);
  if (g_hash_table_steal_extended (self->ids, GUINT_TO_POINTER (global_id), NULL, (gpointer *) &id))
    self->funcs->removed (self->owner, ALOQA_DEVICE_CAMERA, id);
}

static const struct pw_registry_events registry_events = {
  PW_VERSION_REGISTRY_EVENTS,
  .global = global_cb,
  .global_remove = global_remove_cb,
};

static void
done_cb (void *user_data, uint32_t id, int seq)
{
  AloqaDevicePipewire *self = user_data;

  if (id != PW_ID_CORE || seq != self->sync_seq)
    return;

  /* The first round brings the globals, the second what the metadata says about them. */
  if (self->is_second_sync) {
    if (aloqa_camera_remote_has_door () && g_hash_table_size (self->ids) == 0)
      self->rights_id = g_timeout_add_once (RIGHTS_LIMIT_MS, rights_limit_cb, self);
    else
      self->funcs->listed (self->owner, TRUE);
    return;
  }
  self->is_second_sync = TRUE;
  self->sync_seq = pw_core_sync (self->core, PW_ID_CORE, 0);
}

static void
drop_core (AloqaDevicePipewire *self)
{
  g_clear_handle_id (&self->rights_id, g_source_remove);
  drop_metadata (self);
  if (self->registry != NULL) {
    spa_hook_remove (&self->registry_listener);
    pw_proxy_destroy ((struct pw_proxy *) self->registry);
    self->registry = NULL;
  }
  if (self->core != NULL) {
    spa_hook_remove (&self->core_listener);
    pw_core_disconnect (self->core);
    self->core = NULL;
  }
}

static void connect_cb (gpointer user_data);

static void
retry_later (AloqaDevicePipewire *self)
{
  if (self->retry_id == 0)
    self->retry_id =
        g_timeout_add_once (aloqa_backoff_next_us (&self->backoff) / 1000, connect_cb, self);
}

/* The core must not be let go of inside its own callback: the next try does that. */
static void
error_cb (void *user_data, uint32_t id, int seq, int result, const char *message)
{
  AloqaDevicePipewire *self = user_data;
  g_autoptr (GList) global_ids = NULL;

  if (id != PW_ID_CORE || result != -EPIPE)
    return;

  g_debug ("PipeWire's daemon is gone: %s", message);
  self->funcs->listed (self->owner, FALSE);
  global_ids = g_hash_table_get_keys (self->ids);
  for (GList *l = global_ids; l != NULL; l = l->next)
    global_remove_cb (self, GPOINTER_TO_UINT (l->data));
  retry_later (self);
}

static const struct pw_core_events core_events = {
  PW_VERSION_CORE_EVENTS,
  .done = done_cb,
  .error = error_cb,
};

static void
start_core (AloqaDevicePipewire *self)
{
  if (self->core == NULL) {
    self->funcs->listed (self->owner, FALSE);
    retry_later (self);
    return;
  }

  aloqa_backoff_reset (&self->backoff);
  pw_core_add_listener (self->core, &self->core_listener, &core_events, self);
  self->registry = pw_core_get_registry (self->core, PW_VERSION_REGISTRY, 0);
  pw_registry_add_listener (self->registry, &self->registry_listener, &registry_events, self);
  self->is_second_sync = FALSE;
  self->sync_seq = pw_core_sync (self->core, PW_ID_CORE, 0);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  AloqaDevicePipewire *self = user_data;
  g_autoptr (GError) error = NULL;
  int fd;

  if (!aloqa_camera_remote_open_finish (result, &fd, &error)) {
    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      return; /* self may be gone */
    g_debug ("No cameras are listed: %s", error->message);
    g_clear_object (&self->cancellable);
    self->funcs->listed (self->owner, FALSE);
    if (aloqa_camera_remote_is_granted ())
      retry_later (self);
    return;
  }

  g_clear_object (&self->cancellable);
  if (self->context != NULL)
    self->core = pw_context_connect_fd (self->context, fd, NULL, 0);
  else
    close (fd);
  start_core (self);
}

static void
connect_cb (gpointer user_data)
{
  AloqaDevicePipewire *self = user_data;

  self->retry_id = 0;
  drop_core (self);
  if (!aloqa_camera_remote_has_door ()) {
    if (self->context != NULL)
      self->core = pw_context_connect (self->context, NULL, 0);
    start_core (self);
  } else if (aloqa_camera_remote_is_granted ()) {
    self->cancellable = g_cancellable_new ();
    aloqa_camera_remote_open_async (self->cancellable, opened_cb, self);
  } else {
    self->funcs->listed (self->owner, FALSE); /* nobody is asked for the sake of a list */
  }
}

/* Tries now, where no camera could be listed before. */
void
aloqa_device_pipewire_connect (AloqaDevicePipewire *self)
{
  if (self->core != NULL || self->cancellable != NULL)
    return;

  g_clear_handle_id (&self->retry_id, g_source_remove);
  connect_cb (self);
}

/* Returns: whether the daemon is being listed, or was */
gboolean
aloqa_device_pipewire_is_connected (AloqaDevicePipewire *self)
{
  return self->core != NULL;
}

/**
 * aloqa_device_pipewire_new:
 * @funcs: called from the main loop only, never before this returns
 *
 * Returns: (transfer full): a list that connects to the daemon, again and again if need be
 */
AloqaDevicePipewire *
aloqa_device_pipewire_new (const AloqaDeviceFuncs *funcs, gpointer owner)
{
  AloqaDevicePipewire *self = g_new0 (AloqaDevicePipewire, 1);

  aloqa_pipewire_init ();
  self->funcs = funcs;
  self->owner = owner;
  self->backoff = ALOQA_BACKOFF_LOCAL;
  self->ids = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->loop = pw_loop_new (NULL);
  self->loop_source = aloqa_pipewire_loop_source_new (self->loop);
  g_source_attach (self->loop_source, NULL);
  self->context = pw_context_new (self->loop, NULL, 0);
  self->retry_id = g_idle_add_once (connect_cb, self);

  return self;
}

/* Waits for PipeWire's own thread, which may not have begun yet. */
static void
tear_down (gpointer list)
{
  AloqaDevicePipewire *self = list;

  g_clear_pointer (&self->context, aloqa_pipewire_context_free);
  pw_loop_destroy (self->loop);
  g_free (self);
}

/**
 * aloqa_device_pipewire_free:
 * @self: (transfer full): a list
 *
 * No callback runs any more when this returns; the rest goes as media/retiring.h does.
 */
void
aloqa_device_pipewire_free (AloqaDevicePipewire *self)
{
  g_clear_handle_id (&self->retry_id, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  drop_core (self);
  g_source_destroy (self->loop_source);
  g_source_unref (self->loop_source);
  g_hash_table_unref (self->ids);
  aloqa_retiring_start (tear_down, self);
}
