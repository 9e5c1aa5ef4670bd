/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/demo.h"

#include "support/support.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct {
  AloqaDemo *demo;
  gboolean is_over; /* starting it */
  char *url;
  GError *error;
} Fixture;

static void
started_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *f = user_data;

  f->url = aloqa_demo_start_finish (ALOQA_DEMO (source), result, &f->error);
  f->is_over = TRUE;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->demo = aloqa_demo_new ();
  aloqa_demo_start_async (f->demo, started_cb, f);
}

static gboolean
is_over (gpointer user_data)
{
  return ((Fixture *) user_data)->is_over;
}

/* Whether a process is a child of this one, and not ended: "PID (NAME) STATE PARENT …" */
static gboolean
is_running_child (const char *pid)
{
  g_autofree char *path = g_build_filename ("/proc", pid, "stat", NULL), *text = NULL;
  const char *after_name;
  char state;
  int parent;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return FALSE;
  after_name = strrchr (text, ')');
  return after_name != NULL && sscanf (after_name, ") %c %d", &state, &parent) == 2 &&
         state != 'Z' && parent == getpid ();
}

static guint
count_children (void)
{
  g_autoptr (GDir) folder = g_dir_open ("/proc", 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (folder)) != NULL)
    n += g_ascii_isdigit (*name) && is_running_child (name);
  return n;
}

static gboolean
has_no_children (gpointer user_data)
{
  return count_children () == 0;
}

/* What reads the programs' lines holds it until it is told to stop. */
static void
tear_down (Fixture *f, gconstpointer data)
{
  aloqa_test_wait_until (has_no_children, NULL);
  aloqa_test_drain ();
  g_assert_finalize_object (f->demo);
  g_free (f->url);
  g_clear_error (&f->error);
}

static void
test_its_programs_end_when_it_is_stopped (Fixture *f, gconstpointer data)
{
  aloqa_test_wait_until (is_over, f);
  g_assert_no_error (f->error);
  g_assert_nonnull (f->url);
  g_assert_cmpuint (count_children (), ==, 2);
  aloqa_demo_stop (f->demo);
}

static void
test_stopped_before_it_is_ready_it_is_not_started (Fixture *f, gconstpointer data)
{
  g_assert_cmpuint (count_children (), ==, 1);
  aloqa_demo_stop (f->demo);
  aloqa_test_wait_until (is_over, f);
  g_assert_error (f->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (f->url);
}

#define ADD(name, func) g_test_add ("/ui/demo/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  ADD ("its-programs-end-when-it-is-stopped", test_its_programs_end_when_it_is_stopped);
  ADD ("stopped-before-it-is-ready-it-is-not-started",
       test_stopped_before_it_is_ready_it_is_not_started);
  return g_test_run ();
}
