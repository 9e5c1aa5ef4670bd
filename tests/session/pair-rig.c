/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/pair-rig.h"

#include "session/folder.h"
#include "session/sign-in-rig.h"
#include "support/support.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

static void
call_added_cb (Person *self, AloqaLiveCall *call)
{
  g_set_object (&self->call, call);
}

/* Signs a person in. */
void
pair_start_person (Pair *pair, Person *self, const char *name, AloqaMediaSettings *settings)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaServerChoice) choice =
      aloqa_server_choice_new (pair->url, NULL, FALSE, NULL, &error);
  g_autofree char *file_name = g_strconcat (name, ".db", NULL);

  g_assert_no_error (error);
  self->path = g_build_filename (pair->folder, file_name, NULL);
  self->session = aloqa_session_new (choice, settings);
  aloqa_session_keep_history (self->session, self->path);
  sign_in_rig_begin (self->session, name);
  g_signal_connect_swapped (aloqa_session_get_controller (self->session), "call-added",
                            G_CALLBACK (call_added_cb), self);
}

void
pair_stop_person (Person *self)
{

  if (self->session == NULL)
    return;
  g_clear_object (&self->call);
  sign_in_rig_end (self->session);
  g_assert_finalize_object (self->session);
  self->session = NULL;
  g_clear_pointer (&self->path, g_free);
}

static void
die_with_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static void
start_server (Pair *pair)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GDataInputStream) output = NULL;
  g_autofree char *line = NULL;
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  pair->server = g_subprocess_launcher_spawn (launcher, &error, ALOQA_SERVER_PROGRAM, "--demo",
                                              "--port", "0", NULL);
  g_assert_no_error (error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (pair->server));
  line = g_data_input_stream_read_line_utf8 (output, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (line, "listening on http"));
  pair->url = g_strdup (line + strlen ("listening on "));
}

static void
stop_server (Pair *pair)
{
  g_subprocess_send_signal (pair->server, SIGTERM);
  g_subprocess_wait (pair->server, NULL, NULL);
  g_clear_object (&pair->server);
  g_clear_pointer (&pair->url, g_free);
}

static gint64
get_own_id (Person *self)
{
  return aloqa_account_get_user (aloqa_session_get_account (self->session))->id;
}

/**
 * pair_start:
 * @ali: what she shows and says; calls_rig_make_settings() for nothing that is real
 * @vali: likewise
 */
void
pair_start (Pair *pair, AloqaMediaSettings *ali, AloqaMediaSettings *vali)
{
  pair->folder = folder_new ();
  start_server (pair);
  pair_start_person (pair, &pair->ali, "ali", ali);
  pair_start_person (pair, &pair->vali, "vali", vali);
  pair->ali_id = get_own_id (&pair->ali);
  pair->vali_id = get_own_id (&pair->vali);
}

void
pair_stop (Pair *pair)
{
  pair_stop_person (&pair->ali);
  pair_stop_person (&pair->vali);
  aloqa_test_drain ();
  stop_server (pair);
  folder_free (pair->folder);
}

static gboolean
is_ready (gpointer roster)
{
  return aloqa_roster_get_state (roster) == ALOQA_ROSTER_READY;
}

/* Returns: (transfer none): ali's, once it is complete */
AloqaRoster *
pair_get_roster (Pair *pair)
{
  AloqaRoster *roster = aloqa_session_get_roster (pair->ali.session);

  aloqa_test_wait_until (is_ready, roster);
  return roster;
}

gboolean
pair_has_call (gpointer person)
{
  return ((Person *) person)->call != NULL;
}

gboolean
pair_is_connected (gpointer person)
{
  AloqaLiveCall *call = ((Person *) person)->call;

  return aloqa_live_call_get_phase (call) == ALOQA_PHASE_CONNECTED;
}

/* Ali calls vali. */
void
pair_dial (Pair *pair, AloqaCallKind kind)
{
  AloqaRoster *roster = pair_get_roster (pair);
  AloqaContact *vali = aloqa_roster_find (roster, pair->vali_id);

  aloqa_call_controller_dial (aloqa_session_get_controller (pair->ali.session), vali, kind,
                              aloqa_roster_choose_protocol (roster, vali, ALOQA_DIAL_AUTO), 0);
}

/* Ali calls vali, who answers. */
void
pair_connect (Pair *pair, AloqaCallKind kind)
{
  pair_dial (pair, kind);
  aloqa_test_wait_until (pair_has_call, &pair->vali);
  aloqa_live_call_accept (pair->vali.call, kind == ALOQA_CALL_VIDEO);
  aloqa_test_wait_until (pair_is_connected, &pair->ali);
  aloqa_test_wait_until (pair_is_connected, &pair->vali);
}
