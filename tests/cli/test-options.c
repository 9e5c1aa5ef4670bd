/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/options.h"

#include "support/support.h"

typedef struct {
  const char *line;
  const char *complaint; /* a word of it, or NULL where the line is right */
} Case;

static const Case cases[] = {
  { "call vali", NULL },
  { "--server http://127.0.0.1:8030 --user ali call vali --audio --repeat 3", NULL },
  { "answer --echo --delay 500 --once", NULL },
  { "contacts", NULL },
  { "devices", NULL },
  { "doctor --ice-server stun:a --ice-server turn:b", NULL },
  { "call vali --size 1280x720 --fps 15 --codec H264 --bitrate 300", NULL },
  { "call vali --echo-cancel off --noise on --gain off", NULL },
  { "", "command" },
  { "ring vali", "ring" },
  { "call", "one user name" },
  { "call ali vali", "one user name" },
  { "contacts ali", "nothing behind" },
  { "call vali --size 640", "--size" },
  { "call vali --size 641x480", "--size" },
  { "call vali --size 640x480x3", "--size" },
  { "call vali --size 99999x480", "--size" },
  { "call vali --fps 0", "--fps" },
  { "call vali --codec AV1", "--codec" },
  { "call vali --protocol old", "--protocol" },
  { "call vali --bitrate 5", "--bitrate" },
  { "call vali --duration -1", "--duration" },
  { "call vali --ring-timeout 0", "--ring-timeout" },
  { "call vali --repeat 0", "--repeat" },
  { "call vali --stats-interval 1", "--stats-interval" },
  { "call vali --gain loud", "--gain" },
  { "call vali --no-such-thing", "no-such-thing" },
};

static void
test_each_line_is_taken_or_refused_with_a_reason (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *whole = g_strdup_printf ("aloqa-cli %s", cases[i].line);
    g_auto (GStrv) arguments = g_strsplit (g_strchomp (whole), " ", -1);
    g_autoptr (AloqaOptions) options = NULL;
    g_autoptr (GError) error = NULL;

    options = aloqa_options_parse (arguments, &error);
    if (cases[i].complaint == NULL) {
      g_assert_no_error (error);
      g_assert_nonnull (options);
    } else {
      g_assert_null (options);
      g_assert_nonnull (strstr (error->message, cases[i].complaint));
    }
  }
}

static void
test_values_arrive (void)
{
  g_auto (GStrv) arguments =
      g_strsplit ("aloqa-cli call vali --server x --size 320x240 --gain off --ice-server stun:a"
                  " --duration 2.5 --relay-only",
                  " ", -1);
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaOptions) options = aloqa_options_parse (arguments, &error);

  g_assert_no_error (error);
  g_assert_cmpint (options->command, ==, ALOQA_COMMAND_CALL);
  g_assert_cmpstr (options->peer, ==, "vali");
  g_assert_cmpstr (options->server, ==, "x");
  g_assert_cmpint (options->width_px, ==, 320);
  g_assert_cmpint (options->height_px, ==, 240);
  g_assert_true (options->has_echo_cancel);
  g_assert_false (options->has_gain_control);
  g_assert_cmpstr (options->ice_urls[0], ==, "stun:a");
  g_assert_cmpfloat (options->duration_s, ==, 2.5);
  g_assert_true (options->is_relay_only);
  g_assert_cmpint (options->ring_timeout_s, ==, 60);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  g_test_add_func ("/cli/options/each-line-is-taken-or-refused-with-a-reason",
                   test_each_line_is_taken_or_refused_with_a_reason);
  g_test_add_func ("/cli/options/values-arrive", test_values_arrive);
  return g_test_run ();
}
