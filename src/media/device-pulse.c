/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/device-pulse.h"

#include "media/pulse-connection.h"
#include "media/pulse.h"

#include <pulse/glib-mainloop.h>

/* The first listing is three questions: the server, its sinks, its sources. */
#define N_QUESTIONS 3

struct _AloqaDevicePulse {
  const AloqaDeviceFuncs *funcs;
  gpointer owner;

  pa_glib_mainloop *mainloop;
  AloqaPulseConnection *connection; /* NULL at first */
  guint connect_id;
  GHashTable *ids[ALOQA_DEVICE_N_KINDS]; /* index of the server → id */
  guint n_unanswered;
};

/* The sink that Pulse servers make up where there is none, and the two kinds of loops. */
static gboolean
is_no_place_to_listen (const pa_sink_info *info)
{
  const char *group = pa_proplist_gets (info->proplist, "node.link-group");
  const char *driver = pa_proplist_gets (info->proplist, "alsa.driver_name");

  return g_str_equal (info->name, "auto_null") ||
         (group != NULL && g_str_has_prefix (group, "loopback")) ||
         g_strcmp0 (driver, "snd_aloop") == 0;
}

static gboolean
is_no_microphone (const pa_source_info *info)
{
  return info->monitor_of_sink != PA_INVALID_INDEX ||
         g_strcmp0 (pa_proplist_gets (info->proplist, PA_PROP_DEVICE_CLASS), "monitor") == 0 ||
         g_strcmp0 (pa_proplist_gets (info->proplist, "alsa.driver_name"), "snd_aloop") == 0;
}

static void
add (AloqaDevicePulse *self, AloqaDeviceKind kind, guint32 index, const char *id, const char *name,
     gboolean is_hidden)
{
  g_autoptr (AloqaDevice) device = NULL;

  /* A changed device is told again. */
  if (g_hash_table_contains (self->ids[kind], GUINT_TO_POINTER (index)))
    return;

  device = aloqa_device_new (kind, id, name != NULL && *name != '\0' ? name : id);
  g_hash_table_insert (self->ids[kind], GUINT_TO_POINTER (index),
                       g_strdup (aloqa_device_get_id (device)));
  self->funcs->added (self->owner, device, is_hidden);
}

static void
remove_index (AloqaDevicePulse *self, AloqaDeviceKind kind, guint32 index)
{
  g_autofree char *id = NULL;

  if (g_hash_table_steal_extended (self->ids[kind], GUINT_TO_POINTER (index), NULL,
                                   (gpointer *) &id))
    self->funcs->removed (self->owner, kind, id);
}

static void
count_answer (AloqaDevicePulse *self)
{
  if (self->n_unanswered > 0 && --self->n_unanswered == 0)
    self->funcs->listed (self->owner, TRUE);
}

static void
sink_cb (pa_context *context, const pa_sink_info *info, int is_last, void *user_data)
{
  AloqaDevicePulse *self = user_data;

  if (info != NULL)
    add (self, ALOQA_DEVICE_SPEAKER, info->index, info->name, info->description,
         is_no_place_to_listen (info));
}

static void
source_cb (pa_context *context, const pa_source_info *info, int is_last, void *user_data)
{
  AloqaDevicePulse *self = user_data;

  if (info != NULL)
    add (self, ALOQA_DEVICE_MICROPHONE, info->index, info->name, info->description,
         is_no_microphone (info));
}

static void
all_sinks_cb (pa_context *context, const pa_sink_info *info, int is_last, void *user_data)
{
  sink_cb (context, info, is_last, user_data);
  if (is_last != 0)
    count_answer (user_data);
}

static void
all_sources_cb (pa_context *context, const pa_source_info *info, int is_last, void *user_data)
{
  source_cb (context, info, is_last, user_data);
  if (is_last != 0)
    count_answer (user_data);
}

static void
server_cb (pa_context *context, const pa_server_info *info, void *user_data)
{
  AloqaDevicePulse *self = user_data;

  if (info != NULL) {
    self->funcs->default_changed (self->owner, ALOQA_DEVICE_SPEAKER, info->default_sink_name);
    self->funcs->default_changed (self->owner, ALOQA_DEVICE_MICROPHONE, info->default_source_name);
  }
  count_answer (self);
}

static void
event_cb (pa_context *context, pa_subscription_event_type_t event, uint32_t index, void *user_data)
{
  AloqaDevicePulse *self = user_data;
  gboolean is_removed = (event & PA_SUBSCRIPTION_EVENT_TYPE_MASK) == PA_SUBSCRIPTION_EVENT_REMOVE;

  switch (event & PA_SUBSCRIPTION_EVENT_FACILITY_MASK) {
  case PA_SUBSCRIPTION_EVENT_SINK:
    if (is_removed)
      remove_index (self, ALOQA_DEVICE_SPEAKER, index);
    else
      aloqa_pulse_forget (pa_context_get_sink_info_by_index (context, index, sink_cb, self));
    break;
  case PA_SUBSCRIPTION_EVENT_SOURCE:
    if (is_removed)
      remove_index (self, ALOQA_DEVICE_MICROPHONE, index);
    else
      aloqa_pulse_forget (pa_context_get_source_info_by_index (context, index, source_cb, self));
    break;
  case PA_SUBSCRIPTION_EVENT_SERVER:
    aloqa_pulse_forget (pa_context_get_server_info (context, server_cb, self));
    break;
  default:
    break;
  }
}

static void
ready_cb (pa_context *context, gpointer user_data)
{
  const pa_subscription_mask_t mask =
      PA_SUBSCRIPTION_MASK_SINK | PA_SUBSCRIPTION_MASK_SOURCE | PA_SUBSCRIPTION_MASK_SERVER;
  AloqaDevicePulse *self = user_data;

  self->n_unanswered = N_QUESTIONS;
  pa_context_set_subscribe_callback (context, event_cb, self);
  aloqa_pulse_forget (pa_context_subscribe (context, mask, NULL, NULL));
  aloqa_pulse_forget (pa_context_get_sink_info_list (context, all_sinks_cb, self));
  aloqa_pulse_forget (pa_context_get_source_info_list (context, all_sources_cb, self));
  aloqa_pulse_forget (pa_context_get_server_info (context, server_cb, self));
}

static void
lost_cb (pa_context *context, gpointer user_data)
{
  AloqaDevicePulse *self = user_data;

  for (guint kind = 0; kind < ALOQA_DEVICE_N_KINDS; kind++) {
    g_autoptr (GList) indices = g_hash_table_get_keys (self->ids[kind]);

    for (GList *l = indices; l != NULL; l = l->next)
      remove_index (self, kind, GPOINTER_TO_UINT (l->data));
  }

  self->n_unanswered = 0;
  self->funcs->listed (self->owner, FALSE);
}

static const AloqaPulseConnectionFuncs connection_funcs = { ready_cb, lost_cb };

static void
connect_cb (gpointer user_data)
{
  AloqaDevicePulse *self = user_data;

  self->connect_id = 0;
  self->connection = aloqa_pulse_connection_new (pa_glib_mainloop_get_api (self->mainloop), "Aloqa",
                                                 &connection_funcs, self);
}

/**
 * aloqa_device_pulse_new:
 * @funcs: called from the main loop only, never before this returns
 *
 * Returns: (transfer full): a list that connects to the server, again and again if need be
 */
AloqaDevicePulse *
aloqa_device_pulse_new (const AloqaDeviceFuncs *funcs, gpointer owner)
{
  AloqaDevicePulse *self = g_new0 (AloqaDevicePulse, 1);

  self->funcs = funcs;
  self->owner = owner;
  for (guint kind = 0; kind < ALOQA_DEVICE_N_KINDS; kind++)
    self->ids[kind] = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->mainloop = pa_glib_mainloop_new (NULL);
  self->connect_id = g_idle_add_once (connect_cb, self);

  return self;
}

void
aloqa_device_pulse_free (AloqaDevicePulse *self)
{
  g_clear_handle_id (&self->connect_id, g_source_remove);
  g_clear_pointer (&self->connection, aloqa_pulse_connection_free);
  pa_glib_mainloop_free (self->mainloop);
  for (guint kind = 0; kind < ALOQA_DEVICE_N_KINDS; kind++)
    g_hash_table_unref (self->ids[kind]);
  g_free (self);
}
