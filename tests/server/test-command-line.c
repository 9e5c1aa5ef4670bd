/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "program-rig.h"
#include "server/limit-table.h"
#include "support/support.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

static void
test_commands_that_fail_say_why (ProgramRig *rig, gconstpointer data)
{
  static const struct {
    const char *arguments;
    const char *input;
    const char *words;
  } cases[] = {
    { "user add olim", "another\n", "there is a user olim already" },
    { "user add new", "", "at least 4 characters" },
    { "user add new", "abc\n", "at least 4 characters" },
    { "user add new", "\xff\xff\xff\xff\xff\n", "UTF-8" },
    { "user passwd nobody", "another\n", "no such user" },
    { "user disable nobody", NULL, "there is no user nobody" },
  };
  g_autoptr (ProgramOutcome) add = program_run (rig, "user add olim", rig->database, "secret\n");

  g_assert_cmpint (add->status, ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (ProgramOutcome) outcome =
        program_run (rig, cases[i].arguments, rig->database, cases[i].input);

    g_assert_cmpint (outcome->status, ==, 1);
    g_assert_nonnull (strstr (outcome->err, cases[i].words));
  }
}

static void
test_command_lines_without_sense_are_told (ProgramRig *rig, gconstpointer data)
{
  static const struct {
    const char *arguments;
    const char *words;
  } cases[] = {
    { "--demo --host 0.0.0.0", "leave --host out" },
    { "--demo --host ::", "leave --host out" },
    { "--demo --database x.db", "database of its own" },
    { "--demo user add x", "are fixed" },
    { "--port 70000", "0 to 65535" },
    { "--port x", "--port" },
    { "--nonsense", "nonsense" },
    { "users", "user add" },
    { "user", "add, passwd, list or disable" },
    { "user remove x", "add, passwd, list or disable" },
    { "user add", "one user name" },
    { "user list x", "takes no name" },
    { "--admin", "go with" },
    { "--calls-hz often", "calls-hz must be a number" },
    { "--frame-bytes 1000000", "from 16384 to 131072" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (ProgramOutcome) outcome = program_run (rig, cases[i].arguments, NULL, NULL);

    g_assert_cmpint (outcome->status, ==, 2);
    g_assert_nonnull (strstr (outcome->err, cases[i].words));
    g_assert_cmpstr (outcome->out, ==, "");
  }
}

static void
test_a_taken_port_and_a_bad_address_are_told (ProgramRig *rig, gconstpointer data)
{
  ProgramServing *serving = program_serve (rig, "--demo --port 0", NULL);
  g_autofree char *arguments = g_strdup_printf ("--port %s", strrchr (serving->base, ':') + 1);
  g_autoptr (ProgramOutcome) taken = program_run (rig, arguments, rig->database, NULL);
  g_autoptr (ProgramOutcome) bad = program_run (rig, "--host example", rig->database, NULL);
  g_autofree char *err = program_stop (serving, SIGTERM);

  g_assert_cmpint (taken->status, ==, 1);
  g_assert_nonnull (strstr (taken->err, "cannot listen on 127.0.0.1, port"));
  g_assert_cmpint (bad->status, ==, 1);
  g_assert_nonnull (strstr (bad->err, "not a numeric address"));
}

/* A limit on the command line counts before one in the file, and each has its reason in the help. */
static void
test_every_limit_is_an_option (ProgramRig *rig, gconstpointer data)
{
  g_autofree char *folder = g_path_get_dirname (rig->database);
  g_autofree char *config = g_build_filename (folder, "server.conf", NULL);
  g_autofree char *arguments = g_strdup_printf (
      "--demo --port 0 --requests-per-address-burst 3 --requests-per-address-hz 0.001 --config %s",
      config);
  g_autoptr (ProgramOutcome) help = program_run (rig, "--help-limits", NULL, NULL);
  static const guint statuses[] = { 200, 200, 200, 429 };
  g_autofree char *err = NULL;
  ProgramServing *serving;

  for (AloqaLimit i = 0; i < ALOQA_N_LIMITS; i++) {
    const AloqaLimitInfo *info = aloqa_limit_get_info (i);
    g_autofree char *option = g_strdup_printf ("--%s=NUMBER", info->name);
    g_autofree char *text = g_strdup_printf ("(%.10g) %s", info->usual, info->reason);

    g_assert_nonnull (strstr (help->out, option));
    g_assert_nonnull (strstr (help->out, text));
  }

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (
      g_file_set_contents (config, "[limits]\nrequests-per-address-burst=1\n", -1, NULL));
  serving = program_serve (rig, arguments, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++) {
    g_autoptr (Answer) answer = http_get (serving->base, "/api/health", NULL);

    g_assert_cmpuint (answer->status, ==, statuses[i]);
  }
  err = program_stop (serving, SIGTERM);
  g_unlink (config);
}

static void
test_the_environment_stands_in_for_options (ProgramRig *rig, gconstpointer data)
{
  g_autofree char *url = g_strconcat ("sqlite:///", rig->database, NULL);
  g_autoptr (ProgramOutcome) add = NULL;
  g_autoptr (ProgramOutcome) empty_key = NULL;
  g_autoptr (ProgramOutcome) other_url = NULL;
  g_autoptr (Answer) ice = NULL;
  g_autofree char *token = NULL;
  g_autofree char *err = NULL;
  ProgramServing *serving;

  g_subprocess_launcher_setenv (rig->launcher, "DATABASE_URL", url, TRUE);
  g_subprocess_launcher_setenv (rig->launcher, "SECRET_KEY", "a key of thirty-two characters!!",
                                TRUE);
  g_subprocess_launcher_setenv (rig->launcher, "API_HOST", "127.0.0.1", TRUE);
  g_subprocess_launcher_setenv (rig->launcher, "API_PORT", "0", TRUE);
  g_subprocess_launcher_setenv (rig->launcher, "ICE_SERVERS", "stun:a.example stun:b.example",
                                TRUE);
  add = program_run (rig, "user add olim", NULL, "secret\n");
  g_assert_cmpint (add->status, ==, 0);
  serving = program_serve (rig, "", NULL);
  token = sign_in (serving->base, "olim", "secret");
  g_assert_nonnull (token);
  ice = http_get (serving->base, "/api/ice", token);
  g_assert_nonnull (strstr (ice->text, "stun:b.example"));
  err = program_stop (serving, SIGTERM);

  g_subprocess_launcher_setenv (rig->launcher, "SECRET_KEY", "", TRUE);
  empty_key = program_run (rig, "", NULL, NULL);
  g_assert_cmpint (empty_key->status, ==, 2);
  g_subprocess_launcher_setenv (rig->launcher, "DATABASE_URL", "postgresql://x/y", TRUE);
  other_url = program_run (rig, "", NULL, NULL);
  g_assert_cmpint (other_url->status, ==, 2);
  g_assert_nonnull (strstr (other_url->err, "sqlite:///"));
}

#define ADD(name, func)                                                                            \
  g_test_add ("/server/command-line/" name, ProgramRig, NULL, program_rig_set_up, func,            \
              program_rig_tear_down)

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  ADD ("every-limit-is-an-option", test_every_limit_is_an_option);
  ADD ("commands-that-fail-say-why", test_commands_that_fail_say_why);
  ADD ("command-lines-without-sense-are-told", test_command_lines_without_sense_are_told);
  ADD ("a-taken-port-and-a-bad-address-are-told", test_a_taken_port_and_a_bad_address_are_told);
  ADD ("the-environment-stands-in-for-options", test_the_environment_stands_in_for_options);
  return g_test_run ();
}
