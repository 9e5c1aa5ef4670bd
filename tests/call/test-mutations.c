/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz/fuzz.h"
#include "support/support.h"

/* The fuzz target without a fuzzer: the same inputs each time. */

#define N_RUNS 5000
#define MAX_BYTES 400
#define SEED 20250103

static void
ignore_log (const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
}

static void
fill (GRand *random, GByteArray *bytes)
{
  g_byte_array_set_size (bytes, g_rand_int_range (random, 1, MAX_BYTES));
  for (guint i = 0; i < bytes->len; i++)
    bytes->data[i] = g_rand_int_range (random, 0, 256);
}

static void
mutate (GRand *random, GByteArray *bytes)
{
  guint at = g_rand_int_range (random, 0, bytes->len);
  guint length = g_rand_int_range (random, 1, MIN (bytes->len - at, 20) + 1);
  g_autofree guint8 *copy = g_memdup2 (bytes->data + at, length);

  switch (g_rand_int_range (random, 0, 3)) {
  case 0:
    bytes->data[at] ^= 1 << g_rand_int_range (random, 0, 8);
    break;
  case 1:
    if (bytes->len + length <= MAX_BYTES)
      g_byte_array_append (bytes, copy, length);
    break;
  default:
    if (bytes->len > length)
      g_byte_array_remove_range (bytes, at, length);
    break;
  }
}

/* Each fresh input is changed a few times over: small changes, late in a long story. */
static void
test_promises_hold_for_any_bytes (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (SEED);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  g_log_set_handler ("aloqa-call", G_LOG_LEVEL_DEBUG, ignore_log, NULL);
  for (guint i = 0; i < N_RUNS; i++) {
    if (i % 10 == 0)
      fill (random, bytes);
    else
      mutate (random, bytes);
    LLVMFuzzerTestOneInput (bytes->data, bytes->len);
  }
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  g_test_add_func ("/call/mutations/promises-hold-for-any-bytes", test_promises_hold_for_any_bytes);
  return g_test_run ();
}
