/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/passwords.h"

#include "server/limits.h"
#include "support/support.h"

typedef struct {
  gboolean is_done;
  gboolean is_right;
  GError *error;
} Result;

static void
verified_cb (GObject *source, GAsyncResult *async_result, gpointer user_data)
{
  Result *result = user_data;

  result->is_right = aloqa_passwords_verify_finish (async_result, &result->error);
  result->is_done = TRUE;
}

static gboolean
is_done (gpointer user_data)
{
  return ((Result *) user_data)->is_done;
}

static gboolean
verify (AloqaPasswords *passwords, const char *hash, const char *password)
{
  Result result = { 0 };

  aloqa_passwords_verify_async (passwords, hash, password, verified_cb, &result);
  aloqa_test_wait_until (is_done, &result);
  g_assert_no_error (result.error);
  return result.is_right;
}

static void
test_the_right_password_alone_is_right (void)
{
  g_autoptr (AloqaPasswords) passwords = aloqa_passwords_new (4);
  g_autofree char *hash = aloqa_passwords_hash (passwords, "secret", NULL);
  g_autofree char *again = aloqa_passwords_hash (passwords, "secret", NULL);

  g_assert_true (g_str_has_prefix (hash, "$2b$04$"));
  g_assert_cmpstr (hash, !=, again);
  g_assert_true (verify (passwords, hash, "secret"));
  g_assert_false (verify (passwords, hash, "Secret"));
  g_assert_false (verify (passwords, hash, ""));
  g_assert_false (verify (passwords, hash, "secret "));
}

static void
test_the_usual_cost_is_12 (void)
{
  g_autoptr (AloqaPasswords) passwords = aloqa_passwords_new (0);
  g_autofree char *hash = aloqa_passwords_hash (passwords, "secret", NULL);

  g_assert_true (g_str_has_prefix (hash, "$2b$12$"));
}

static void
test_what_is_no_bcrypt_hash_fits_nothing (void)
{
  /* The last three are of "secret" indeed: DES, MD5 and SHA-512. */
  static const char *const hashes[] = {
    NULL,
    "",
    "secret",
    "*0",
    "$2b$",
    "$2b$99$abcdefghijklmnopqrstuu",
    "abNANd1rDfiNc",
    "$1$salt$ez2vlPGdaLYkJam5pWs/Y1",
    "$6$rounds=1000$salt$HNxBeBnDfSfUrTj6KiLnmd7tGCvHEmcExh8kl/S0cZ5WrCciNZgfhbpkeFQ4JfkHX."
    "8vPq45lY0iINnCx1Lkm.",
  };
  g_autoptr (AloqaPasswords) passwords = aloqa_passwords_new (4);

  for (gsize i = 0; i < G_N_ELEMENTS (hashes); i++) {
    g_test_message ("%s", hashes[i]);
    g_assert_false (verify (passwords, hashes[i], "secret"));
    g_assert_false (verify (passwords, hashes[i], ""));
  }
}

/* Processor, not time: whatever else this machine does is not in it. */
static double
measure_cpu_s (AloqaPasswords *passwords, const char *hash)
{
  struct timespec before;
  struct timespec after;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &before);
  g_assert_false (verify (passwords, hash, "guess"));
  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &after);
  return (double) (after.tv_sec - before.tv_sec) + (double) (after.tv_nsec - before.tv_nsec) / 1e9;
}

/* Else the wait for an answer would tell who is a user. */
static void
test_a_user_who_is_not_there_costs_as_much (void)
{
  g_autoptr (AloqaPasswords) passwords = aloqa_passwords_new (7);
  g_autofree char *hash = aloqa_passwords_hash (passwords, "secret", NULL);
  double known_s = G_MAXDOUBLE;
  double unknown_s = G_MAXDOUBLE;

  /* The quickest of a few: the least disturbed. */
  for (guint i = 0; i < 5; i++) {
    known_s = MIN (known_s, measure_cpu_s (passwords, hash));
    unknown_s = MIN (unknown_s, measure_cpu_s (passwords, NULL));
  }
  g_test_message ("%g s and %g s", known_s, unknown_s);
  g_assert_cmpfloat (unknown_s, >, known_s / 2);
  g_assert_cmpfloat (unknown_s, <, known_s * 2);
}

static void
test_a_wave_is_refused_past_its_limit (void)
{
  const guint n_all = ALOQA_MAX_WAITING_PASSWORDS + g_get_num_processors () + 8;
  g_autoptr (AloqaPasswords) passwords = aloqa_passwords_new (10);
  g_autofree char *hash = aloqa_passwords_hash (passwords, "secret", NULL);
  g_autofree Result *results = g_new0 (Result, n_all);
  guint n_refused = 0;

  for (guint i = 0; i < n_all; i++)
    aloqa_passwords_verify_async (passwords, hash, "secret", verified_cb, &results[i]);
  for (guint i = 0; i < n_all; i++) {
    aloqa_test_wait_until (is_done, &results[i]);
    if (results[i].error != NULL) {
      g_assert_error (results[i].error, G_IO_ERROR, G_IO_ERROR_BUSY);
      g_error_free (results[i].error);
      n_refused++;
    } else {
      g_assert_true (results[i].is_right);
    }
  }
  g_assert_cmpuint (n_refused, >, 0);
  g_assert_cmpuint (n_refused, <=, n_all - ALOQA_MAX_WAITING_PASSWORDS);
}

static void
test_the_end_answers_those_that_wait (void)
{
  AloqaPasswords *passwords = aloqa_passwords_new (10);
  Result results[8] = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    aloqa_passwords_verify_async (passwords, NULL, "secret", verified_cb, &results[i]);
  aloqa_passwords_free (passwords);
  for (guint i = 0; i < G_N_ELEMENTS (results); i++) {
    aloqa_test_wait_until (is_done, &results[i]);
    if (results[i].error != NULL)
      g_assert_error (results[i].error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_clear_error (&results[i].error);
  }
}

#define ADD(name, func) g_test_add_func ("/server/passwords/" name, func)

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  ADD ("the-right-password-alone-is-right", test_the_right_password_alone_is_right);
  ADD ("the-usual-cost-is-12", test_the_usual_cost_is_12);
  ADD ("what-is-no-bcrypt-hash-fits-nothing", test_what_is_no_bcrypt_hash_fits_nothing);
  ADD ("a-user-who-is-not-there-costs-as-much", test_a_user_who_is_not_there_costs_as_much);
  ADD ("a-wave-is-refused-past-its-limit", test_a_wave_is_refused_past_its_limit);
  ADD ("the-end-answers-those-that-wait", test_the_end_answers_those_that_wait);
  return g_test_run ();
}
