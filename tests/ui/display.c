/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/display.h"

#include "support/support.h"
#include "ui/programs.h"
#include "ui/video-renderer.h"

#include <adwaita.h>
#include <unistd.h>

static char *
read_line (int fd)
{
  g_autoptr (GString) line = g_string_new (NULL);
  char c;

  while (read (fd, &c, 1) == 1 && c != '\n')
    g_string_append_c (line, c);
  return g_string_free (g_steal_pointer (&line), FALSE);
}

/* Full screen is the window manager's doing; where it is not installed that cannot be tested. */
static void
start_window_manager (GSubprocess *display)
{
  g_autoptr (GSubprocessLauncher) launcher =
      programs_new_launcher (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autofree char *program = g_find_program_in_path ("openbox");
  g_autofree char *line = NULL;

  if (program != NULL)
    g_object_set_data_full (
        G_OBJECT (display), "window-manager",
        programs_spawn (
            launcher,
            (const char *const[]){ program, "--sm-disable", "--startup", "echo ready", NULL },
            "ready", &line),
        g_object_unref);
}

/* To be called before GTK is initialized: DISPLAY leads to the display then. */
GSubprocess *
display_start (char **reason)
{
  g_autoptr (GSubprocessLauncher) launcher =
      programs_new_launcher (G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) display = NULL;
  g_autofree char *number = NULL, *name = NULL;
  int fds[2];

  g_assert_cmpint (pipe (fds), ==, 0);
  g_subprocess_launcher_take_fd (launcher, fds[1], 3);
  display = g_subprocess_launcher_spawn (launcher, &error, "Xvfb", "-displayfd", "3", "-screen",
                                         "0", "1400x1000x24", "-nolisten", "tcp", NULL);
  g_clear_object (&launcher); /* our end of the pipe with it */
  if (display == NULL) {
    *reason = g_strdup (error->message);
    close (fds[0]);
    return NULL;
  }

  number = read_line (fds[0]);
  close (fds[0]);
  name = g_strconcat (":", number, NULL);
  g_setenv ("DISPLAY", name, TRUE);
  aloqa_video_renderer_choose ();
  g_setenv ("GDK_BACKEND", "x11", TRUE);
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_setenv ("GTK_A11Y", "test", TRUE); /* names can be asked for, and no bus is needed */
  g_setenv ("ADW_DISABLE_PORTAL", "1", TRUE);
  start_window_manager (display);
  return g_steal_pointer (&display);
}

gboolean
display_has_window_manager (GSubprocess *display)
{
  return g_object_get_data (G_OBJECT (display), "window-manager") != NULL;
}

/* Generated; named here, as a linker leaves the resources of a static library out. */
GResource *aloqa_ui_get_resource (void);

/* Does what an application does by itself. ALOQA_TEST_DARK asks for the dark style. */
void
display_init_toolkit (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  adw_init ();
  g_resources_register (aloqa_ui_get_resource ());
  gtk_css_provider_load_from_resource (provider, "/io/github/aloqa/Aloqa/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (),
                                              GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  if (g_getenv ("ALOQA_TEST_DARK") != NULL)
    adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                        ADW_COLOR_SCHEME_FORCE_DARK);
}

int
display_run_tests (int argc, char **argv, void (*add_tests) (void))
{
  g_autofree char *reason = NULL;
  g_autoptr (GSubprocess) display = display_start (&reason);
  int status;

  aloqa_test_init (&argc, &argv);
  if (display == NULL) {
    g_print ("1..0 # SKIP no display: %s\n", reason);
    return 0;
  }
  display_init_toolkit ();
  add_tests ();
  status = g_test_run ();
  g_subprocess_force_exit (display);
  return status;
}
