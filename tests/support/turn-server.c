/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/turn-server.h"

#include "support/support.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

/* Its ports are chosen free, and may be taken before it has them. */
#define MAX_TRIES 5

static const char program[] = "turnserver";

gboolean
aloqa_turn_server_is_installed (void)
{
  g_autofree char *path = g_find_program_in_path (program);

  return path != NULL;
}

static guint
find_free_port (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (GError) error = NULL;
  guint port = g_socket_listener_add_any_inet_port (listener, NULL, &error);

  g_assert_no_error (error);
  g_socket_listener_close (listener);
  return port;
}

static char *
build_path (AloqaTurnServer *self, const char *name)
{
  return g_build_filename (self->folder, name, NULL);
}

static void
write_pem (AloqaTurnServer *self, GTlsCertificate *certificate, const char *property)
{
  g_autofree char *path = build_path (self, property), *text = NULL;
  g_autoptr (GError) error = NULL;

  g_object_get (certificate, property, &text, NULL);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static void add_argument (GPtrArray *arguments, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
add_argument (GPtrArray *arguments, const char *format, ...)
{
  va_list values;

  va_start (values, format);
  g_ptr_array_add (arguments, g_strdup_vprintf (format, values));
  va_end (values);
}

static GPtrArray *
make_arguments (AloqaTurnServer *self, gboolean is_secure, const char *option)
{
  GPtrArray *arguments = g_ptr_array_new_with_free_func (g_free);

  add_argument (arguments, "%s", program);
  add_argument (arguments, "-n");
  add_argument (arguments, "--verbose");
  add_argument (arguments, "--listening-ip=127.0.0.1");
  add_argument (arguments, "--relay-ip=127.0.0.1");
  add_argument (arguments, "--listening-port=%u", self->port);
  add_argument (arguments, "--tls-listening-port=%u", self->tls_port);
  if (is_secure) {
    add_argument (arguments, "--cert=%s/certificate-pem", self->folder);
    add_argument (arguments, "--pkey=%s/private-key-pem", self->folder);
  } else {
    add_argument (arguments, "--no-tls");
  }
  add_argument (arguments, "--no-dtls");
  add_argument (arguments, "--no-cli");
  add_argument (arguments, "--lt-cred-mech");
  add_argument (arguments, "--realm=aloqa.test");
  add_argument (arguments, "--user=ali:secret");
  add_argument (arguments, "--userdb=%s/users", self->folder);
  add_argument (arguments, "--pidfile=%s/pid", self->folder);
  add_argument (arguments, "--log-file=%s/log", self->folder);
  add_argument (arguments, "--simple-log");
  if (option != NULL)
    add_argument (arguments, "%s", option);
  g_ptr_array_add (arguments, NULL);
  return arguments;
}

/* In the child, before exec: it must not outlive a test that crashed. */
static void
die_with_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static void
spawn (AloqaTurnServer *self, gboolean is_secure, const char *option)
{
  g_autoptr (GPtrArray) arguments = make_arguments (self, is_secure, option);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  self->process =
      g_subprocess_launcher_spawnv (launcher, (const char *const *) arguments->pdata, &error);
  g_assert_no_error (error);
}

static void
end_process (AloqaTurnServer *self)
{
  g_subprocess_send_signal (self->process, SIGTERM);
  g_subprocess_wait (self->process, NULL, NULL);
  g_clear_object (&self->process);
}

/**
 * aloqa_turn_server_read_log:
 *
 * Returns: (transfer full): what it has logged so far
 */
char *
aloqa_turn_server_read_log (AloqaTurnServer *self)
{
  g_autofree char *path = build_path (self, "log");
  char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? text : g_strdup ("");
}

/* It says so when every listener is open, and goes on without those that it could not open. */
static gboolean
has_settled (gpointer user_data)
{
  g_autofree char *log = aloqa_turn_server_read_log (user_data);

  return strstr (log, "Total General servers") != NULL;
}

static gboolean
has_all_listeners (AloqaTurnServer *self)
{
  g_autofree char *log = aloqa_turn_server_read_log (self);

  return strstr (log, "annot bind") == NULL && strstr (log, "FATAL") == NULL;
}

static void
remove_file (AloqaTurnServer *self, const char *name)
{
  g_autofree char *path = build_path (self, name);

  g_remove (path);
}

/**
 * aloqa_turn_server_new:
 * @certificate: (nullable): with its key; without one there is no TLS
 * @option: (nullable): one more of turnserver's own
 *
 * Returns: (transfer full): a server that listens
 */
AloqaTurnServer *
aloqa_turn_server_new (GTlsCertificate *certificate, const char *option)
{
  AloqaTurnServer *self = g_new0 (AloqaTurnServer, 1);
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("aloqa-turn-XXXXXX", &error);
  g_assert_no_error (error);
  if (certificate != NULL) {
    write_pem (self, certificate, "certificate-pem");
    write_pem (self, certificate, "private-key-pem");
  }

  for (int i = 0; i < MAX_TRIES; i++) {
    self->port = find_free_port ();
    self->tls_port = find_free_port ();
    spawn (self, certificate != NULL, option);
    aloqa_test_wait_until (has_settled, self);
    if (has_all_listeners (self))
      return self;
    end_process (self);
    remove_file (self, "log");
  }
  g_error ("coturn found no free port");
}

void
aloqa_turn_server_free (AloqaTurnServer *self)
{
  static const char *const names[] = { "certificate-pem", "private-key-pem", "users", "pid",
                                       "log" };

  end_process (self);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    remove_file (self, names[i]);
  g_rmdir (self->folder);
  g_free (self->folder);
  g_free (self);
}
