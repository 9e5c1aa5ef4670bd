/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/screen-rig.h"

#include "media/media.h"
#include "media/picture.h"
#include "support/media-run.h"
#include "support/support.h"

static AloqaTestSession *session;

/* Runs the tests that @add_tests adds; skips all where there is no PipeWire. */
int
aloqa_screen_rig_main (int argc, char **argv, void (*add_tests) (void))
{
  g_autofree char *reason = NULL;
  int result;

  aloqa_test_init (&argc, &argv);
  session = aloqa_test_session_start (&reason);
  if (session == NULL) {
    g_print ("1..0 # SKIP %s\n", reason);
    return 77;
  }

  aloqa_media_init (NULL);
  add_tests ();
  result = aloqa_test_run_media ();
  aloqa_test_session_stop (session);
  return result;
}

AloqaTestSession *
aloqa_screen_rig_get_session (void)
{
  return session;
}

/* @words: (nullable): more for the node; a still one it is */
void
aloqa_screen_rig_set_up (AloqaScreenRig *rig, gconstpointer words)
{
  g_autofree char *command = g_strjoin (" ", VIRTUAL_SCREEN, "still", words, NULL);
  g_auto (GStrv) arguments = g_strsplit (command, " ", -1);
  g_autoptr (GError) error = NULL;

  aloqa_inlet_log_init (&rig->sent);
  rig->node =
      g_subprocess_newv ((const char *const *) arguments,
                         G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  g_assert_no_error (error);
  rig->said = g_data_input_stream_new (g_subprocess_get_stdout_pipe (rig->node));
}

void
aloqa_screen_rig_tear_down (AloqaScreenRig *rig, gconstpointer words)
{
  if (rig->screen != NULL)
    g_assert_finalize_object (g_steal_pointer (&rig->screen));
  g_subprocess_force_exit (rig->node);
  g_subprocess_wait (rig->node, NULL, NULL);
  g_clear_object (&rig->said);
  g_object_unref (rig->node);
  aloqa_inlet_log_clear (&rig->sent);
  g_clear_error (&rig->end);
}

/* Returns: (transfer full): what the node says next that begins with @word, behind it */
char *
aloqa_screen_rig_read_word (AloqaScreenRig *rig, const char *word)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;

  do {
    g_free (line);
    line = g_data_input_stream_read_line (rig->said, NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_nonnull (line);
  } while (!g_str_has_prefix (line, word));

  return g_strdup (line + strlen (word) + 1);
}

guint32
aloqa_screen_rig_read_node_id (AloqaScreenRig *rig)
{
  g_autofree char *number = aloqa_screen_rig_read_word (rig, "node");

  return (guint32) g_ascii_strtoull (number, NULL, 10);
}

void
aloqa_screen_rig_tell (AloqaScreenRig *rig, const char *lines)
{
  g_autoptr (GError) error = NULL;

  g_output_stream_write_all (g_subprocess_get_stdin_pipe (rig->node), lines, strlen (lines), NULL,
                             NULL, &error);
  g_assert_no_error (error);
}

static void
ended_cb (AloqaScreen *screen, const GError *error, AloqaScreenRig *rig)
{
  rig->end = g_error_copy (error);
}

void
aloqa_screen_rig_open (AloqaScreenRig *rig)
{
  g_autoptr (GError) error = NULL;

  rig->screen = aloqa_screen_new_for_node (-1, aloqa_screen_rig_read_node_id (rig), 30, &error);
  g_assert_no_error (error);
  g_signal_connect (rig->screen, "ended", G_CALLBACK (ended_cb), rig);
}

/* Opens the screen, and begins to look at it. */
void
aloqa_screen_rig_look (AloqaScreenRig *rig)
{
  aloqa_screen_rig_open (rig);
  aloqa_screen_set_inlet (rig->screen, rig->sent.inlet);
}

/* Returns: (transfer full): what was sent last, of at least one */
GstSample *
aloqa_screen_rig_dup_newest (AloqaScreenRig *rig)
{
  return aloqa_feed_log_dup_sample (rig->sent.log, aloqa_feed_log_get_n (rig->sent.log) - 1);
}

static gboolean
is_part_seen (gpointer rig)
{
  g_autoptr (GstSample) sample = aloqa_screen_rig_dup_newest (rig);
  GstVideoInfo info;

  g_assert_true (gst_video_info_from_caps (&info, gst_sample_get_caps (sample)));
  return info.width == 320 && info.height == 200;
}

/* The one picture, and the one after that: neither may wait for what comes later. */
void
aloqa_screen_rig_assert_each_is_seen (AloqaScreenRig *rig)
{
  g_autoptr (GstSample) sample = NULL;

  aloqa_feed_log_wait (rig->sent.log, 1);
  sample = aloqa_feed_log_dup_sample (rig->sent.log, 0);
  aloqa_picture_assert_size (sample, 800, 600);

  aloqa_screen_rig_tell (rig, "crop 100 50 320 200\nchange\n");
  aloqa_test_wait_until (is_part_seen, rig);
}
