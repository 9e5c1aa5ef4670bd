/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/media-settings.h"

#include "support/support.h"

/* A screen is to be read: it may take more than a camera, up to what is enough for any text. */
static void
test_limits_of_what_is_sent (void)
{
  static const struct {
    guint max_kbps;
    guint camera_kbps, screen_kbps, initial_kbps, min_kbps;
  } rows[] = {
    { 1000, 1000, 2500, 300, 60 }, /* where nobody chose */
    { 400, 400, 1000, 300, 60 },
    { 100, 100, 250, 100, 60 },
    { 30, 30, 75, 30, 30 },
    { 8000, 8000, 2500, 300, 60 },
    { G_MAXUINT, G_MAXUINT, 2500, 300, 60 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (AloqaMediaSettings) settings = aloqa_media_settings_new ();
    AloqaPeerConfig config = ALOQA_PEER_CONFIG_INIT;

    g_assert_cmpuint (settings->max_kbps, ==, rows[0].max_kbps);
    settings->max_kbps = rows[i].max_kbps;
    aloqa_media_settings_limit (settings, &config);
    g_assert_cmpuint (config.max_kbps, ==, rows[i].camera_kbps);
    g_assert_cmpuint (config.max_screen_kbps, ==, rows[i].screen_kbps);
    g_assert_cmpuint (config.initial_kbps, ==, rows[i].initial_kbps);
    g_assert_cmpuint (config.min_kbps, ==, rows[i].min_kbps);
  }
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  g_test_add_func ("/session/media-settings/limits-of-what-is-sent", test_limits_of_what_is_sent);
  return g_test_run ();
}
