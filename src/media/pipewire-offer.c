/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/pipewire-offer.h"

#include "media/pipewire-format.h"

#include <spa/param/param.h>
#include <spa/pod/filter.h>

/* No screen says more of itself: one with each modifier there is stays below. */
#define MAX_FORMAT_BYTES 8192

struct _AloqaPipewireOffer {
  AloqaPipewireOfferFunc refused;
  gpointer user_data;
  struct pw_core *core;
  struct spa_hook core_listener;
  struct pw_registry *registry;
  struct spa_hook registry_listener;
  guint32 node_id;
  guint max_fps;
  struct pw_proxy *node; /* or NULL */
  struct spa_hook node_listener;

  int end_sequence; /* answered when all formats are told */
  gboolean has_any, has_ours;
};

/* Returns: whether the fourth value of a step is one that can be divided by */
static gboolean
can_divide (const struct spa_pod *values)
{
  const void *step = (const guint8 *) SPA_POD_BODY_CONST (values) + 3 * values->size;

  if (spa_pod_is_long (values))
    return *(const gint64 *) step > 0;
  if (spa_pod_is_int (values))
    return *(const gint32 *) step > 0;
  if (spa_pod_is_rectangle (values))
    return ((const struct spa_rectangle *) step)->width > 0 &&
           ((const struct spa_rectangle *) step)->height > 0;
  return TRUE;
}

static gboolean
is_sound_value (const struct spa_pod *value)
{
  static const guint32 min_values[] = {
    [SPA_CHOICE_None] = 1, [SPA_CHOICE_Range] = 3, [SPA_CHOICE_Step] = 4,
    [SPA_CHOICE_Enum] = 2, [SPA_CHOICE_Flags] = 1,
  };
  guint32 n_values, choice;
  const struct spa_pod *values = spa_pod_get_values (value, &n_values, &choice);

  if (choice >= G_N_ELEMENTS (min_values) || n_values < min_values[choice])
    return FALSE;
  return choice != SPA_CHOICE_Step || can_divide (values);
}

/* What is compared is believed to have all values that its choices need, and to have room twice over. */
static gboolean
is_sound (const struct spa_pod *format)
{
  const struct spa_pod_object *object = (const struct spa_pod_object *) format;
  const struct spa_pod_prop *property;

  if (!spa_pod_is_object (format) || SPA_POD_SIZE (format) > MAX_FORMAT_BYTES)
    return FALSE;
  SPA_POD_OBJECT_FOREACH (object, property)
  {
    if (!is_sound_value (&property->value))
      return FALSE;
  }
  return TRUE;
}

/**
 * aloqa_pipewire_offer_suits:
 * @format: of a screen's node, which may say anything
 * @max_fps: as for aloqa_pipewire_format_build_screen()
 *
 * Returns: whether it is one that we can take
 */
gboolean
aloqa_pipewire_offer_suits (const struct spa_pod *format, guint max_fps)
{
  guint8 memory[4096], common_memory[4 * MAX_FORMAT_BYTES];
  struct spa_pod_builder builder = SPA_POD_BUILDER_INIT (memory, sizeof memory);
  const struct spa_pod *ours[ALOQA_PIPEWIRE_MAX_FORMATS];
  guint n_ours = aloqa_pipewire_format_build_screen (&builder, max_fps, ours);

  if (!is_sound (format))
    return FALSE;
  for (guint i = 0; i < n_ours; i++) {
    struct spa_pod_builder common_builder =
        SPA_POD_BUILDER_INIT (common_memory, sizeof common_memory);
    struct spa_pod *common;

    if (spa_pod_filter (&common_builder, &common, format, ours[i]) >= 0)
      return TRUE;
  }
  return FALSE;
}

static void
param_cb (void *user_data, int sequence, uint32_t id, uint32_t index, uint32_t next,
          const struct spa_pod *param)
{
  AloqaPipewireOffer *self = user_data;

  if (id != SPA_PARAM_EnumFormat || param == NULL)
    return;
  self->has_any = TRUE;
  self->has_ours = self->has_ours || aloqa_pipewire_offer_suits (param, self->max_fps);
}

static const struct pw_node_events node_events = {
  PW_VERSION_NODE_EVENTS,
  .param = param_cb,
};

static void
global_cb (void *user_data, uint32_t id, uint32_t permissions, const char *type, uint32_t version,
           const struct spa_dict *properties)
{
  AloqaPipewireOffer *self = user_data;

  if (id != self->node_id || self->node != NULL || !g_str_equal (type, PW_TYPE_INTERFACE_Node))
    return;

  self->node = pw_registry_bind (self->registry, id, type, PW_VERSION_NODE, 0);
  if (self->node == NULL)
    return;
  pw_proxy_add_object_listener (self->node, &self->node_listener, &node_events, self);
  pw_node_enum_params ((struct pw_node *) self->node, 0, SPA_PARAM_EnumFormat, 0, G_MAXUINT32,
                       NULL);
  self->end_sequence = pw_core_sync (self->core, PW_ID_CORE, 0);
}

static const struct pw_registry_events registry_events = {
  PW_VERSION_REGISTRY_EVENTS,
  .global = global_cb,
};

static void
core_done_cb (void *user_data, uint32_t id, int sequence)
{
  AloqaPipewireOffer *self = user_data;

  if (self->node != NULL && id == PW_ID_CORE && sequence == self->end_sequence && self->has_any &&
      !self->has_ours)
    self->refused (self->user_data);
}

static const struct pw_core_events core_events = {
  PW_VERSION_CORE_EVENTS,
  .done = core_done_cb,
};

/**
 * aloqa_pipewire_offer_new:
 * @core: must stay
 * @max_fps: what the stream asks for (media/pipewire-format.h)
 * @refused: called once the node is found to have formats, of which we know none
 *
 * Returns: (transfer full): one that looks
 */
AloqaPipewireOffer *
aloqa_pipewire_offer_new (struct pw_core *core, guint32 node_id, guint max_fps,
                          AloqaPipewireOfferFunc refused, gpointer user_data)
{
  AloqaPipewireOffer *self = g_new0 (AloqaPipewireOffer, 1);

  self->refused = refused;
  self->user_data = user_data;
  self->core = core;
  self->node_id = node_id;
  self->max_fps = max_fps;
  pw_core_add_listener (core, &self->core_listener, &core_events, self);
  self->registry = pw_core_get_registry (core, PW_VERSION_REGISTRY, 0);
  pw_registry_add_listener (self->registry, &self->registry_listener, &registry_events, self);
  return self;
}

void
aloqa_pipewire_offer_free (AloqaPipewireOffer *self)
{
  if (self->node != NULL) {
    spa_hook_remove (&self->node_listener);
    pw_proxy_destroy (self->node);
  }
  spa_hook_remove (&self->registry_listener);
  pw_proxy_destroy ((struct pw_proxy *) self->registry);
  spa_hook_remove (&self->core_listener);
  g_free (self);
}
