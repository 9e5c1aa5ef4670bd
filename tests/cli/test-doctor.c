/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/desktop-session.h"
#include "support/support.h"

#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>

/* The two programs themselves, in real time, on a machine that has no sound. */
typedef struct {
  GSubprocess *server;
  GDataInputStream *server_output;
  char *url;

  char *output; /* of the client's last run */
  char *errors;
  int status;
} Fixture;

#define NO_DEVICES "--video-source=none", "--audio-source=none", "--audio-sink=null"

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autofree char *line = NULL;
  g_autoptr (GError) error = NULL;

  self->server =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error,
                        ALOQA_TEST_SERVER, "--demo", "--die-with-parent", "--port", "0", NULL);
  g_assert_no_error (error);
  self->server_output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->server));
  do {
    g_free (line);
    line = g_data_input_stream_read_line (self->server_output, NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_nonnull (line);
  } while (!g_str_has_prefix (line, "listening on "));
  self->url = g_strdup (line + strlen ("listening on "));
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_subprocess_send_signal (self->server, SIGTERM);
  g_subprocess_wait (self->server, NULL, NULL);
  g_object_unref (self->server_output);
  g_object_unref (self->server);
  g_free (self->url);
  g_free (self->output);
  g_free (self->errors);
}

/* @arguments: what follows "aloqa-cli", up to a %NULL */
static void
run (Fixture *self, const char *password, ...)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GSubprocess) client = NULL;
  g_autoptr (GError) error = NULL;
  va_list arguments;
  const char *word;

  g_ptr_array_add (words, (gpointer) ALOQA_TEST_CLI);
  va_start (arguments, password);
  while ((word = va_arg (arguments, const char *)) != NULL)
    g_ptr_array_add (words, (gpointer) word);
  va_end (arguments);
  g_ptr_array_add (words, NULL);

  g_subprocess_launcher_setenv (launcher, "ALOQA_PASSWORD", password, TRUE);
  client = g_subprocess_launcher_spawnv (launcher, (const char *const *) words->pdata, &error);
  g_assert_no_error (error);
  g_clear_pointer (&self->output, g_free);
  g_clear_pointer (&self->errors, g_free);
  g_subprocess_communicate_utf8 (client, NULL, NULL, &self->output, &self->errors, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (client));
  self->status = g_subprocess_get_exit_status (client);
}

static JsonObject *
parse_line (const char *line)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;

  json_parser_load_from_data (parser, line, -1, &error);
  g_assert_no_error (error);
  return json_object_ref (json_node_get_object (json_parser_get_root (parser)));
}

/* @wanted: such as "server=ok sign-in=failed", all checks in order */
static void
assert_checks (Fixture *self, const char *wanted)
{
  g_auto (GStrv) lines = g_strsplit (g_strchomp (self->output), "\n", -1);
  g_autoptr (GString) found = g_string_new (NULL);

  for (gsize i = 0; lines[i] != NULL; i++) {
    g_autoptr (JsonObject) event = parse_line (lines[i]);
    const char *state;

    if (!g_str_equal (json_object_get_string_member (event, "event"), "check"))
      continue;
    state = json_object_get_string_member (event, "state");
    g_assert_cmpint (json_object_get_boolean_member (event, "ok"), ==,
                     g_str_equal (state, "ok") || g_str_equal (state, "not-applicable"));
    g_assert_nonnull (json_object_get_string_member (event, "finding"));
    g_assert_true (json_object_has_member (event, "remedy"));
    if (g_str_equal (state, "failed"))
      g_assert_nonnull (json_object_get_string_member (event, "remedy"));
    g_string_append_printf (found, "%s%s=%s", found->len > 0 ? " " : "",
                            json_object_get_string_member (event, "check"), state);
  }
  g_assert_cmpstr (found->str, ==, wanted);
}

static void
test_healthy (Fixture *self, gconstpointer data)
{
  run (self, "demo", "--server", self->url, "--user", "ali", "--json", NO_DEVICES, "doctor", NULL);
  assert_checks (self, "server=ok sign-in=ok websocket=ok ice=not-applicable "
                       "camera=not-applicable microphone=not-applicable speaker=not-applicable "
                       "portal=not-applicable codecs=ok");
  g_assert_cmpint (self->status, ==, 0);
  g_assert_cmpstr (self->errors, ==, "");
}

static void
test_failure (Fixture *self, gconstpointer data)
{
  run (self, "wrong", "--server", self->url, "--user", "ali", "--json", NO_DEVICES, "--ice-server",
       "stun:127.0.0.1:1", "doctor", NULL);
  assert_checks (self, "server=ok sign-in=failed websocket=skipped ice=failed "
                       "camera=not-applicable microphone=not-applicable speaker=not-applicable "
                       "portal=not-applicable codecs=ok");
  g_assert_cmpint (self->status, ==, 1);
  g_assert_null (strstr (self->output, "wrong"));
}

/* Without options the devices are looked at, whatever cameras this machine has. */
static void
test_no_sound (Fixture *self, gconstpointer data)
{
  run (self, "demo", "--server", self->url, "--user", "ali", "--video-source=none", "doctor", NULL);
  g_assert_nonnull (strstr (self->output, "Microphone            FAILED   There is no microphone.\n"
                                          "                               "));
  g_assert_nonnull (strstr (self->output, "Speaker               FAILED   There is no speaker.\n"));
  g_assert_nonnull (strstr (self->output, "\n2 checks have failed.\n"));
  g_assert_cmpint (self->status, ==, 1);
}

static void
test_people (Fixture *self, gconstpointer data)
{
  run (self, "demo", "--server", self->url, "--user", "ali", NO_DEVICES, "doctor", NULL);
  g_assert_true (g_str_has_prefix (self->output, "Server                ok       http://"));
  g_assert_true (g_str_has_suffix (self->output, "\nEverything that was checked is in order.\n"));
  g_assert_cmpint (self->status, ==, 0);
}

static void
test_options (Fixture *self, gconstpointer data)
{
  run (self, "demo", "--user", "ali", "doctor", NULL);
  g_assert_nonnull (strstr (self->errors, "--server"));
  g_assert_cmpint (self->status, ==, 2);

  run (self, "", "--server", self->url, "--user", "ali", "doctor", NULL);
  g_assert_nonnull (strstr (self->errors, "password"));
  g_assert_cmpint (self->status, ==, 3);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  aloqa_test_hide_daemons ();
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/invalid/bus", TRUE);
  g_unsetenv ("API_BASE");
  g_unsetenv ("ALOQA_TOKEN");
  g_unsetenv ("ALOQA_ICE_SERVERS");

  ADD ("/cli/doctor/healthy-exits-0", test_healthy);
  ADD ("/cli/doctor/failure-exits-1", test_failure);
  ADD ("/cli/doctor/devices-are-looked-at-unless-told-otherwise", test_no_sound);
  ADD ("/cli/doctor/people-get-sentences", test_people);
  ADD ("/cli/doctor/what-is-missing-is-told", test_options);

  return g_test_run ();
}
