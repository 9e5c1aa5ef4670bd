/* SPDX-License-Identifier: GPL-3.0-or-later */

/* All of the screen of an X server of the test's own. */
#include "media/inlet-log.h"
#include "media/media.h"
#include "media/picture.h"
#include "media/retiring.h"
#include "media/screen.h"
#include "media/x11-screen.h"

#include "support/media-run.h"
#include "support/support.h"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#define USUAL_SIZE "640x400x24"
#define NOT_NEEDED "DPMS" /* an extension */

static GSubprocess *server;

/* Even where it is stopped. */
static void
die_with_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

/* Returns: whether there is one, which DISPLAY leads to then */
static gboolean
start_server (const char *size, const char *without, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autofree char *name = NULL;
  char number[16] = "";
  int fds[2];

  g_assert_cmpint (pipe (fds), ==, 0);
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  g_subprocess_launcher_take_fd (launcher, fds[1], 3);
  server =
      g_subprocess_launcher_spawn (launcher, error, "Xvfb", "-displayfd", "3", "-screen", "0", size,
                                   "-nolisten", "tcp", "-noreset", "-extension", without, NULL);
  g_clear_object (&launcher); /* our end of the pipe with it */
  for (gsize i = 0; server != NULL && i + 1 < sizeof number; i++) {
    if (read (fds[0], number + i, 1) != 1 || number[i] == '\n')
      break;
  }
  close (fds[0]);
  name = g_strconcat (":", g_strchomp (number), NULL);
  g_setenv ("DISPLAY", name, TRUE);
  return server != NULL;
}

static void
kill_server (void)
{
  g_subprocess_force_exit (server);
  g_subprocess_wait (server, NULL, NULL);
  g_clear_object (&server);
}

/* For a test that has killed the last one. */
static void
start_another_server (void)
{
  g_autoptr (GError) error = NULL;

  start_server (USUAL_SIZE, NOT_NEEDED, &error);
  g_assert_no_error (error);
}

static gboolean
is_stalled (gpointer screen)
{
  return aloqa_screen_is_stalled (screen);
}

static gboolean
is_well (gpointer screen)
{
  return !aloqa_screen_is_stalled (screen);
}

/* It stands still all the time, which is no fault; that the server does not answer is one. */
static void
test_server_that_hangs_is_told (void)
{
  AloqaScreen *screen = aloqa_screen_new_for_x11 (15);
  g_autoptr (GstSample) sample = NULL;
  AloqaInletLog sent;

  aloqa_inlet_log_init (&sent);
  aloqa_screen_set_inlet (screen, sent.inlet);
  aloqa_feed_log_wait (sent.log, 10); /* beyond the time after which it would be told */
  aloqa_test_wait_until (is_well, screen);
  sample = aloqa_feed_log_dup_sample (sent.log, 0);
  aloqa_picture_assert_size (sample, 640, 400);

  g_subprocess_send_signal (server, SIGSTOP);
  aloqa_test_wait_until (is_stalled, screen);
  g_subprocess_send_signal (server, SIGCONT);
  aloqa_test_wait_until (is_well, screen);
  g_assert_finalize_object (screen);
  aloqa_inlet_log_clear (&sent);
}

/* Whoever shares has to be able to end it then, of all times. */
static void
test_server_that_hangs_holds_nobody_up (void)
{
  AloqaScreen *screen = aloqa_screen_new_for_x11 (15);
  AloqaInletLog sent;

  aloqa_inlet_log_init (&sent);
  aloqa_screen_set_inlet (screen, sent.inlet);
  aloqa_feed_log_wait (sent.log, 1);
  g_subprocess_send_signal (server, SIGSTOP);
  aloqa_test_wait_until (is_stalled, screen);
  aloqa_screen_set_inlet (screen, NULL);
  aloqa_screen_set_inlet (screen, sent.inlet);
  g_assert_finalize_object (screen);
  aloqa_inlet_log_clear (&sent);
  g_subprocess_send_signal (server, SIGCONT);
  aloqa_retiring_wait ();
}

static void
keep_error_cb (AloqaScreen *screen, const GError *error, GError **kept)
{
  g_assert_null (*kept); /* it is told once */
  *kept = g_error_copy (error);
}

static gboolean
is_set (gpointer error)
{
  return *(GError **) error != NULL;
}

static AloqaScreen *
share (AloqaInletLog *sent, GError **end)
{
  AloqaScreen *screen = aloqa_screen_new_for_x11 (15);

  g_signal_connect (screen, "ended", G_CALLBACK (keep_error_cb), end);
  aloqa_inlet_log_init (sent);
  aloqa_screen_set_inlet (screen, sent->inlet);
  return screen;
}

static void
assert_works (void)
{
  g_autoptr (GError) end = NULL;
  AloqaInletLog sent;
  AloqaScreen *screen = share (&sent, &end);

  aloqa_feed_log_wait (sent.log, 1);
  g_assert_no_error (end);
  g_assert_finalize_object (screen);
  aloqa_inlet_log_clear (&sent);
}

/* All that ends is the share, and the next one may be of another server. */
static void
test_server_that_dies_is_told (void)
{
  g_autoptr (GError) end = NULL;
  AloqaInletLog sent;
  AloqaScreen *screen = share (&sent, &end);

  aloqa_feed_log_wait (sent.log, 1);
  kill_server ();
  aloqa_test_wait_until (is_set, &end);
  g_assert_error (end, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_GONE);
  g_assert_finalize_object (screen);
  aloqa_inlet_log_clear (&sent);
  aloqa_retiring_wait ();

  start_another_server ();
  assert_works ();
}

static void
test_server_that_dies_before_the_first_picture_is_told (void)
{
  g_autoptr (GError) end = NULL;
  AloqaInletLog sent;
  AloqaScreen *screen;

  g_subprocess_send_signal (server, SIGSTOP); /* it takes the connection, and says nothing */
  screen = share (&sent, &end);
  aloqa_test_wait_until (is_stalled, screen);
  kill_server ();
  aloqa_test_wait_until (is_set, &end);
  g_assert_cmpuint (aloqa_feed_log_get_n (sent.log), ==, 0);
  g_assert_finalize_object (screen);
  aloqa_inlet_log_clear (&sent);
  aloqa_retiring_wait ();
  start_another_server ();
}

static void
test_server_that_is_not_there_is_told (void)
{
  g_autoptr (GError) end = NULL;
  AloqaInletLog sent;
  AloqaScreen *screen;

  kill_server ();
  screen = share (&sent, &end);
  aloqa_test_wait_until (is_set, &end);
  g_assert_error (end, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_FAILED);
  g_assert_finalize_object (screen);
  aloqa_inlet_log_clear (&sent);
  start_another_server ();
}

/* Each time at another moment of looking at the screen, and of leaving it. */
static void
test_server_may_die_while_a_share_ends (void)
{
  for (guint i = 0; i < 12; i++) {
    g_autoptr (GError) end = NULL;
    AloqaInletLog sent;
    AloqaScreen *screen = share (&sent, &end);

    aloqa_feed_log_wait (sent.log, i % 4);
    if (i % 3 == 0)
      g_subprocess_send_signal (server, SIGSTOP); /* in the middle of an answer, perhaps */
    if (i % 2 == 0)
      g_subprocess_send_signal (server, SIGKILL);
    aloqa_screen_close (screen);
    kill_server ();
    aloqa_retiring_wait ();
    aloqa_test_drain ();
    g_assert_no_error (end); /* whoever ended it needs not be told */
    g_assert_finalize_object (screen);
    aloqa_inlet_log_clear (&sent);
    start_another_server ();
  }
}

static void
run (const char *const *command)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = g_subprocess_newv (command, G_SUBPROCESS_FLAGS_NONE, &error);

  g_assert_no_error (error);
  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);
}

/* Of what was sent last. */
static gboolean
has_luma_beside_pointer (AloqaFeedLog *log, guint8 from, guint8 to)
{
  g_autoptr (GstSample) sample = aloqa_feed_log_dup_sample (log, aloqa_feed_log_get_n (log) - 1);
  const guint8 luma = aloqa_picture_get_luma (sample, 20, 20);

  return luma >= from && luma <= to;
}

static gboolean
is_black (gpointer log)
{
  return has_luma_beside_pointer (log, 0, 30);
}

static gboolean
is_white (gpointer log)
{
  return has_luma_beside_pointer (log, 220, 255);
}

/* It is in the middle at first. */
static gboolean
has_white_pointer (gpointer log)
{
  g_autoptr (GstSample) sample = aloqa_feed_log_dup_sample (log, aloqa_feed_log_get_n (log) - 1);

  return is_black (log) && aloqa_picture_get_luma (sample, 320, 200) > 220 &&
         aloqa_picture_get_luma (sample, 336, 216) < 30;
}

static gboolean
is_smaller (gpointer screen)
{
  guint width_px, height_px;

  aloqa_screen_get_size (screen, &width_px, &height_px);
  return width_px == 320 && height_px == 200;
}

/* The usual one, one that is far away, so that no memory can be shared, and one of few colours. */
static void
test_every_server_is_shown (void)
{
  static const struct {
    const char *size, *without;
  } servers[] = {
    { USUAL_SIZE, NOT_NEEDED },
    { USUAL_SIZE, "MIT-SHM" },
    { "640x400x16", NOT_NEEDED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (servers); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GError) end = NULL;
    AloqaInletLog sent;
    AloqaScreen *screen;

    kill_server ();
    start_server (servers[i].size, servers[i].without, &error);
    g_assert_no_error (error);
    run ((const char *const[]){ "xsetroot", "-solid", "black", NULL });
    screen = share (&sent, &end);
    aloqa_feed_log_wait (sent.log, 1);
    aloqa_test_wait_until (is_black, sent.log);
    run ((const char *const[]){ "xsetroot", "-solid", "white", NULL });
    aloqa_test_wait_until (is_white, sent.log);
    run ((const char *const[]){ "xrandr", "--output", "screen", "--off", "--fb", "320x200", NULL });
    aloqa_test_wait_until (is_smaller, screen);
    g_assert_no_error (end);
    g_assert_finalize_object (screen);
    aloqa_inlet_log_clear (&sent);
  }
  kill_server ();
  start_another_server ();
}

/* All white, and on all sides of its tip. */
static char *
write_pointer (void)
{
  g_autoptr (GString) text = g_string_new ("#define p_width 16\n#define p_height 16\n"
                                           "static char p_bits[] = {\n");
  g_autoptr (GError) error = NULL;
  char *path = NULL;
  const int fd = g_file_open_tmp ("aloqa-pointer-XXXXXX", &path, &error);

  g_assert_no_error (error);
  close (fd);
  for (guint i = 0; i < 16 * 16 / 8; i++)
    g_string_append (text, i == 0 ? "0xff" : ", 0xff");
  g_string_append (text, "};\n");
  g_file_set_contents (path, text->str, -1, &error);
  g_assert_no_error (error);
  return path;
}

static void
test_pointer_is_shown (void)
{
  g_autoptr (GError) end = NULL;
  g_autofree char *path = write_pointer ();
  AloqaInletLog sent;
  AloqaScreen *screen;

  run ((const char *const[]){ "xsetroot", "-solid", "black", "-cursor", path, path, "-fg", "white",
                              "-bg", "white", NULL });
  g_assert_cmpint (unlink (path), ==, 0);
  screen = share (&sent, &end);
  aloqa_feed_log_wait (sent.log, 1);
  aloqa_test_wait_until (has_white_pointer, sent.log);
  g_assert_finalize_object (screen);
  aloqa_inlet_log_clear (&sent);
}

static void
test_server_that_dies_on_hold_is_told (void)
{
  g_autoptr (GError) end = NULL;
  AloqaInletLog sent;
  AloqaScreen *screen = share (&sent, &end);

  aloqa_feed_log_wait (sent.log, 1);
  aloqa_screen_set_inlet (screen, NULL);
  kill_server ();
  aloqa_test_wait_until (is_set, &end);
  g_assert_error (end, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_GONE);
  g_assert_finalize_object (screen);
  aloqa_inlet_log_clear (&sent);
  start_another_server ();
}

typedef struct {
  AloqaX11Screen *screen;
  GstSample *sample; /* the last one */
} Take;

static GstMemory *
get_memory (GstSample *sample)
{
  return gst_buffer_peek_memory (gst_sample_get_buffer (sample), 0);
}

static gboolean
take_the_same (gpointer user_data)
{
  Take *take = user_data;
  g_autoptr (GstSample) before = g_steal_pointer (&take->sample);
  g_autoptr (GError) error = NULL;

  aloqa_x11_screen_take (take->screen, &take->sample, &error);
  g_assert_no_error (error);
  return before != NULL && get_memory (take->sample) == get_memory (before);
}

static gboolean
take_another (gpointer user_data)
{
  return !take_the_same (user_data);
}

static void
test_only_what_changes_is_read (void)
{
  static const char *const paint_green[] = { "xsetroot", "-solid", "#10a040", NULL };
  g_autoptr (GError) error = NULL;
  Take take = { aloqa_x11_screen_open (&error), NULL };

  g_assert_no_error (error);
  aloqa_test_wait_until (take_the_same, &take);
  run (paint_green);
  aloqa_test_wait_until (take_another, &take);
  aloqa_test_wait_until (take_the_same, &take);
  gst_sample_unref (take.sample);
  aloqa_x11_screen_close (take.screen);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  int result;

  aloqa_test_init (&argc, &argv);
  if (!start_server (USUAL_SIZE, NOT_NEEDED, &error)) {
    g_print ("1..0 # SKIP %s\n", error->message);
    return 77;
  }
  aloqa_media_init (NULL);
  g_test_add_func ("/media/screen-x11/server-that-hangs-is-told", test_server_that_hangs_is_told);
  g_test_add_func ("/media/screen-x11/server-that-hangs-holds-nobody-up",
                   test_server_that_hangs_holds_nobody_up);
  g_test_add_func ("/media/screen-x11/server-that-dies-is-told", test_server_that_dies_is_told);
  g_test_add_func ("/media/screen-x11/server-that-dies-before-the-first-picture-is-told",
                   test_server_that_dies_before_the_first_picture_is_told);
  g_test_add_func ("/media/screen-x11/server-that-is-not-there-is-told",
                   test_server_that_is_not_there_is_told);
  g_test_add_func ("/media/screen-x11/server-may-die-while-a-share-ends",
                   test_server_may_die_while_a_share_ends);
  g_test_add_func ("/media/screen-x11/server-that-dies-on-hold-is-told",
                   test_server_that_dies_on_hold_is_told);
  g_test_add_func ("/media/screen-x11/every-server-is-shown", test_every_server_is_shown);
  g_test_add_func ("/media/screen-x11/pointer-is-shown", test_pointer_is_shown);
  g_test_add_func ("/media/screen-x11/only-what-changes-is-read", test_only_what_changes_is_read);
  result = aloqa_test_run_media ();
  kill_server ();
  return result;
}
