/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/program.h"

#include <glib-unix.h>
#include <string.h>

#include "cli/call-report.h"
#include "cli/commands.h"
#include "cli/input.h"
#include "cli/password.h"
#include "cli/picture.h"
#include "cli/report.h"
#include "cli/settings.h"

/* How long a server may take to let calls in, after it took the password. */
#define ONLINE_LIMIT_S 20

/* One run of `call`, `answer` or `contacts`: lives on the stack of aloqa_program_run(). */
typedef struct {
  const AloqaOptions *options;
  GMainLoop *loop;
  AloqaSession *session;
  AloqaContact *contact; /* CALL: whom */
  AloqaLiveCall *call;   /* the one that standard input speaks to, or NULL */
  AloqaCallReport *report;
  AloqaInput *input;

  int n_calls_left;
  guint online_timer, accept_timer, hang_up_timer;
  gboolean is_online;
  gboolean is_snapshot_taken;
  gboolean has_shared; /* asked for the screen in this call */
  gboolean is_leaving;
  AloqaExit status;
} Program;

static void
session_closed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Program *self = user_data;

  aloqa_session_close_finish (ALOQA_SESSION (source), result);
  g_main_loop_quit (self->loop);
}

/* Ends the program in order. The first status that is not OK stays. */
static void
leave (Program *self, AloqaExit status)
{
  if (self->status == ALOQA_EXIT_OK)
    self->status = status;
  if (self->is_leaving)
    return;

  self->is_leaving = TRUE;
  g_clear_handle_id (&self->online_timer, g_source_remove);
  g_clear_handle_id (&self->accept_timer, g_source_remove);
  aloqa_session_close_async (self->session, session_closed_cb, self);
}

static void
leave_with_error (Program *self, const char *about, const GError *error, AloqaExit status)
{
  aloqa_report_error (about, error);
  leave (self, status);
}

static gboolean
signal_cb (gpointer user_data)
{
  Program *self = user_data;

  /* Asked twice: whatever is stuck, go. */
  if (self->is_leaving)
    g_main_loop_quit (self->loop);
  leave (self, ALOQA_EXIT_OK);
  return G_SOURCE_CONTINUE;
}

static void
hang_up_cb (gpointer user_data)
{
  Program *self = user_data;

  self->hang_up_timer = 0;
  aloqa_live_call_hang_up (self->call);
}

static void
accept_cb (gpointer user_data)
{
  Program *self = user_data;

  self->accept_timer = 0;
  aloqa_live_call_accept (self->call, TRUE);
}

static void
first_video_frame_cb (Program *self)
{
  AloqaCallMedia *media = aloqa_live_call_get_media (self->call);

  if (self->options->snapshot != NULL && !self->is_snapshot_taken && media != NULL) {
    self->is_snapshot_taken = TRUE;
    aloqa_picture_save (media, self->options->snapshot);
  }
}

static AloqaLocalMedia *
get_local (Program *self)
{
  return aloqa_call_controller_get_local_media (aloqa_session_get_controller (self->session));
}

static void
share_screen (Program *self)
{
  g_autoptr (GError) error = NULL;

  self->has_shared = TRUE;
  if (!aloqa_local_media_share_screen (get_local (self), "", &error))
    aloqa_report_error ("screen", error);
}

static void
phase_cb (Program *self)
{
  double duration_s = self->options->duration_s;

  if (aloqa_live_call_get_phase (self->call) != ALOQA_PHASE_CONNECTED)
    return;
  if (duration_s > 0 && self->hang_up_timer == 0)
    self->hang_up_timer = g_timeout_add_once ((guint) (duration_s * 1000), hang_up_cb, self);
  if (aloqa_options_share_screen (self->options) && !self->has_shared)
    share_screen (self);
}

static void
dial (Program *self)
{
  static const struct {
    const char *name;
    AloqaDialProtocol protocol;
  } protocols[] = {
    { "auto", ALOQA_DIAL_AUTO },
    { "new", ALOQA_DIAL_NEW },
    { "legacy", ALOQA_DIAL_LEGACY },
  };
  const AloqaOptions *options = self->options;

  self->n_calls_left--;
  for (gsize i = 0; i < G_N_ELEMENTS (protocols); i++) {
    if (g_str_equal (options->protocol, protocols[i].name))
      aloqa_call_controller_dial (aloqa_session_get_controller (self->session), self->contact,
                                  options->is_audio_only ? ALOQA_CALL_AUDIO : ALOQA_CALL_VIDEO,
                                  protocols[i].protocol, (guint) options->ring_timeout_s * 1000);
  }
}

static AloqaExit
get_exit (Program *self, const AloqaCallEnd *end)
{
  if (self->options->command == ALOQA_COMMAND_ANSWER && self->options->is_reject &&
      end->reason == ALOQA_ENDED_REJECTED)
    return ALOQA_EXIT_OK;
  return aloqa_exit_from_end (end);
}

static void
forget_call (Program *self)
{
  g_clear_handle_id (&self->accept_timer, g_source_remove);
  g_clear_handle_id (&self->hang_up_timer, g_source_remove);
  g_clear_object (&self->report);
  g_clear_object (&self->call);
  self->has_shared = FALSE;
}

/* Whether the call is with the one we are here to call, whoever called whom. */
static gboolean
is_with_contact (Program *self)
{
  return self->contact != NULL && aloqa_contact_get_id (aloqa_live_call_get_contact (self->call)) ==
                                      aloqa_contact_get_id (self->contact);
}

static void
ended_cb (Program *self)
{
  AloqaExit status = get_exit (self, aloqa_live_call_get_end (self->call));

  if (self->options->command == ALOQA_COMMAND_ANSWER) {
    if (self->options->is_once)
      leave (self, status);
  } else if (is_with_contact (self)) {
    if (self->n_calls_left == 0)
      leave (self, status);
    else if (self->status == ALOQA_EXIT_OK)
      self->status = status;
  }
}

/* The next call of --repeat begins when nothing of the last one is left. */
static void
idle_cb (Program *self)
{
  aloqa_report_event ("closed", NULL, NULL);
  if (self->contact != NULL && self->n_calls_left > 0 && !self->is_leaving)
    dial (self);
}

/* Who calls somebody that is just calling us has reached them; anybody else has to wait. */
static void
meet_caller (Program *self)
{
  if (is_with_contact (self)) {
    self->n_calls_left--;
    aloqa_live_call_accept (self->call, TRUE);
  } else {
    aloqa_live_call_reject (self->call);
  }
}

static void
take_incoming (Program *self)
{
  if (self->options->is_reject || self->is_leaving)
    aloqa_live_call_reject (self->call);
  else if (self->options->command == ALOQA_COMMAND_CALL && self->contact != NULL)
    meet_caller (self);
  else if (self->options->command == ALOQA_COMMAND_ANSWER)
    self->accept_timer = g_timeout_add_once ((guint) self->options->delay_ms, accept_cb, self);
}

static void
call_added_cb (Program *self, AloqaLiveCall *call)
{
  forget_call (self);
  self->call = g_object_ref (call);
  self->report = aloqa_call_report_new (call, self->options->protocol,
                                        (guint) self->options->stats_interval_ms);
  g_signal_connect_swapped (call, "notify::phase", G_CALLBACK (phase_cb), self);
  g_signal_connect_swapped (call, "first-video-frame", G_CALLBACK (first_video_frame_cb), self);
  g_signal_connect_swapped (call, "ended", G_CALLBACK (ended_cb), self);
  if (aloqa_live_call_is_incoming (call))
    take_incoming (self);
}

static void
line_cb (char *line, gpointer user_data)
{
  Program *self = user_data;
  g_autoptr (GError) error = NULL;

  if (self->is_leaving)
    return;
  if (self->call == NULL)
    g_set_error (&error, G_IO_ERROR, G_IO_ERROR_FAILED, "There is no call.");
  else
    aloqa_command_run (line, self->call, aloqa_session_get_controller (self->session), &error);
  if (error != NULL)
    aloqa_report_error ("command", error);
}

/* The way in: sign in, find the person, come online. */

static void
start_when_ready (Program *self)
{
  if (!self->is_online || self->contact == NULL || self->is_leaving)
    return;

  if (self->call != NULL && aloqa_live_call_get_phase (self->call) == ALOQA_PHASE_INCOMING)
    meet_caller (self);
  else if (self->call == NULL && self->n_calls_left == self->options->n_repeats)
    dial (self);
}

static void
online_cb (Program *self)
{
  if (!aloqa_session_is_online (self->session))
    return;

  g_clear_handle_id (&self->online_timer, g_source_remove);
  self->is_online = TRUE;
  aloqa_report_event ("registered", NULL, "Online%s.",
                      self->options->command == ALOQA_COMMAND_ANSWER ? ", waiting for calls" : "");
  start_when_ready (self);
}

static void
online_limit_cb (gpointer user_data)
{
  Program *self = user_data;
  AloqaConnection *connection =
      aloqa_account_get_connection (aloqa_session_get_account (self->session));
  const GError *cause = aloqa_connection_get_error (connection);
  g_autoptr (GError) error = g_error_new (ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_UNREACHABLE,
                                          "The server lets nobody call within %d s. %s",
                                          ONLINE_LIMIT_S, cause != NULL ? cause->message : "");

  self->online_timer = 0;
  leave_with_error (self, "connection", error, ALOQA_EXIT_ERROR);
}

static void
contact_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Program *self = user_data;
  g_autoptr (GError) error = NULL;

  self->contact = aloqa_session_find_contact_finish (ALOQA_SESSION (source), result, &error);
  if (self->contact == NULL)
    leave_with_error (
        self, "peer", error,
        g_error_matches (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_NOT_FOUND)
            ? ALOQA_EXIT_NO_ANSWER
            : ALOQA_EXIT_ERROR);
  else
    start_when_ready (self);
}

static void
print_contact (AloqaContact *contact)
{
  JsonObject *fields = json_object_new ();

  json_object_set_int_member (fields, "id", aloqa_contact_get_id (contact));
  json_object_set_string_member (fields, "username", aloqa_contact_get_username (contact));
  json_object_set_string_member (fields, "name", aloqa_contact_get_name (contact));
  aloqa_report_event ("contact", fields, "%6" G_GINT64_FORMAT "  %-20s  %s",
                      aloqa_contact_get_id (contact), aloqa_contact_get_username (contact),
                      aloqa_contact_get_name (contact));
}

static void
contacts_listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Program *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) contacts =
      aloqa_session_list_contacts_finish (ALOQA_SESSION (source), result, &error);

  if (contacts == NULL) {
    leave_with_error (self, "contacts", error, ALOQA_EXIT_ERROR);
    return;
  }
  for (guint i = 0; i < contacts->len; i++)
    print_contact (contacts->pdata[i]);
  leave (self, ALOQA_EXIT_OK);
}

static void
report_signed_in (Program *self)
{
  const AloqaUser *user = aloqa_account_get_user (aloqa_session_get_account (self->session));
  JsonObject *fields = json_object_new ();

  json_object_set_int_member (fields, "user_id", user->id);
  json_object_set_string_member (fields, "username", user->username);
  aloqa_report_event ("signed-in", fields, "Signed in as %s.", user->username);
}

static void
signed_out_cb (Program *self, const GError *error)
{
  leave_with_error (self, "sign-in", error, ALOQA_EXIT_SIGN_IN);
}

static void
signed_in_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Program *self = user_data;
  AloqaCallController *controller;
  g_autoptr (GError) error = NULL;

  if (!aloqa_session_sign_in_finish (self->session, result, &error)) {
    leave_with_error (self, "sign-in", error, ALOQA_EXIT_SIGN_IN);
    return;
  }
  if (self->is_leaving)
    return;

  report_signed_in (self);
  if (self->options->command == ALOQA_COMMAND_CONTACTS) {
    aloqa_session_list_contacts_async (self->session, NULL, contacts_listed_cb, self);
    return;
  }

  controller = aloqa_session_get_controller (self->session);
  g_signal_connect_swapped (controller, "call-added", G_CALLBACK (call_added_cb), self);
  g_signal_connect_swapped (controller, "idle", G_CALLBACK (idle_cb), self);
  g_signal_connect_swapped (self->session, "notify::online", G_CALLBACK (online_cb), self);
  self->online_timer = g_timeout_add_once (ONLINE_LIMIT_S * 1000, online_limit_cb, self);
  self->input = aloqa_input_new (line_cb, self);
  if (self->options->command == ALOQA_COMMAND_CALL)
    aloqa_session_find_contact_async (self->session, self->options->peer, contact_found_cb, self);
  online_cb (self);
}

static gboolean
start_sign_in (Program *self, GError **error)
{
  const char *token = g_getenv ("ALOQA_TOKEN"), *user = self->options->user;
  g_autofree char *password = NULL;

  if (token != NULL) {
    /* Whoever gave it may want it again. */
    aloqa_session_set_stays_signed_in (self->session, TRUE);
    aloqa_session_sign_in_with_token_async (self->session, token, signed_in_cb, self);
    return TRUE;
  }
  if (user == NULL) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "Say who you are: --user NAME.");
    return FALSE;
  }

  password = aloqa_password_read (self->options->password_file, user, error);
  if (password == NULL)
    return FALSE;
  aloqa_session_sign_in_async (self->session, user, password, signed_in_cb, self);
  explicit_bzero (password, strlen (password));
  return TRUE;
}

static AloqaSession *
make_session (const AloqaOptions *options, GError **error)
{
  g_autoptr (AloqaMediaSettings) settings = aloqa_options_build_settings (options);
  g_autoptr (AloqaServerChoice) server = aloqa_options_choose_server (options, error);

  return server != NULL ? aloqa_session_new (server, settings) : NULL;
}

/**
 * aloqa_program_run:
 * @options: a command that needs a session
 *
 * Returns: the exit status
 */
AloqaExit
aloqa_program_run (const AloqaOptions *options)
{
  Program self = { .options = options, .n_calls_left = options->n_repeats };
  g_autoptr (GError) error = NULL;
  guint signal_sources[2];

  self.session = make_session (options, &error);
  if (self.session == NULL) {
    aloqa_report_error ("options", error);
    return ALOQA_EXIT_USAGE;
  }

  self.loop = g_main_loop_new (NULL, FALSE);
  g_signal_connect_swapped (self.session, "signed-out", G_CALLBACK (signed_out_cb), &self);
  signal_sources[0] = g_unix_signal_add (SIGINT, signal_cb, &self);
  signal_sources[1] = g_unix_signal_add (SIGTERM, signal_cb, &self);
  if (start_sign_in (&self, &error)) {
    g_main_loop_run (self.loop);
  } else {
    aloqa_report_error ("sign-in", error);
    self.status = ALOQA_EXIT_SIGN_IN;
  }

  g_source_remove (signal_sources[0]);
  g_source_remove (signal_sources[1]);
  forget_call (&self);
  g_clear_object (&self.contact);
  g_clear_object (&self.input);
  g_object_unref (self.session);
  g_main_loop_unref (self.loop);
  return self.status;
}
