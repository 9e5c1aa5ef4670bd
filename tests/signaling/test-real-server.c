/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <signal.h>
#include <string.h>

#include "base/clock.h"
#include "signaling/account.h"
#include "support/support.h"

/* A user id that nobody has. */
#define NOBODY 1000000

/* Everything at once, against the server of this project, in real time. */
typedef struct {
  GSubprocess *process;
  GDataInputStream *output;
  char *url; /* "http://127.0.0.1:PORT" */
  AloqaServerAddress *address;
  AloqaClock *clock;
} Fixture;

/* One user's end. */
typedef struct {
  AloqaAccount *account;
  AloqaConnection *connection;
  GPtrArray *messages;
  gboolean is_renewed;
} Person;

static void
start_server (Fixture *f, const char *port)
{
  g_autofree char *line = NULL;
  g_autoptr (GError) error = NULL;

  f->process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, ALOQA_TEST_SERVER,
                                 "--demo", "--die-with-parent", "--port", port, NULL);
  g_assert_no_error (error);
  f->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (f->process));
  do {
    g_free (line);
    line = g_data_input_stream_read_line (f->output, NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_nonnull (line);
  } while (!g_str_has_prefix (line, "listening on "));
  g_free (f->url);
  f->url = g_strdup (line + strlen ("listening on "));
}

static void
kill_server (Fixture *f)
{
  g_subprocess_force_exit (f->process);
  g_assert_true (g_subprocess_wait (f->process, NULL, NULL));
  g_clear_object (&f->output);
  g_clear_object (&f->process);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  start_server (f, "0");
  f->address = aloqa_server_address_new (f->url, NULL, ALOQA_ADDRESS_NONE, NULL);
  f->clock = aloqa_clock_new ();
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_subprocess_send_signal (f->process, SIGTERM);
  g_assert_true (g_subprocess_wait_check (f->process, NULL, NULL));
  g_clear_object (&f->output);
  g_clear_object (&f->process);
  aloqa_server_address_unref (f->address);
  g_assert_finalize_object (f->clock);
  g_free (f->url);
}

static void
keep_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_set_object ((GAsyncResult **) user_data, result);
}

static gboolean
has_result (gpointer user_data)
{
  return *(GAsyncResult **) user_data != NULL;
}

static void
keep_message (AloqaConnection *connection, AloqaMessage *message, Person *person)
{
  if (message->peer > 0)
    g_ptr_array_add (person->messages, aloqa_message_ref (message));
}

static void
note_renewed (AloqaAccount *account, Person *person)
{
  person->is_renewed = TRUE;
}

static gboolean
is_renewed (gpointer user_data)
{
  return ((Person *) user_data)->is_renewed;
}

static gboolean
is_registered (gpointer user_data)
{
  return aloqa_connection_get_state (((Person *) user_data)->connection) ==
         ALOQA_CONNECTION_REGISTERED;
}

static gboolean
is_lost (gpointer user_data)
{
  return !is_registered (user_data);
}

static gboolean
is_drained (gpointer user_data)
{
  return aloqa_connection_is_drained (((Person *) user_data)->connection);
}

static gboolean
has_message (gpointer user_data)
{
  return ((Person *) user_data)->messages->len > 0;
}

static void
free_message (gpointer message)
{
  aloqa_message_unref (message);
}

static gboolean
sign_in (Fixture *f, Person *person, const char *name, const char *password, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  person->account = aloqa_account_new (f->address, NULL, f->clock);
  person->messages = g_ptr_array_new_with_free_func (free_message);
  aloqa_account_sign_in_async (person->account, name, password, NULL, keep_result, &result);
  aloqa_test_wait_until (has_result, &result);
  return aloqa_account_sign_in_finish (person->account, result, error);
}

static void
come_online (Fixture *f, Person *person, const char *name)
{
  g_autoptr (AloqaMessage) end = NULL;
  g_autoptr (GError) error = NULL;

  sign_in (f, person, name, "demo", &error);
  g_assert_no_error (error);
  person->connection = aloqa_account_get_connection (person->account);
  g_signal_connect (person->connection, "message", G_CALLBACK (keep_message), person);
  g_signal_connect (person->account, "renewed", G_CALLBACK (note_renewed), person);
  aloqa_connection_start (person->connection);
  aloqa_test_wait_until (is_registered, person);

  /* The proof that a frame has arrived is one that the hello before it has, too. */
  end = aloqa_message_new (ALOQA_MESSAGE_CALL_END, NOBODY);
  aloqa_connection_send (person->connection, end);
  aloqa_test_wait_until (is_drained, person);
}

static void
leave (Person *person)
{
  g_assert_finalize_object (person->account);
  g_ptr_array_unref (person->messages);
  aloqa_test_drain ();
}

static gint64
get_id (Person *person)
{
  return aloqa_account_get_user (person->account)->id;
}

static void
send (Person *from, Person *to, AloqaMessageType type)
{
  g_autoptr (AloqaMessage) message = aloqa_message_new (type, get_id (to));

  message->call_id = g_strdup ("call-1");
  aloqa_connection_send (from->connection, message);
}

/* Asserts that @person gets @type from @from next. */
static void
assert_gets (Person *person, Person *from, AloqaMessageType type)
{
  const AloqaMessage *message;

  aloqa_test_wait_until (has_message, person);
  message = g_ptr_array_index (person->messages, 0);
  g_assert_cmpstr (aloqa_message_type_to_string (message->type), ==,
                   aloqa_message_type_to_string (type));
  g_assert_cmpint (message->peer, ==, get_id (from));
  g_assert_cmpstr (message->call_id, ==, "call-1");
  g_ptr_array_remove_index (person->messages, 0);
}

static void
test_two_people_exchange_a_call (Fixture *f, gconstpointer data)
{
  Person ali = { 0 }, vali = { 0 };

  come_online (f, &ali, "ali");
  come_online (f, &vali, "vali");
  g_assert_true (aloqa_connection_get_features (ali.connection) & ALOQA_FEATURE_CALL_ID);

  send (&ali, &vali, ALOQA_MESSAGE_CALL_REQUEST);
  assert_gets (&vali, &ali, ALOQA_MESSAGE_CALL_REQUEST);
  send (&vali, &ali, ALOQA_MESSAGE_CALL_ACCEPT);
  assert_gets (&ali, &vali, ALOQA_MESSAGE_CALL_ACCEPT);
  send (&ali, &vali, ALOQA_MESSAGE_CALL_END);
  assert_gets (&vali, &ali, ALOQA_MESSAGE_CALL_END);

  /* The echo of the probe proves the frames before it. */
  aloqa_test_wait_until (is_drained, &ali);
  aloqa_test_wait_until (is_drained, &vali);
  leave (&ali);
  leave (&vali);
}

static void
test_the_interface_is_what_it_is_taken_for (Fixture *f, gconstpointer data)
{
  Person ali = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) users = NULL;
  g_autoptr (GPtrArray) servers = NULL;
  g_autoptr (GError) error = NULL;
  AloqaRest *rest;

  g_assert_false (sign_in (f, &ali, "ali", "wrong", &error));
  g_assert_error (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_UNAUTHORIZED);
  g_clear_error (&error);
  leave (&ali);

  come_online (f, &ali, "ali");
  rest = aloqa_account_get_rest (ali.account);
  aloqa_rest_list_users_async (rest, "al", NULL, keep_result, &result);
  aloqa_test_wait_until (has_result, &result);
  users = aloqa_rest_list_users_finish (rest, result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (users->len, ==, 1);
  g_assert_cmpstr (((AloqaUser *) g_ptr_array_index (users, 0))->username, ==, "vali");

  g_clear_object (&result);
  aloqa_rest_get_ice_servers_async (rest, NULL, keep_result, &result);
  aloqa_test_wait_until (has_result, &result);
  servers = aloqa_rest_get_ice_servers_finish (rest, result, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (servers);

  g_clear_object (&result);
  aloqa_rest_check_health_async (rest, NULL, keep_result, &result);
  aloqa_test_wait_until (has_result, &result);
  g_assert_true (aloqa_rest_check_health_finish (rest, result, &error));

  g_clear_object (&result);
  aloqa_account_sign_out_async (ali.account, NULL, keep_result, &result);
  aloqa_test_wait_until (has_result, &result);
  g_assert_true (aloqa_account_sign_out_finish (ali.account, result, &error));
  g_assert_no_error (error);
  g_clear_object (&result);
  leave (&ali);
}

static void
test_a_refresh_token_signs_in (Fixture *f, gconstpointer data)
{
  Person ali = { 0 };
  g_autoptr (AloqaAccount) again = aloqa_account_new (f->address, NULL, f->clock);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  come_online (f, &ali, "ali");
  aloqa_account_sign_in_with_token_async (again, aloqa_account_get_refresh_token (ali.account),
                                          NULL, keep_result, &result);
  aloqa_test_wait_until (has_result, &result);
  g_assert_true (aloqa_account_sign_in_finish (again, result, &error));
  g_assert_no_error (error);
  g_assert_cmpint (aloqa_account_get_user (again)->id, ==, get_id (&ali));
  leave (&ali);
}

/* The demonstration's users and keys are new ones then: the old token is refused, and renewed. */
static void
test_a_restart_is_survived (Fixture *f, gconstpointer data)
{
  Person ali = { 0 }, vali = { 0 };
  const char *port = strrchr (f->url, ':') + 1;
  g_autofree char *kept_port = g_strdup (port);

  come_online (f, &ali, "ali");
  come_online (f, &vali, "vali");
  kill_server (f);
  aloqa_test_wait_until (is_lost, &ali);
  aloqa_test_wait_until (is_lost, &vali);
  send (&ali, &vali, ALOQA_MESSAGE_CALL_END);

  start_server (f, kept_port);
  aloqa_test_wait_until (is_renewed, &ali);
  aloqa_test_wait_until (is_renewed, &vali);
  aloqa_test_wait_until (is_registered, &ali);
  aloqa_test_wait_until (is_registered, &vali);
  send (&ali, &vali, ALOQA_MESSAGE_CALL_REQUEST);
  aloqa_test_wait_until (has_message, &vali);
  leave (&ali);
  leave (&vali);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
#define ADD(name, function)                                                                        \
  g_test_add ("/signaling/real-server/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("two-people-exchange-a-call", test_two_people_exchange_a_call);
  ADD ("the-interface-is-what-it-is-taken-for", test_the_interface_is_what_it_is_taken_for);
  ADD ("a-refresh-token-signs-in", test_a_refresh_token_signs_in);
  ADD ("a-restart-is-survived", test_a_restart_is_survived);
  return g_test_run ();
}
