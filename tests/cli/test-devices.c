/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/support.h"

#include <gio/gio.h>
#include <string.h>

/* What the program itself lists. */
typedef struct {
  char *output, *errors;
} Fixture;

/* @snap: (nullable): a sandbox's name for itself */
static void
list (Fixture *self, const char *snap, const char *option)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GSubprocess) client = NULL;
  g_autoptr (GError) error = NULL;

  if (snap != NULL)
    g_subprocess_launcher_setenv (launcher, "SNAP", snap, TRUE);
  else
    g_subprocess_launcher_unsetenv (launcher, "SNAP");
  client = g_subprocess_launcher_spawn (launcher, &error, ALOQA_TEST_CLI, "devices", option, NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (client, NULL, NULL, &self->output, &self->errors, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (client));
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_free (self->output);
  g_free (self->errors);
}

static void
test_outside_a_sandbox_nothing_is_hidden (Fixture *self, gconstpointer data)
{
  list (self, NULL, NULL);
  g_assert_true (g_str_has_prefix (self->output, "Cameras:\n"));
  g_assert_null (strstr (self->output, "hidden"));
  g_assert_null (strstr (self->errors, "sandbox"));
}

static void
test_a_sandbox_hides_cameras_and_that_is_told (Fixture *self, gconstpointer data)
{
  list (self, "/snap/aloqa/1", NULL);
  g_assert_true (g_str_has_prefix (self->output, "Cameras:\n  hidden\n"));
  g_assert_nonnull (strstr (self->errors, "In a sandbox no camera is listed before"));
  g_assert_nonnull (strstr (self->errors, "--video-source camera asks.\n"));
}

static void
test_programs_get_that_beside_their_lines (Fixture *self, gconstpointer data)
{
  list (self, "/snap/aloqa/1", "--json");
  g_assert_true (g_str_has_prefix (self->output, "{\"event\":\"devices\""));
  g_assert_null (strstr (self->output, "sandbox"));
  g_assert_nonnull (strstr (self->errors, "sandbox"));
}

#define ADD(name, func) g_test_add ("/cli/devices/" name, Fixture, NULL, NULL, func, tear_down)

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  /* Those of the machine are left alone. */
  g_setenv ("PULSE_SERVER", "unix:/invalid", TRUE);
  g_setenv ("PIPEWIRE_RUNTIME_DIR", "/invalid", TRUE);
  g_setenv ("XDG_RUNTIME_DIR", "/invalid", TRUE);
  ADD ("outside-a-sandbox-nothing-is-hidden", test_outside_a_sandbox_nothing_is_hidden);
  ADD ("a-sandbox-hides-cameras-and-that-is-told", test_a_sandbox_hides_cameras_and_that_is_told);
  ADD ("programs-get-that-beside-their-lines", test_programs_get_that_beside_their_lines);
  return g_test_run ();
}
