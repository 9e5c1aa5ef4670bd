/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/sign-in.h"

#include "fakes/fake-server.h"
#include "media/media.h"
#include "session/folder.h"
#include "session/sign-in-rig.h"
#include "support/media-run.h"
#include "support/support.h"

#include <string.h>

typedef struct {
  AloqaFakeServer *server;
  char *url;
  GSettings *settings;
  AloqaSignIn *sign_in;
  guint n_troubles;
} Fixture;

typedef struct {
  Fixture *fixture;
  AloqaSignInState state;
} Wanted;

static gboolean
is_true (gpointer user_data)
{
  return *(gboolean *) user_data;
}

static gboolean
is_kept (Fixture *fixture)
{
  g_autofree char *token = sign_in_rig_dup_kept (fixture->url, "ali");

  return token != NULL;
}

static gboolean
is_not_kept (gpointer fixture)
{
  return !is_kept (fixture);
}

static void
trouble_cb (Fixture *fixture)
{
  fixture->n_troubles++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *token = NULL;

  fixture->server = aloqa_fake_server_new (NULL);
  fixture->url = aloqa_fake_server_dup_url (fixture->server);
  fixture->settings = g_settings_new (ALOQA_APPLICATION_ID);
  g_settings_set_boolean (fixture->settings, "stay-signed-in", TRUE);
  token = aloqa_fake_server_make_token (fixture->server, 2, "refresh");
  sign_in_rig_keep (fixture->url, "ali", token);
  g_assert_true (is_kept (fixture));
  fixture->sign_in = aloqa_sign_in_new (fixture->settings);
  g_signal_connect_swapped (fixture->sign_in, "trouble", G_CALLBACK (trouble_cb), fixture);
}

static void
closed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  aloqa_sign_in_close_finish (ALOQA_SIGN_IN (source), result);
  *(gboolean *) user_data = TRUE;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gboolean is_closed = FALSE;

  aloqa_sign_in_close_async (fixture->sign_in, closed_cb, &is_closed);
  aloqa_test_wait_until (is_true, &is_closed);
  aloqa_test_drain ();
  g_assert_finalize_object (fixture->sign_in);
  g_object_unref (fixture->settings);
  aloqa_fake_server_free (fixture->server);
  g_free (fixture->url);
}

static gboolean
is_in_state (gpointer user_data)
{
  Wanted *wanted = user_data;

  return aloqa_sign_in_get_state (wanted->fixture->sign_in) == wanted->state;
}

static void
await_state (Fixture *fixture, AloqaSignInState state)
{
  Wanted wanted = { fixture, state };

  aloqa_test_wait_until (is_in_state, &wanted);
}

static void
resume (Fixture *fixture, AloqaSignInState state)
{
  g_assert_true (aloqa_sign_in_resume (fixture->sign_in, fixture->url, "ali"));
  await_state (fixture, state);
}

static void
assert_message (Fixture *fixture, const char *part)
{
  const char *message = aloqa_sign_in_get_message (fixture->sign_in);

  g_assert_nonnull (message);
  g_assert_nonnull (strstr (message, part));
}

static void
end_session (Fixture *fixture, AloqaSignalingError code)
{
  g_autoptr (GError) error = g_error_new (ALOQA_SIGNALING_ERROR, (int) code, "No");

  g_signal_emit_by_name (aloqa_sign_in_get_session (fixture->sign_in), "signed-out", error);
}

static void
test_a_fault_is_waited_out (Fixture *fixture, gconstpointer data)
{
  fixture->server->refresh_status = 500;
  resume (fixture, ALOQA_SIGN_IN_WAITING);
  assert_message (fixture, "does not renew your sign-in");
  g_assert_false (aloqa_sign_in_lacks_network (fixture->sign_in));
  g_assert_true (is_kept (fixture));
  g_assert_cmpuint (fixture->n_troubles, ==, 0);

  fixture->server->refresh_status = 0;
  aloqa_sign_in_try_now (fixture->sign_in);
  await_state (fixture, ALOQA_SIGN_IN_DONE);
  g_assert_null (aloqa_sign_in_get_message (fixture->sign_in));
}

static void
test_a_server_that_is_not_there_is_waited_for (Fixture *fixture, gconstpointer data)
{
  aloqa_fake_server_stop (fixture->server);
  resume (fixture, ALOQA_SIGN_IN_WAITING);
  aloqa_sign_in_cancel (fixture->sign_in);
  g_assert_cmpint (aloqa_sign_in_get_state (fixture->sign_in), ==, ALOQA_SIGN_IN_OUT);
  g_assert_true (is_kept (fixture));
  g_assert_cmpuint (fixture->n_troubles, ==, 0);

  resume (fixture, ALOQA_SIGN_IN_WAITING);
  aloqa_fake_server_start_again (fixture->server);
  await_state (fixture, ALOQA_SIGN_IN_DONE); /* by itself */
}

static void
test_a_refusal_asks_for_the_password (Fixture *fixture, gconstpointer data)
{
  fixture->server->refresh_status = 401;
  resume (fixture, ALOQA_SIGN_IN_OUT);
  assert_message (fixture, "is not valid any more");
  aloqa_test_wait_until (is_not_kept, fixture);
  g_assert_cmpuint (fixture->n_troubles, ==, 1);
}

/* The waits in between are long. */
static gboolean
has_trouble (gpointer user_data)
{
  Fixture *fixture = user_data;

  aloqa_sign_in_try_now (fixture->sign_in);
  return fixture->n_troubles > 0;
}

static void
test_a_fault_that_stays_is_told_with_its_time_and_ways_out (Fixture *fixture, gconstpointer data)
{
  fixture->server->refresh_status = 500;
  resume (fixture, ALOQA_SIGN_IN_WAITING);
  g_assert_false (aloqa_sign_in_needs_person (fixture->sign_in));
  aloqa_test_wait_until (has_trouble, fixture);
  g_assert_true (aloqa_sign_in_needs_person (fixture->sign_in));
  assert_message (fixture, "does not renew your sign-in");
  assert_message (fixture, "All tries have failed (the first: ");
  assert_message (fixture, "on another server");
}

/* The person did nothing, and sees the form. */
static void
test_what_goes_while_it_is_waited_for_is_told (Fixture *fixture, gconstpointer data)
{
  fixture->server->refresh_status = 500;
  resume (fixture, ALOQA_SIGN_IN_WAITING);
  sign_in_rig_take_away (fixture->url, "ali");
  aloqa_sign_in_try_now (fixture->sign_in);
  await_state (fixture, ALOQA_SIGN_IN_OUT);
  assert_message (fixture, "not in the keyring any more");
  g_assert_cmpuint (fixture->n_troubles, ==, 1);
}

/* What was told of the waiting is not the end of it. */
static void
test_a_refusal_after_waiting_is_told_as_well (Fixture *fixture, gconstpointer data)
{
  fixture->server->refresh_status = 500;
  resume (fixture, ALOQA_SIGN_IN_WAITING);
  aloqa_test_wait_until (has_trouble, fixture);
  fixture->server->refresh_status = 401;
  aloqa_sign_in_try_now (fixture->sign_in);
  await_state (fixture, ALOQA_SIGN_IN_OUT);
  g_assert_cmpuint (fixture->n_troubles, ==, 2);
}

static void
test_whoever_has_signed_out_is_told_nothing (Fixture *fixture, gconstpointer data)
{
  resume (fixture, ALOQA_SIGN_IN_DONE);
  aloqa_sign_in_sign_out (fixture->sign_in);
  aloqa_test_wait_until (is_not_kept, fixture);
  resume (fixture, ALOQA_SIGN_IN_OUT);
  g_assert_null (aloqa_sign_in_get_message (fixture->sign_in));
  g_assert_cmpuint (fixture->n_troubles, ==, 0);
}

/* As before erasing: nobody is signed in behind the person's back. */
static void
test_closing_gives_up_what_is_being_tried (Fixture *fixture, gconstpointer data)
{
  gboolean is_closed = FALSE;

  g_assert_true (aloqa_sign_in_resume (fixture->sign_in, fixture->url, "ali"));
  aloqa_sign_in_close_async (fixture->sign_in, closed_cb, &is_closed);
  aloqa_test_wait_until (is_true, &is_closed);
  aloqa_test_drain ();
  g_assert_cmpint (aloqa_sign_in_get_state (fixture->sign_in), ==, ALOQA_SIGN_IN_OUT);
  g_assert_null (aloqa_sign_in_get_session (fixture->sign_in));
}

/* The token of a session that goes on could not be renewed. */
static void
test_a_session_that_a_fault_ends_comes_back (Fixture *fixture, gconstpointer data)
{
  resume (fixture, ALOQA_SIGN_IN_DONE);
  end_session (fixture, ALOQA_SIGNALING_ERROR_SERVER_FAILED);
  g_assert_cmpint (aloqa_sign_in_get_state (fixture->sign_in), ==, ALOQA_SIGN_IN_WAITING);
  g_assert_null (aloqa_sign_in_get_session (fixture->sign_in));
  g_assert_true (is_kept (fixture));
  aloqa_sign_in_try_now (fixture->sign_in);
  await_state (fixture, ALOQA_SIGN_IN_DONE);
}

static void
test_a_session_that_the_server_ends_is_over (Fixture *fixture, gconstpointer data)
{
  resume (fixture, ALOQA_SIGN_IN_DONE);
  end_session (fixture, ALOQA_SIGNALING_ERROR_UNAUTHORIZED);
  g_assert_cmpint (aloqa_sign_in_get_state (fixture->sign_in), ==, ALOQA_SIGN_IN_OUT);
  assert_message (fixture, "is not valid any more");
  aloqa_test_wait_until (is_not_kept, fixture);
  g_assert_cmpuint (fixture->n_troubles, ==, 1);
}

static int
run (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  aloqa_test_init (&argc, &argv);
  aloqa_media_init (&error);
  g_assert_no_error (error);
#define ADD(name, function)                                                                        \
  g_test_add ("/ui/sign-in-kept/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("a-fault-is-waited-out", test_a_fault_is_waited_out);
  ADD ("a-server-that-is-not-there-is-waited-for", test_a_server_that_is_not_there_is_waited_for);
  ADD ("a-refusal-asks-for-the-password", test_a_refusal_asks_for_the_password);
  ADD ("a-fault-that-stays-is-told-with-its-time-and-ways-out",
       test_a_fault_that_stays_is_told_with_its_time_and_ways_out);
  ADD ("what-goes-while-it-is-waited-for-is-told", test_what_goes_while_it_is_waited_for_is_told);
  ADD ("a-refusal-after-waiting-is-told-as-well", test_a_refusal_after_waiting_is_told_as_well);
  ADD ("whoever-has-signed-out-is-told-nothing", test_whoever_has_signed_out_is_told_nothing);
  ADD ("closing-gives-up-what-is-being-tried", test_closing_gives_up_what_is_being_tried);
  ADD ("a-session-that-a-fault-ends-comes-back", test_a_session_that_a_fault_ends_comes_back);
  ADD ("a-session-that-the-server-ends-is-over", test_a_session_that_the_server_ends_is_over);
  return aloqa_test_run_media ();
}

int
main (int argc, char **argv)
{
  char *folder = folder_new ();
  int status;

  sign_in_rig_use_keyring (folder);
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_setenv ("XDG_DATA_HOME", folder, TRUE);
  status = run (argc, argv);
  folder_free (folder);
  return status;
}
