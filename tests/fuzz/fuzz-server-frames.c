/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "server/presence.h"
#include "server/relay.h"

#include <string.h>

/*
 * What clients do, one line each: a digit for one of six connections of three users, and then '+' to
 * connect, '-' to disconnect, or a frame; or 't' and a letter: time passes.
 */
#define N_SLOTS 6
#define N_USERS 3

typedef struct {
  AloqaSettings *settings;
  AloqaHub *hub;
  AloqaRelay *relay;
  AloqaPresence *presence;
  AloqaDevice *slots[N_SLOTS]; /* or NULL: not connected */
  gint64 now_us;
} World;

static gboolean
is_connected (const World *self, const AloqaDevice *device)
{
  for (guint i = 0; i < N_SLOTS; i++) {
    if (self->slots[i] == device)
      return TRUE;
  }
  return FALSE;
}

static void
leave (World *self, guint slot)
{
  AloqaDevice *device = g_steal_pointer (&self->slots[slot]);

  if (device == NULL)
    return;
  aloqa_hub_remove (self->hub, device);
  aloqa_relay_leave (self->relay, device, self->now_us);
  aloqa_presence_unsubscribe (self->presence, device);
  aloqa_presence_note (self->presence, device->user_id, self->now_us);
  g_free (device->name);
  g_free (device);
}

static void
enter (World *self, guint slot)
{
  leave (self, slot);
  self->slots[slot] = g_new0 (AloqaDevice, 1);
  self->slots[slot]->user_id = 1 + slot % N_USERS;
  aloqa_hub_add (self->hub, self->slots[slot]);
  aloqa_presence_note (self->presence, self->slots[slot]->user_id, self->now_us);
}

/*
 * Everything that is delivered goes to somebody who is there and can be read by them; and of what one
 * client has said nobody hears but the one it is for, and the sender's own devices.
 */
static void
check_deliveries (World *self, GArray *deliveries, const AloqaDevice *sender,
                  const AloqaMessage *message)
{
  for (guint i = 0; i < deliveries->len; i++) {
    AloqaDelivery *delivery = &g_array_index (deliveries, AloqaDelivery, i);
    g_autoptr (GError) error = NULL;
    g_autoptr (AloqaMessage) again = NULL;
    g_autofree char *json = NULL;

    g_assert_true (is_connected (self, delivery->device));
    if (sender != NULL)
      g_assert_true (delivery->device->user_id == sender->user_id ||
                     delivery->device->user_id == message->peer);
    if (delivery->message == NULL)
      continue;
    json = aloqa_message_to_json (delivery->message, ALOQA_SIDE_SERVER);
    again = aloqa_message_parse (json, -1, ALOQA_SIDE_SERVER, &error);
    g_assert_no_error (error);
    if (delivery->message->type == ALOQA_MESSAGE_CALL_STATE)
      g_assert_true (aloqa_device_has (delivery->device, ALOQA_FEATURE_CALL_ID));
    if (!aloqa_device_has (delivery->device, ALOQA_FEATURE_CALL_ID))
      g_assert_null (delivery->message->call_id);
  }
  g_array_unref (deliveries);
}

static void
say (World *self, AloqaDevice *device, const char *text, gsize length)
{
  g_autoptr (AloqaMessage) message =
      aloqa_message_parse (text, (gssize) length, ALOQA_SIDE_CLIENT, NULL);
  g_autoptr (AloqaCaller) caller = aloqa_caller_new (device->user_id, "user", NULL, NULL, NULL);

  /* As the switchboard does. */
  if (message == NULL ||
      (message->peer == device->user_id && message->type != ALOQA_MESSAGE_TYPING))
    return;
  check_deliveries (self,
                    aloqa_relay_pass (self->relay, device, message, caller, TRUE, self->now_us),
                    device, message);
  if (message->type == ALOQA_MESSAGE_HELLO)
    aloqa_presence_subscribe (self->presence, device);
}

static void
pass_time (World *self, guint8 how_long)
{
  self->now_us += how_long * (gint64) G_USEC_PER_SEC;
  aloqa_presence_expire (self->presence, self->now_us);
  check_deliveries (self, aloqa_relay_tick (self->relay, self->now_us), NULL, NULL);
  check_deliveries (self, aloqa_presence_tell (self->presence, self->now_us), NULL, NULL);
}

static void
act (World *self, const char *line, gsize length)
{
  guint slot = (guint) (guchar) line[0] - '0';

  if (length < 2)
    return;
  if (line[0] == 't')
    pass_time (self, (guint8) line[1]);
  else if (slot < N_SLOTS && line[1] == '+')
    enter (self, slot);
  else if (slot < N_SLOTS && line[1] == '-')
    leave (self, slot);
  else if (slot < N_SLOTS && self->slots[slot] != NULL)
    say (self, self->slots[slot], line + 1, length - 1);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  World world = { .settings = aloqa_settings_new (), .now_us = G_USEC_PER_SEC };
  const char *at = (const char *) data;
  const char *end = at + size;

  world.hub = aloqa_hub_new (world.settings);
  world.relay = aloqa_relay_new (world.hub);
  world.presence = aloqa_presence_new (world.hub);
  while (at < end) {
    const char *line_end = memchr (at, '\n', (gsize) (end - at));

    line_end = line_end != NULL ? line_end : end;
    act (&world, at, (gsize) (line_end - at));
    at = line_end + 1;
  }

  /* With nobody there everything comes to its end. */
  for (guint i = 0; i < N_SLOTS; i++)
    leave (&world, i);
  pass_time (&world, 11);
  g_assert_cmpuint (aloqa_relay_get_n_calls (world.relay), ==, 0);
  aloqa_presence_free (world.presence);
  aloqa_relay_free (world.relay);
  aloqa_hub_free (world.hub);
  aloqa_settings_free (world.settings);
  return 0;
}
