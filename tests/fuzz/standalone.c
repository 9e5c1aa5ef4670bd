/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include <glib.h>
#include <string.h>

/*
 * Runs a fuzz target without a fuzzer: over its corpus, and over the same mutations of every file
 * of it each time. Finds what a change breaks; what nobody has thought of is for libFuzzer to find.
 */

#define N_MUTATIONS 200
#define SEED 20250102

static const char *const tokens[] = {
  "\"",
  "\\",
  "\\u0000",
  "\\ud800",
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "null",
  "-1",
  "1e999",
  "\n",
  "\r",
  "\xff",
  "\xed\xa0\x80",
  "9007199254740993",
  "18446744073709551617",
  "m=",
  "a=",
  "v=0\r\n",
  "a=mid:",
  "a=group:BUNDLE",
  "typ ",
  ".local",
  "candidate:",
  " ",
  "/",
  "%",
  "..",
};

static GByteArray *
read_file (const char *path)
{
  g_autoptr (GError) error = NULL;
  char *contents = NULL;
  gsize length;

  if (!g_file_get_contents (path, &contents, &length, &error))
    g_error ("%s", error->message);
  return g_byte_array_new_take ((guint8 *) contents, length);
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

/* Every file of the folder, in the order of their names. */
static GPtrArray *
read_corpus (const char *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *corpus = g_ptr_array_new_with_free_func ((GDestroyNotify) g_byte_array_unref);
  const char *name;

  if (dir == NULL)
    g_error ("%s", error->message);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (names, compare_paths);
  for (guint i = 0; i < names->len; i++)
    g_ptr_array_add (corpus, read_file (g_ptr_array_index (names, i)));
  return corpus;
}

static guint
choose (GRand *rand, guint n)
{
  return n > 0 ? g_rand_int_range (rand, 0, n) : 0;
}

static void
insert (GByteArray *input, guint at, const void *data, guint length)
{
  g_autofree guint8 *tail = g_memdup2 (input->data + at, input->len - at);
  guint n_tail = input->len - at;

  g_byte_array_set_size (input, at);
  g_byte_array_append (input, data, length);
  g_byte_array_append (input, tail, n_tail);
}

static void
mutate (GByteArray *input, const GByteArray *other, GRand *rand)
{
  guint at = choose (rand, input->len);
  guint length = choose (rand, MIN (input->len - at, 64));
  const char *token = tokens[choose (rand, G_N_ELEMENTS (tokens))];

  switch (choose (rand, 6)) {
  case 0:
    if (input->len > 0)
      input->data[at] ^= 1 << choose (rand, 8);
    break;
  case 1:
    if (input->len > 0)
      input->data[at] = choose (rand, 256);
    break;
  case 2:
    g_byte_array_remove_range (input, at, length);
    break;
  case 3:
    insert (input, at, token, strlen (token));
    break;
  case 4:
    g_byte_array_set_size (input, at);
    break;
  default:
    length = choose (rand, MIN (other->len, 256));
    insert (input, at, other->data + choose (rand, other->len - length), length);
  }
}

/* A copy of the exact size, so that a sanitizer sees the first byte read too far. */
static void
run (const GByteArray *input)
{
  g_autofree guint8 *copy = g_memdup2 (input->data, input->len);

  LLVMFuzzerTestOneInput (copy != NULL ? copy : (const guint8 *) "", input->len);
}

static void
run_mutations (const GPtrArray *corpus, const GByteArray *original, GRand *rand)
{
  for (guint i = 0; i < N_MUTATIONS; i++) {
    g_autoptr (GByteArray) input = g_byte_array_new ();
    guint n_steps = 1 + choose (rand, 4);

    g_byte_array_append (input, original->data, original->len);
    for (guint step = 0; step < n_steps; step++)
      mutate (input, g_ptr_array_index (corpus, choose (rand, corpus->len)), rand);
    run (input);
  }
}

int
main (int argc, char **argv)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (SEED);
  g_autoptr (GPtrArray) corpus = NULL;
  g_autofree char *folder = NULL;

  if (argc != 3)
    g_error ("usage: %s CORPUS TARGET", argv[0]);
  folder = g_build_filename (argv[1], argv[2], NULL);
  corpus = read_corpus (folder);
  if (corpus->len == 0)
    g_error ("%s is empty", folder);

  for (guint i = 0; i < corpus->len; i++) {
    run (g_ptr_array_index (corpus, i));
    run_mutations (corpus, g_ptr_array_index (corpus, i), rand);
  }
  return 0;
}
