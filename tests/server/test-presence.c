/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "relay-rig.h"
#include "server/presence.h"
#include "support/support.h"

typedef struct {
  RelayRig *rig;
  AloqaPresence *presence;
} Rig;

static Rig
rig_new (void)
{
  RelayRig *rig = relay_rig_new ();

  return (Rig){ rig, aloqa_presence_new (rig->hub) };
}

static void
rig_clear (Rig *self)
{
  aloqa_presence_free (self->presence);
  relay_rig_free (self->rig);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Rig, rig_clear)

static AloqaDevice *
come (Rig *self, gint64 user_id, AloqaFeatures features)
{
  AloqaDevice *device = relay_rig_connect (self->rig, user_id, features, NULL);

  aloqa_presence_note (self->presence, user_id, self->rig->now_us);
  aloqa_presence_subscribe (self->presence, device);
  return device;
}

static void
go (Rig *self, AloqaDevice *device)
{
  relay_rig_disconnect (self->rig, device);
  aloqa_presence_unsubscribe (self->presence, device);
  aloqa_presence_note (self->presence, device->user_id, self->rig->now_us);
}

/* What is told now. */
static GArray *
tell (Rig *self, gint64 after_us)
{
  self->rig->now_us += after_us;
  aloqa_presence_expire (self->presence, self->rig->now_us);
  return aloqa_presence_tell (self->presence, self->rig->now_us);
}

static void
expect (Rig *self, gint64 after_us, AloqaDevice *device, const char *json)
{
  g_autoptr (GArray) deliveries = tell (self, after_us);
  AloqaDelivery *delivery;
  g_autofree char *text = NULL;

  g_assert_cmpuint (deliveries->len, ==, json != NULL);
  if (json == NULL)
    return;
  delivery = &g_array_index (deliveries, AloqaDelivery, 0);
  text = aloqa_message_to_json (delivery->message, ALOQA_SIDE_SERVER);
  g_assert_true (delivery->device == device);
  g_assert_cmpstr (text, ==, json);
}

static void
test_who_says_hello_gets_the_list_and_then_the_news (void)
{
  g_auto (Rig) rig = rig_new ();
  AloqaDevice *vali = come (&rig, VALI, OLD);
  AloqaDevice *ali = come (&rig, ALI, NEW);
  g_autoptr (GArray) first = tell (&rig, 0);

  g_assert_cmpuint (first->len, ==, 1);
  g_assert_cmpuint (g_array_index (first, AloqaDelivery, 0).message->online->len, ==, 2);
  expect (&rig, SECOND, NULL, NULL);

  come (&rig, GULI, OLD);
  expect (&rig, SECOND, ali, "{\"type\":\"presence\",\"user_id\":3,\"online\":true}");
  go (&rig, vali);
  expect (&rig, 9 * SECOND, NULL, NULL);
  expect (&rig, SECOND, ali, "{\"type\":\"presence\",\"user_id\":2,\"online\":false}");
  g_assert_false (aloqa_presence_has_news (rig.presence));
}

static void
test_who_has_not_asked_for_it_is_told_nothing (void)
{
  g_auto (Rig) rig = rig_new ();

  come (&rig, ALI, OLD);
  come (&rig, VALI, NEW & ~ALOQA_FEATURE_PRESENCE);
  g_assert_false (aloqa_presence_has_news (rig.presence));
  expect (&rig, SECOND, NULL, NULL);
}

static void
test_who_comes_back_soon_was_never_away (void)
{
  g_auto (Rig) rig = rig_new ();
  AloqaDevice *vali = come (&rig, VALI, OLD);
  g_autoptr (GArray) first = NULL;

  come (&rig, ALI, NEW);
  first = tell (&rig, 0);
  go (&rig, vali);
  expect (&rig, 9 * SECOND, NULL, NULL);
  come (&rig, VALI, OLD);
  expect (&rig, 60 * SECOND, NULL, NULL);
}

static void
test_one_of_two_devices_is_enough (void)
{
  g_auto (Rig) rig = rig_new ();
  AloqaDevice *vali = come (&rig, VALI, OLD);
  g_autoptr (GArray) first = NULL;

  come (&rig, VALI, OLD);
  come (&rig, ALI, NEW);
  first = tell (&rig, 0);
  go (&rig, vali);
  expect (&rig, 60 * SECOND, NULL, NULL);
}

/* Many who come at once are told as one list, to fifty at a time, and not more often than needed. */
static void
test_a_crowd_is_told_in_portions (void)
{
  g_auto (Rig) rig = rig_new ();
  guint n_told = 0;
  guint n_portions = 0;

  for (gint64 id = 1; id <= 120; id++)
    come (&rig, id, NEW);
  while (aloqa_presence_has_news (rig.presence)) {
    g_autoptr (GArray) deliveries = tell (&rig, 0);

    g_assert_cmpuint (deliveries->len, <=, 50);
    for (guint i = 0; i < deliveries->len; i++)
      g_assert_cmpuint (g_array_index (deliveries, AloqaDelivery, i).message->online->len, ==, 120);
    n_told += deliveries->len;
    n_portions++;
  }
  g_assert_cmpuint (n_told, ==, 120);
  g_assert_cmpuint (n_portions, ==, 3);

  for (gint64 id = 201; id <= 230; id++)
    come (&rig, id, OLD);
  expect (&rig, SECOND, NULL, NULL);
  g_assert_true (aloqa_presence_has_news (rig.presence));
}

static void
test_who_has_missed_news_gets_the_list (void)
{
  g_auto (Rig) rig = rig_new ();
  AloqaDevice *ali = come (&rig, ALI, NEW);
  g_autoptr (GArray) first = tell (&rig, 0);
  g_autoptr (GArray) later = NULL;

  for (gint64 id = 1000; id < 6000; id++)
    come (&rig, id, OLD);
  later = tell (&rig, 3 * SECOND);
  g_assert_cmpuint (later->len, ==, 1);
  g_assert_true (g_array_index (later, AloqaDelivery, 0).device == ali);
  g_assert_cmpuint (g_array_index (later, AloqaDelivery, 0).message->online->len, ==, 5001);
}

#define ADD(name, func) g_test_add_func ("/server/presence/" name, func)

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  ADD ("who-says-hello-gets-the-list-and-then-the-news",
       test_who_says_hello_gets_the_list_and_then_the_news);
  ADD ("who-has-not-asked-for-it-is-told-nothing", test_who_has_not_asked_for_it_is_told_nothing);
  ADD ("who-comes-back-soon-was-never-away", test_who_comes_back_soon_was_never_away);
  ADD ("one-of-two-devices-is-enough", test_one_of_two_devices_is_enough);
  ADD ("a-crowd-is-told-in-portions", test_a_crowd_is_told_in_portions);
  ADD ("who-has-missed-news-gets-the-list", test_who_has_missed_news_gets_the_list);
  return g_test_run ();
}
