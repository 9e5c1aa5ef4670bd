/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/desktop-session.h"

#include "support/support.h"

#include <ftw.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/prctl.h>

struct _AloqaTestSession {
  char *folder;
  GPtrArray *processes;    /* of GSubprocess, in the order of their start */
  GSubprocess *daemons[3]; /* among them: PipeWire's */
};

static const char *const daemons[] = { "dbus-daemon",    "pipewire",    "wireplumber",
                                       "pipewire-pulse", "pw-cli",      "pw-dump",
                                       "pw-link",        "pw-loopback", "pw-metadata" };

/* In the child, before exec: it must not outlive a test that crashed. */
static void
die_with_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static void
set_folder (AloqaTestSession *self, const char *variable, const char *name)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);

  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  g_setenv (variable, path, TRUE);
}

static void
forget_desktop (void)
{
  static const char *const variables[] = { "DISPLAY",         "WAYLAND_DISPLAY",
                                           "PULSE_SERVER",    "PULSE_RUNTIME_PATH",
                                           "PIPEWIRE_REMOTE", "PIPEWIRE_RUNTIME_DIR" };

  for (gsize i = 0; i < G_N_ELEMENTS (variables); i++)
    g_unsetenv (variables[i]);
}

static gboolean
file_exists (gpointer path)
{
  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
wait_for_socket (AloqaTestSession *self, const char *name)
{
  g_autofree char *path = g_build_filename (self->folder, "run", name, NULL);

  aloqa_test_wait_until (file_exists, path);
}

static gboolean
has_session_manager (gpointer user_data)
{
  const char *const argv[] = { "pw-cli", "ls", "Client", NULL };
  g_autofree char *clients = aloqa_test_session_ask (user_data, argv);

  return strstr (clients, "WirePlumber [export]") != NULL ||
         strstr (clients, "WirePlumber") != NULL;
}

static gboolean
has_no_session_manager (gpointer user_data)
{
  return !has_session_manager (user_data);
}

/* Returns: (transfer full) (nullable): why it cannot be run here */
static char *
find_obstacle (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (daemons); i++) {
    g_autofree char *path = g_find_program_in_path (daemons[i]);

    if (path == NULL)
      return g_strdup_printf ("%s is not installed", daemons[i]);
  }

  return NULL;
}

/* The machine's own devices stay out, in the words of WirePlumber 0.4 and of 0.5. */
static const struct {
  const char *folder, *file, *text;
} configs[] = {
  { "main.lua.d", "51-no-hardware.lua",
    "alsa_monitor.enabled = false\nv4l2_monitor.enabled = false\n"
    "libcamera_monitor.enabled = false\n" },
  { "bluetooth.lua.d", "51-no-hardware.lua", "bluez_monitor.enabled = false\n" },
  { "wireplumber.conf.d", "51-no-hardware.conf",
    "wireplumber.profiles = { main = { monitor.alsa = disabled, monitor.v4l2 = disabled, "
    "monitor.libcamera = disabled, monitor.bluez = disabled } }\n" },
};

static void
write_configs (AloqaTestSession *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (configs); i++) {
    g_autofree char *folder =
        g_build_filename (self->folder, "config", "wireplumber", configs[i].folder, NULL);
    g_autofree char *path = g_build_filename (folder, configs[i].file, NULL);

    g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
    g_assert_true (g_file_set_contents (path, configs[i].text, -1, NULL));
  }
}

static void
start_bus (AloqaTestSession *self)
{
  g_autofree char *bus = g_strdup_printf ("unix:path=%s/run/bus", self->folder);
  g_autofree char *address = g_strconcat ("--address=", bus, NULL);

  aloqa_test_session_spawn (self, (const char *const[]){ "dbus-daemon", "--session", "--nofork",
                                                         "--nopidfile", address, NULL });
  wait_for_socket (self, "bus");
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", bus, TRUE);
}

/**
 * aloqa_test_session_start:
 * @reason: (out): why it cannot be had here
 *
 * To be called before anything connects to a daemon: changes the environment of the program.
 *
 * Returns: (transfer full) (nullable): the session
 */
AloqaTestSession *
aloqa_test_session_start (char **reason)
{
  AloqaTestSession *self;

  *reason = find_obstacle ();
  if (*reason != NULL)
    return NULL;

  self = g_new0 (AloqaTestSession, 1);
  self->processes = g_ptr_array_new_with_free_func (g_object_unref);
  self->folder = g_dir_make_tmp ("aloqa-session-XXXXXX", NULL);
  forget_desktop ();
  set_folder (self, "XDG_RUNTIME_DIR", "run");
  set_folder (self, "HOME", "home");
  set_folder (self, "XDG_CONFIG_HOME", "config");
  set_folder (self, "XDG_STATE_HOME", "state");
  write_configs (self);
  start_bus (self);
  aloqa_test_session_start_daemons (self);

  return self;
}

/* PipeWire, its session manager and its Pulse server; the devices that were added are gone. */
void
aloqa_test_session_start_daemons (AloqaTestSession *self)
{
  self->daemons[0] = aloqa_test_session_spawn (self, (const char *const[]){ "pipewire", NULL });
  wait_for_socket (self, "pipewire-0");
  self->daemons[1] = aloqa_test_session_spawn (self, (const char *const[]){ "wireplumber", NULL });
  self->daemons[2] =
      aloqa_test_session_spawn (self, (const char *const[]){ "pipewire-pulse", NULL });
  wait_for_socket (self, "pulse/native");
  aloqa_test_wait_until (has_session_manager, self);
}

/* The session manager alone, as its upgrade does: PipeWire and its devices stay. */
void
aloqa_test_session_restart_manager (AloqaTestSession *self)
{
  g_subprocess_force_exit (self->daemons[1]);
  aloqa_test_session_end (self, self->daemons[1]);
  aloqa_test_wait_until (has_no_session_manager, self);
  self->daemons[1] = aloqa_test_session_spawn (self, (const char *const[]){ "wireplumber", NULL });
  aloqa_test_wait_until (has_session_manager, self);
}

/* As if they had crashed all at once. */
void
aloqa_test_session_stop_daemons (AloqaTestSession *self)
{
  g_autofree char *pipewire = g_build_filename (self->folder, "run", "pipewire-0", NULL);
  g_autofree char *pulse = g_build_filename (self->folder, "run", "pulse", "native", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (self->daemons); i++)
    g_subprocess_force_exit (self->daemons[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (self->daemons); i++)
    aloqa_test_session_end (self, self->daemons[i]);
  g_remove (pipewire);
  g_remove (pulse);
}

static int
remove_entry (const char *path, const struct stat *info, int type, struct FTW *ftw)
{
  return g_remove (path);
}

void
aloqa_test_session_stop (AloqaTestSession *self)
{
  while (self->processes->len > 0)
    aloqa_test_session_end (self, self->processes->pdata[self->processes->len - 1]);
  nftw (self->folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
  g_ptr_array_unref (self->processes);
  g_free (self->folder);
  g_free (self);
}

/**
 * aloqa_test_session_spawn:
 *
 * Returns: (transfer none): a process inside the session, ended with it
 */
GSubprocess *
aloqa_test_session_spawn (AloqaTestSession *self, const char *const *argv)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE |
                                 (g_test_verbose () ? 0 : G_SUBPROCESS_FLAGS_STDERR_SILENCE));
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  g_ptr_array_add (self->processes, process);

  return process;
}

/* Ends a process that was spawned, and waits for it. */
void
aloqa_test_session_end (AloqaTestSession *self, GSubprocess *process)
{
  g_subprocess_send_signal (process, SIGTERM);
  g_subprocess_wait (process, NULL, NULL);
  g_ptr_array_remove (self->processes, process);
}

/**
 * aloqa_test_session_ask:
 *
 * Returns: (transfer full): what a short-lived program says
 */
char *
aloqa_test_session_ask (AloqaTestSession *self, const char *const *argv)
{
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  char *output = NULL;

  process = g_subprocess_newv (
      argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, &error);
  g_assert_no_error (error);

  return output;
}

/**
 * aloqa_test_hide_daemons:
 *
 * Makes the program believe that no sound server and no PipeWire run.
 */
void
aloqa_test_hide_daemons (void)
{
  forget_desktop ();
  g_setenv ("XDG_RUNTIME_DIR", "/invalid", TRUE);
  g_setenv ("PULSE_SERVER", "unix:/invalid/pulse", TRUE);
  g_setenv ("PULSE_RUNTIME_PATH", "/invalid", TRUE);
  g_unsetenv ("DBUS_SESSION_BUS_ADDRESS");
}
