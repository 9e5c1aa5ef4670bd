/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fakes/fake-clock.h"
#include "server/frame-meter.h"
#include "server/limits.h"
#include "server/rate-table.h"
#include "support/support.h"

/* Bytes of a client's frame, with a mask of zeros. */
static void
append_frame (GByteArray *bytes, guint8 first_byte, gsize length)
{
  guint8 header[14] = { first_byte };
  gsize n_length = length < 126 ? 0 : length <= G_MAXUINT16 ? 2 : 8;
  g_autofree guint8 *payload = g_malloc0 (length);

  header[1] = 0x80 | (guint8) (n_length == 0 ? length : n_length == 2 ? 126 : 127);
  for (gsize i = 0; i < n_length; i++)
    header[2 + i] = (guint8) ((guint64) length >> (8 * (n_length - 1 - i)));
  g_byte_array_append (bytes, header, (guint) (2 + n_length + 4));
  g_byte_array_append (bytes, payload, (guint) length);
}

/* Whether a message of at most 1,000 bytes comes through, however it is cut. */
static gboolean
feed (GByteArray *bytes, gsize n_at_once, AloqaFrameMeter *meter)
{
  for (gsize at = 0; at < bytes->len; at += n_at_once) {
    if (!aloqa_frame_meter_feed (meter, bytes->data + at, MIN (n_at_once, bytes->len - at), 1000))
      return FALSE;
  }
  return TRUE;
}

static void
expect (GByteArray *bytes, gboolean is_allowed, guint64 n_pings)
{
  static const gsize cuts[] = { 1, 2, 3, 7, 100, 100000 };

  for (gsize i = 0; i < G_N_ELEMENTS (cuts); i++) {
    AloqaFrameMeter meter = { 0 };

    g_assert_cmpint (feed (bytes, cuts[i], &meter), ==, is_allowed);
    if (is_allowed)
      g_assert_cmpuint (meter.n_pings, ==, n_pings);
  }
}

static void
test_messages_are_measured_however_they_are_cut (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  for (guint i = 0; i < 3; i++) {
    append_frame (bytes, 0x81, 1000);
    append_frame (bytes, 0x81, 0);
    append_frame (bytes, 0x81, 125);
    append_frame (bytes, 0x81, 126);
  }
  expect (bytes, TRUE, 0);
  append_frame (bytes, 0x81, 1001);
  expect (bytes, FALSE, 0);
}

static void
test_fragments_count_together_and_control_frames_apart (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  append_frame (bytes, 0x01, 600);
  append_frame (bytes, 0x89, 100);
  append_frame (bytes, 0x8a, 100);
  append_frame (bytes, 0x80, 400);
  append_frame (bytes, 0x01, 600);
  append_frame (bytes, 0x89, 0);
  append_frame (bytes, 0x80, 400);
  expect (bytes, TRUE, 104);

  append_frame (bytes, 0x01, 600);
  append_frame (bytes, 0x00, 401);
  expect (bytes, FALSE, 0);
}

static void
test_an_announced_length_is_enough (void)
{
  static const guint8 huge[] = { 0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
  AloqaFrameMeter meter = { 0 };

  g_assert_false (aloqa_frame_meter_feed (&meter, huge, sizeof huge, 1000));
}

static void
test_each_key_has_a_bucket (void)
{
  g_autoptr (AloqaClock) clock = aloqa_fake_clock_new ();
  g_autoptr (AloqaRateTable) table = aloqa_rate_table_new (clock, 1, 2);

  g_assert_cmpint (aloqa_rate_table_get_wait_ms (table, "a"), ==, 0);
  g_assert_true (aloqa_rate_table_take (table, "a"));
  g_assert_true (aloqa_rate_table_take (table, "a"));
  g_assert_false (aloqa_rate_table_take (table, "a"));
  g_assert_true (aloqa_rate_table_take (table, "b"));
  g_assert_cmpint (aloqa_rate_table_get_wait_ms (table, "a"), ==, 1001);
  g_assert_cmpint (aloqa_rate_table_get_wait_ms (table, "b"), ==, 0);

  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (clock), 1001);
  g_assert_true (aloqa_rate_table_take (table, "a"));
}

static void
test_many_keys_push_out_those_that_rested (void)
{
  g_autoptr (AloqaClock) clock = aloqa_fake_clock_new ();
  g_autoptr (AloqaRateTable) table = aloqa_rate_table_new (clock, 0.001, 1);

  g_assert_true (aloqa_rate_table_take (table, "rested"));
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (clock), 2000 * 1000);
  g_assert_true (aloqa_rate_table_take (table, "guilty"));
  for (guint i = 0; i < ALOQA_MAX_RATE_KEYS - 1; i++) {
    g_autofree char *key = g_strdup_printf ("%u", i);

    g_assert_true (aloqa_rate_table_take (table, key));
  }
  /* Room was made for the last by forgetting one, and not the one that still counts. */
  g_assert_false (aloqa_rate_table_take (table, "guilty"));
}

#define ADD(name, func) g_test_add_func ("/server/limits/" name, func)

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  ADD ("messages-are-measured-however-they-are-cut",
       test_messages_are_measured_however_they_are_cut);
  ADD ("fragments-count-together-and-control-frames-apart",
       test_fragments_count_together_and_control_frames_apart);
  ADD ("an-announced-length-is-enough", test_an_announced_length_is_enough);
  ADD ("each-key-has-a-bucket", test_each_key_has_a_bucket);
  ADD ("many-keys-push-out-those-that-rested", test_many_keys_push_out_those_that_rested);
  return g_test_run ();
}
