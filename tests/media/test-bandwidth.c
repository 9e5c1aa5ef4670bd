/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/bandwidth-estimator.h"
#include "media/peer-resend.h"
#include "support/support.h"

#define PACKET_BYTES 1200
#define FEEDBACK_US (100 * 1000)
#define ONE_WAY_US (25 * 1000)
#define MIN_KBPS 60
#define MAX_KBPS 2500

/* A sender that sends what the estimator allows, and a link with a queue of half a second. */
typedef struct {
  AloqaBandwidthEstimator *estimator;
  GRand *rand; /* of a fixed seed: each run is the same */
  guint link_kbps;
  double loss;
  double jitter_us;
  double max_queue_us;

  gint64 now_us;
  gint64 next_send_us;
  gint64 next_feedback_us;
  gint64 free_us;  /* when the link has sent what it has */
  GArray *reports; /* of AloqaPacketReport: sent, and not yet told of */
} World;

static World *
world_new (guint link_kbps)
{
  World *self = g_new0 (World, 1);

  self->estimator = aloqa_bandwidth_estimator_new (300, MIN_KBPS, MAX_KBPS);
  self->rand = g_rand_new_with_seed (7);
  self->link_kbps = link_kbps;
  self->max_queue_us = 500 * 1000;
  self->now_us = self->next_send_us = self->next_feedback_us = G_USEC_PER_SEC;
  self->reports = g_array_new (FALSE, FALSE, sizeof (AloqaPacketReport));
  return self;
}

static void
world_free (World *self)
{
  aloqa_bandwidth_estimator_free (self->estimator);
  g_rand_free (self->rand);
  g_array_unref (self->reports);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)

static double
get_queue_ms (World *self)
{
  return MAX (0, (double) (self->free_us - self->now_us) / 1000);
}

static void
send_packet (World *self)
{
  gint64 duration_us = (gint64) PACKET_BYTES * 8 * 1000 / self->link_kbps;
  gint64 start_us = MAX (self->free_us, self->now_us);
  AloqaPacketReport report = { .sent_us = self->now_us, .size_bytes = PACKET_BYTES };

  report.is_lost = g_rand_double (self->rand) < self->loss ||
                   (double) (start_us - self->now_us) > self->max_queue_us;
  if (!report.is_lost) {
    self->free_us = start_us + duration_us;
    /* The other clock is another. */
    report.arrived_us = 12345678 + self->free_us + ONE_WAY_US +
                        (gint64) (g_rand_double (self->rand) * self->jitter_us);
  }
  g_array_append_val (self->reports, report);
}

/* What arrived long enough ago for word of it to be back. */
static void
give_feedback (World *self)
{
  guint n_told = 0;

  for (; n_told < self->reports->len; n_told++) {
    AloqaPacketReport *report = &g_array_index (self->reports, AloqaPacketReport, n_told);
    gint64 back_us = report->is_lost ? report->sent_us + 4 * ONE_WAY_US
                                     : report->arrived_us - 12345678 + ONE_WAY_US;

    if (back_us > self->now_us)
      break;
  }
  if (n_told == 0)
    return;
  aloqa_bandwidth_estimator_take_feedback (
      self->estimator, (AloqaPacketReport *) self->reports->data, n_told, self->now_us);
  g_array_remove_range (self->reports, 0, n_told);
}

static void
run (World *self, guint seconds)
{
  gint64 end_us = self->now_us + (gint64) seconds * G_USEC_PER_SEC;

  while (self->now_us < end_us) {
    self->now_us = MIN (self->next_send_us, self->next_feedback_us);
    if (self->now_us == self->next_send_us) {
      guint kbps = aloqa_bandwidth_estimator_get_kbps (self->estimator);

      send_packet (self);
      self->next_send_us += (gint64) PACKET_BYTES * 8 * 1000 / kbps;
    } else {
      give_feedback (self);
      self->next_feedback_us += FEEDBACK_US;
    }
  }
}

static guint
get_kbps (World *self)
{
  return aloqa_bandwidth_estimator_get_kbps (self->estimator);
}

static void
assert_settles_near (World *self, guint link_kbps)
{
  guint64 sum_kbps = 0;
  double longest_ms = 0;

  for (guint i = 0; i < 20; i++) {
    run (self, 1);
    sum_kbps += get_kbps (self);
    longest_ms = MAX (longest_ms, get_queue_ms (self));
  }
  g_assert_cmpuint (sum_kbps / 20, >, link_kbps * 7 / 10);
  g_assert_cmpuint (sum_kbps / 20, <=, link_kbps * 105 / 100);
  g_assert_cmpfloat (longest_ms, <, 150);
}

static void
test_finds_the_limit (void)
{
  static const guint links_kbps[] = { 200, 500, 1000, 2000 };

  for (gsize i = 0; i < G_N_ELEMENTS (links_kbps); i++) {
    g_autoptr (World) world = world_new (links_kbps[i]);

    run (world, 10);
    assert_settles_near (world, links_kbps[i]);
  }
}

static void
test_rises_to_the_most (void)
{
  g_autoptr (World) world = world_new (100 * 1000);

  run (world, 4);
  g_assert_cmpuint (get_kbps (world), >, 1000);
  run (world, 6);
  g_assert_cmpuint (get_kbps (world), ==, MAX_KBPS);
}

static void
test_gives_way (void)
{
  g_autoptr (World) world = world_new (2000);

  run (world, 15);
  world->link_kbps = 400;
  run (world, 4);
  g_assert_cmpuint (get_kbps (world), <, 420);
  g_assert_cmpfloat (get_queue_ms (world), <, 200);
  assert_settles_near (world, 400);
}

static void
test_comes_back (void)
{
  g_autoptr (World) world = world_new (300);

  run (world, 15);
  world->link_kbps = 100 * 1000;
  run (world, 40);
  g_assert_cmpuint (get_kbps (world), >, 1500);
}

/* Radio loses and delays packets without being full. */
static void
test_jitter_and_light_loss_cost_nothing (void)
{
  g_autoptr (World) world = world_new (100 * 1000);

  world->loss = 0.015;
  world->jitter_us = 8000;
  run (world, 30);
  g_assert_cmpuint (get_kbps (world), >, 1500);
}

static void
test_heavy_loss_lowers (void)
{
  g_autoptr (World) world = world_new (100 * 1000);

  run (world, 10);
  world->loss = 0.25;
  run (world, 10);
  g_assert_cmpuint (get_kbps (world), <, 1000);
  g_assert_cmpuint (get_kbps (world), >=, MIN_KBPS);
}

/* Whatever the other side claims to have seen, the estimate stays within its bounds. */
static void
test_lies_stay_within_bounds (void)
{
  g_autoptr (AloqaBandwidthEstimator) estimator =
      aloqa_bandwidth_estimator_new (300, MIN_KBPS, MAX_KBPS);
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);

  for (guint i = 0; i < 20000; i++) {
    AloqaPacketReport reports[8];

    for (gsize j = 0; j < G_N_ELEMENTS (reports); j++) {
      /* As far as 64 bits of nanoseconds go. */
      gint64 wild_us = (gint64) g_rand_int (rand) << 22;

      reports[j] = (AloqaPacketReport){
        .sent_us = g_rand_boolean (rand) ? wild_us : (gint64) i * 1000,
        .arrived_us = g_rand_int_range (rand, 0, 4) == 0 ? wild_us : (gint64) g_rand_int (rand),
        .size_bytes = g_rand_int (rand) % 100000,
        .is_lost = g_rand_boolean (rand)
      };
    }
    aloqa_bandwidth_estimator_take_feedback (estimator, reports, G_N_ELEMENTS (reports),
                                             (gint64) i * 10000);
    g_assert_cmpuint (aloqa_bandwidth_estimator_get_kbps (estimator), >=, MIN_KBPS);
    g_assert_cmpuint (aloqa_bandwidth_estimator_get_kbps (estimator), <=, MAX_KBPS);
  }
}

static void
test_a_part_is_sent_again (void)
{
  AloqaResendBudget budget;
  guint n_resent = 0;

  aloqa_resend_budget_init (&budget);
  while (aloqa_resend_budget_spend (&budget))
    n_resent++;
  g_assert_cmpuint (n_resent, ==, 20);

  aloqa_resend_budget_earn (&budget, 3);
  g_assert_false (aloqa_resend_budget_spend (&budget));
  aloqa_resend_budget_earn (&budget, 1);
  g_assert_true (aloqa_resend_budget_spend (&budget));

  aloqa_resend_budget_earn (&budget, 100000);
  for (n_resent = 0; aloqa_resend_budget_spend (&budget);)
    n_resent++;
  g_assert_cmpuint (n_resent, ==, 20);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  g_test_add_func ("/bandwidth/finds-the-limit", test_finds_the_limit);
  g_test_add_func ("/bandwidth/rises-to-the-most", test_rises_to_the_most);
  g_test_add_func ("/bandwidth/gives-way", test_gives_way);
  g_test_add_func ("/bandwidth/comes-back", test_comes_back);
  g_test_add_func ("/bandwidth/jitter-and-light-loss-cost-nothing",
                   test_jitter_and_light_loss_cost_nothing);
  g_test_add_func ("/bandwidth/heavy-loss-lowers", test_heavy_loss_lowers);
  g_test_add_func ("/bandwidth/lies-stay-within-bounds", test_lies_stay_within_bounds);
  g_test_add_func ("/bandwidth/a-part-is-sent-again", test_a_part_is_sent_again);
  return g_test_run ();
}
