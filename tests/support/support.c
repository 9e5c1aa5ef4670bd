/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/support.h"

#include <string.h>

/* Generous, for a busy machine under a sanitizer; a condition that holds ends the wait at once. */
#define WAIT_LIMIT_S 30

/*
 * rtpsession of GStreamer 1.22 unlocks its table of sources while it walks it (for the NACKs that are
 * left to send); where the first retransmission arrives just then, GLib says so and ends the walk.
 */
static gboolean
is_known (const char *log_domain, const char *message)
{
  return g_strcmp0 (log_domain, "GLib") == 0 && message != NULL &&
         strstr (message, "version == hash_table->version") != NULL;
}

static gboolean
is_fatal (const char *log_domain, GLogLevelFlags level, const char *message)
{
  if ((level & G_LOG_LEVEL_CRITICAL) != 0)
    return !is_known (log_domain, message);
  return (level & G_LOG_LEVEL_WARNING) != 0 && log_domain != NULL &&
         g_str_has_prefix (log_domain, "aloqa");
}

static void
log_and_judge (const char *log_domain, GLogLevelFlags level, const char *message,
               gpointer user_data)
{
  g_log_default_handler (log_domain, level, message, NULL);
  if (is_fatal (log_domain, level, message))
    G_BREAKPOINT ();
}

/**
 * aloqa_test_init:
 *
 * g_test_init() with what holds for every test: criticals and our own folders' warnings are fatal,
 * other libraries' warnings are not. (GLib's own means do not: g_test_log_set_fatal_handler() holds
 * for one test only.)
 */
void
aloqa_test_init (int *argc, char ***argv)
{
  g_test_init (argc, argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR);
  g_log_set_default_handler (log_and_judge, NULL);
}

/**
 * aloqa_test_read_fixture:
 * @relative_path: below tests/fixtures
 * @length: (out) (optional): its size in bytes
 *
 * Returns: (transfer full): the file, with a NUL behind it; the test ends where there is none
 */
char *
aloqa_test_read_fixture (const char *relative_path, gsize *length)
{
  g_autofree char *path = g_build_filename (ALOQA_TEST_FIXTURES, relative_path, NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, length, &error);
  g_assert_no_error (error);
  return text;
}

static void
fail_late (gpointer user_data)
{
  g_error ("a condition did not come true within %d s", WAIT_LIMIT_S);
}

/* Wakes the loop for conditions that another thread makes true. */
static gboolean
keep_ticking (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/**
 * aloqa_test_wait_until:
 *
 * Runs the default main context until @condition holds; the test ends when it does not in time.
 */
void
aloqa_test_wait_until (AloqaTestCondition condition, gpointer user_data)
{
  guint limit = g_timeout_add_once (WAIT_LIMIT_S * 1000, fail_late, NULL);
  guint tick = g_timeout_add (5, keep_ticking, NULL);

  while (!condition (user_data))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (tick);
  g_source_remove (limit);
}

/* Runs what is ready in the default main context. */
void
aloqa_test_drain (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}
