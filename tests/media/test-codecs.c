/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/codecs.h"
#include "media/media.h"

#include "support/support.h"

#include <string.h>

static void
test_every_part_names_its_package (void)
{
  gsize n_parts;
  const AloqaCodecPart *parts = aloqa_codecs_get_parts (&n_parts);

  g_assert_cmpuint (n_parts, >, 0);
  for (gsize i = 0; i < n_parts; i++) {
    g_assert_true (g_str_has_prefix (parts[i].package, "gstreamer1.0-"));
    g_assert_nonnull (parts[i].group);
  }
}

static void
test_what_a_call_needs_is_here (void)
{
  g_autoptr (GError) error = NULL;

  aloqa_codecs_check_required (&error);
  g_assert_no_error (error);
  aloqa_codecs_check_group ("VP8", &error);
  g_assert_no_error (error);
}

static void
test_missing_part_is_told_from_an_installed_one (void)
{
  const AloqaCodecPart missing = { "VP8", "nosuchelement", "gstreamer1.0-nothing", TRUE };
  const AloqaCodecPart installed = { "Files", "identity", "gstreamer1.0-tools", TRUE };

  g_assert_false (aloqa_codecs_has_part (&missing));
  g_assert_true (aloqa_codecs_has_part (&installed));
}

static void
test_unknown_codec_is_refused (void)
{
  static const char *const names[] = { "", "vp8", "AV1", "VP" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (aloqa_codecs_check_group (names[i], &error));
    g_assert_error (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_BAD_NAME);
    g_assert_nonnull (strstr (error->message, "VP8"));
  }
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  aloqa_media_init (NULL);
  g_test_add_func ("/media/codecs/every-part-names-its-package", test_every_part_names_its_package);
  g_test_add_func ("/media/codecs/what-a-call-needs-is-here", test_what_a_call_needs_is_here);
  g_test_add_func ("/media/codecs/missing-part-is-told-from-an-installed-one",
                   test_missing_part_is_told_from_an_installed_one);
  g_test_add_func ("/media/codecs/unknown-codec-is-refused", test_unknown_codec_is_refused);
  return g_test_run ();
}
