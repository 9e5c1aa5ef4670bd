/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fakes/fake-network.h"

struct _AloqaFakeNetwork {
  GObject parent_instance;

  gboolean is_available;
};

enum { PROP_AVAILABLE = 1, PROP_METERED, PROP_CONNECTIVITY };

static void
init_monitor (GNetworkMonitorInterface *iface)
{
}

static gboolean
init_nothing (GInitable *initable, GCancellable *cancellable, GError **error)
{
  return TRUE;
}

static void
init_initable (GInitableIface *iface)
{
  iface->init = init_nothing;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (AloqaFakeNetwork, aloqa_fake_network, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_INITABLE, init_initable)
                                   G_IMPLEMENT_INTERFACE (G_TYPE_NETWORK_MONITOR, init_monitor))

static void
aloqa_fake_network_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  gboolean is_available = ALOQA_FAKE_NETWORK (object)->is_available;

  if (prop_id == PROP_AVAILABLE)
    g_value_set_boolean (value, is_available);
  else if (prop_id == PROP_METERED)
    g_value_set_boolean (value, FALSE);
  else
    g_value_set_enum (value,
                      is_available ? G_NETWORK_CONNECTIVITY_FULL : G_NETWORK_CONNECTIVITY_LOCAL);
}

static void
aloqa_fake_network_class_init (AloqaFakeNetworkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = aloqa_fake_network_get_property;
  g_object_class_override_property (object_class, PROP_AVAILABLE, "network-available");
  g_object_class_override_property (object_class, PROP_METERED, "network-metered");
  g_object_class_override_property (object_class, PROP_CONNECTIVITY, "connectivity");
}

static void
aloqa_fake_network_init (AloqaFakeNetwork *self)
{
}

AloqaFakeNetwork *
aloqa_fake_network_new (void)
{
  return g_object_new (ALOQA_TYPE_FAKE_NETWORK, NULL);
}

/* Tells everybody. */
void
aloqa_fake_network_change (AloqaFakeNetwork *self, gboolean is_available)
{
  self->is_available = is_available;
  g_signal_emit_by_name (self, "network-changed", is_available);
}
