/* SPDX-License-Identifier: GPL-3.0-or-later */

/* All of the screen of an X server of the test's own. */
#include "media/inlet-log.h"
#include "media/media.h"
#include "media/picture.h"
#include "media/retiring.h"
#include "media/screen.h"

#include "support/media-run.h"
#include "support/support.h"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

static GSubprocess *server;

/* Even where it is stopped. */
static void
die_with_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

/* Returns: whether there is one, which DISPLAY leads to then */
static gboolean
start_server (GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autofree char *name = NULL;
  char number[16] = "";
  int fds[2];

  g_assert_cmpint (pipe (fds), ==, 0);
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  g_subprocess_launcher_take_fd (launcher, fds[1], 3);
  server = g_subprocess_launcher_spawn (launcher, error, "Xvfb", "-displayfd", "3", "-screen", "0",
                                        "640x400x24", "-nolisten", "tcp", NULL);
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
  g_autoptr (GError) error = NULL;
  AloqaScreen *screen = aloqa_screen_new_for_x11 (15, &error);
  g_autoptr (GstSample) sample = NULL;
  AloqaInletLog sent;

  g_assert_no_error (error);
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
  g_autoptr (GError) error = NULL;
  AloqaScreen *screen = aloqa_screen_new_for_x11 (15, &error);
  AloqaInletLog sent;

  g_assert_no_error (error);
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

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  int result;

  aloqa_test_init (&argc, &argv);
  if (!start_server (&error)) {
    g_print ("1..0 # SKIP %s\n", error->message);
    return 77;
  }
  aloqa_media_init (NULL);
  g_test_add_func ("/media/screen-x11/server-that-hangs-is-told", test_server_that_hangs_is_told);
  g_test_add_func ("/media/screen-x11/server-that-hangs-holds-nobody-up",
                   test_server_that_hangs_holds_nobody_up);
  result = aloqa_test_run_media ();
  g_subprocess_force_exit (server);
  g_subprocess_wait (server, NULL, NULL);
  g_object_unref (server);
  return result;
}
