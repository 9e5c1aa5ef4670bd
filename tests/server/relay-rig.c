/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "relay-rig.h"

#include <json-glib/json-glib.h>

static void
device_free (gpointer data)
{
  AloqaDevice *device = data;

  g_free (device->name);
  g_free (device);
}

static void
delivery_free (gpointer data)
{
  AloqaDelivery *delivery = data;

  g_clear_pointer (&delivery->message, aloqa_message_unref);
  g_free (delivery);
}

RelayRig *
relay_rig_new (void)
{
  RelayRig *self = g_new0 (RelayRig, 1);

  self->settings = aloqa_settings_new ();
  self->hub = aloqa_hub_new (self->settings);
  self->relay = aloqa_relay_new (self->hub);
  self->now_us = SECOND;
  self->devices = g_ptr_array_new_with_free_func (device_free);
  return self;
}

void
relay_rig_free (RelayRig *self)
{
  aloqa_relay_free (self->relay);
  aloqa_hub_free (self->hub);
  aloqa_settings_free (self->settings);
  g_queue_clear_full (&self->said, delivery_free);
  g_ptr_array_unref (self->devices);
  g_free (self);
}

static void
keep (RelayRig *self, GArray *deliveries)
{
  for (guint i = 0; i < deliveries->len; i++) {
    AloqaDelivery *delivery = &g_array_index (deliveries, AloqaDelivery, i);
    AloqaDelivery *kept = g_new0 (AloqaDelivery, 1);

    kept->device = delivery->device;
    kept->message = g_steal_pointer (&delivery->message);
    g_queue_push_tail (&self->said, kept);
  }
  g_array_unref (deliveries);
}

static char *
make_hello (AloqaFeatures features, const char *name)
{
  g_autoptr (AloqaMessage) hello = aloqa_message_new (ALOQA_MESSAGE_HELLO, 0);

  hello->features = features;
  hello->device = g_strdup (name);
  return aloqa_message_to_json (hello, ALOQA_SIDE_CLIENT);
}

/* @features: OLD for a client that does not say hello */
AloqaDevice *
relay_rig_connect (RelayRig *self, gint64 user_id, AloqaFeatures features, const char *name)
{
  AloqaDevice *device = g_new0 (AloqaDevice, 1);
  g_autofree char *hello = make_hello (features, name);

  device->user_id = user_id;
  g_ptr_array_add (self->devices, device);
  aloqa_hub_add (self->hub, device);
  if (features != OLD)
    relay_rig_say (self, device, hello);
  return device;
}

void
relay_rig_disconnect (RelayRig *self, AloqaDevice *device)
{
  aloqa_hub_remove (self->hub, device);
  aloqa_relay_leave (self->relay, device, self->now_us);
}

void
relay_rig_say (RelayRig *self, AloqaDevice *device, const char *json)
{
  relay_rig_say_to (self, device, json, TRUE);
}

/* @exists: whether there is such a user as the frame is for */
void
relay_rig_say_to (RelayRig *self, AloqaDevice *device, const char *json, gboolean exists)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaMessage) message = aloqa_message_parse (json, -1, ALOQA_SIDE_CLIENT, &error);
  g_autofree char *name = g_strdup_printf ("user-%" G_GINT64_FORMAT, device->user_id);
  g_autoptr (AloqaCaller) caller = aloqa_caller_new (device->user_id, name, NULL, NULL, NULL);

  g_test_message ("%" G_GINT64_FORMAT " says %s", device->user_id, json);
  g_assert_no_error (error);
  keep (self, aloqa_relay_pass (self->relay, device, message, caller, exists, self->now_us));
}

void
relay_rig_wait (RelayRig *self, gint64 us)
{
  self->now_us += us;
  keep (self, aloqa_relay_tick (self->relay, self->now_us));
}

static AloqaDelivery *
take (RelayRig *self, AloqaDevice *device)
{
  AloqaDelivery *delivery = g_queue_pop_head (&self->said);

  g_assert_nonnull (delivery);
  g_assert_true (delivery->device == device);
  return delivery;
}

/* The next thing that is delivered is this, to this device. */
void
relay_rig_hear (RelayRig *self, AloqaDevice *device, const char *json)
{
  AloqaDelivery *delivery = take (self, device);
  g_autofree char *text = NULL;
  g_autoptr (JsonNode) got = NULL;
  g_autoptr (JsonNode) wanted = json_from_string (json, NULL);

  g_assert_nonnull (delivery->message);
  text = aloqa_message_to_json (delivery->message, ALOQA_SIDE_SERVER);
  got = json_from_string (text, NULL);
  g_assert_nonnull (wanted);
  if (!json_node_equal (got, wanted))
    g_error ("got %s, wanted %s", text, json);
  delivery_free (delivery);
}

void
relay_rig_see_closed (RelayRig *self, AloqaDevice *device)
{
  AloqaDelivery *delivery = take (self, device);

  g_assert_null (delivery->message);
  delivery_free (delivery);
  relay_rig_disconnect (self, device);
}

/* Returns: (transfer full): the call id of the next frame */
char *
relay_rig_hear_id (RelayRig *self, AloqaDevice *device)
{
  AloqaDelivery *delivery = take (self, device);
  char *id = g_strdup (delivery->message->call_id);

  g_assert_nonnull (id);
  delivery_free (delivery);
  return id;
}

void
relay_rig_hear_nothing (RelayRig *self)
{
  AloqaDelivery *delivery = g_queue_peek_head (&self->said);
  g_autofree char *text = NULL;

  if (delivery == NULL)
    return;
  text = delivery->message != NULL ? aloqa_message_to_json (delivery->message, ALOQA_SIDE_SERVER)
                                   : g_strdup ("a close");
  g_error ("user %" G_GINT64_FORMAT " got %s", delivery->device->user_id, text);
}

/* Whatever is delivered next. */
void
relay_rig_skip (RelayRig *self)
{
  AloqaDelivery *delivery = g_queue_pop_head (&self->said);

  g_assert_nonnull (delivery);
  delivery_free (delivery);
}

/* @caller is Ali and @callee Vali, who answers: a call that is on. */
void
relay_rig_begin_call (RelayRig *self, AloqaDevice *caller, AloqaDevice *callee)
{
  relay_rig_say (self, caller, OFFER (ID));
  relay_rig_skip (self);
  relay_rig_say (self, callee, ANSWER (ID));
  relay_rig_skip (self);
  relay_rig_hear_nothing (self);
}
