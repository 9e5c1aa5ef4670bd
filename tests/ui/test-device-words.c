/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/support.h"
#include "ui/device-words.h"

static GListStore *
make_list (const char *const *names, gint default_i)
{
  GListStore *list = g_list_store_new (ALOQA_TYPE_DEVICE);

  for (gint i = 0; names[i] != NULL; i++) {
    g_autofree char *id = g_strdup_printf ("device-%d", i);
    g_autoptr (AloqaDevice) device = aloqa_device_new (ALOQA_DEVICE_CAMERA, id, names[i]);

    aloqa_device_set_is_default (device, i == default_i);
    g_list_store_append (list, device);
  }
  return list;
}

static void
test_equal_names_are_told_apart (void)
{
  static const char *const names[] = { "Webcam", "Other", "Webcam", "Webcam", NULL };
  static const char *const expected[] = { "Webcam", "Other", "Webcam (2)", "Webcam (3)" };
  g_autoptr (GListStore) list = make_list (names, 2);
  g_autofree char *automatic = aloqa_device_words_for_default (G_LIST_MODEL (list));

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++) {
    g_autofree char *words = aloqa_device_words_for_choice (G_LIST_MODEL (list), i);

    g_assert_cmpstr (words, ==, expected[i]);
  }
  g_assert_cmpstr (automatic, ==, "Automatic (Webcam (2))");
}

static void
test_no_default_has_no_name (void)
{
  static const char *const names[] = { NULL };
  g_autoptr (GListStore) list = make_list (names, -1);
  g_autofree char *automatic = aloqa_device_words_for_default (G_LIST_MODEL (list));

  g_assert_cmpstr (automatic, ==, "Automatic");
}

static void
test_what_is_missing_is_one_short_sentence (void)
{
  const guint all =
      1u << ALOQA_DEVICE_CAMERA | 1u << ALOQA_DEVICE_MICROPHONE | 1u << ALOQA_DEVICE_SPEAKER;

  g_assert_null (aloqa_device_words_for_missing (0));
  g_assert_cmpstr (aloqa_device_words_for_missing (1u << ALOQA_DEVICE_SPEAKER), ==,
                   "No speaker was found. Plug one in.");
  g_assert_cmpstr (aloqa_device_words_for_missing (all & ~(1u << ALOQA_DEVICE_CAMERA)), ==,
                   "No microphone or speaker was found.");
  g_assert_cmpstr (aloqa_device_words_for_missing (all), ==,
                   "No camera, microphone or speaker was found.");
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  g_test_add_func ("/ui/device-words/equal-names-are-told-apart", test_equal_names_are_told_apart);
  g_test_add_func ("/ui/device-words/no-default-has-no-name", test_no_default_has_no_name);
  g_test_add_func ("/ui/device-words/what-is-missing-is-one-short-sentence",
                   test_what_is_missing_is_one_short_sentence);
  return g_test_run ();
}
