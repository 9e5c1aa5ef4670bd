/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/sign-in-keeper.h"

#include "fakes/fake-server.h"
#include "session/folder.h"
#include "session/sign-in-rig.h"
#include "support/support.h"

typedef struct {
  AloqaFakeServer *server;
  AloqaServerChoice *choice;
  char *token;
} Fixture;

typedef struct {
  gboolean is_done;
  GError *error;
} Answer;

static gboolean
is_done (gpointer answer)
{
  return ((Answer *) answer)->is_done;
}

static void
resumed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  aloqa_sign_in_keeper_resume_finish (ALOQA_SIGN_IN_KEEPER (source), result, &answer->error);
  answer->is_done = TRUE;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *url = NULL;
  g_autoptr (GError) error = NULL;

  fixture->server = aloqa_fake_server_new (NULL);
  fixture->token = aloqa_fake_server_make_token (fixture->server, 2, "refresh");
  url = aloqa_fake_server_dup_url (fixture->server);
  fixture->choice = aloqa_server_choice_new (url, NULL, FALSE, NULL, &error);
  g_assert_no_error (error);
  sign_in_rig_keep (aloqa_server_address_get_origin (fixture->choice->address), "ali",
                    fixture->token);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  aloqa_server_choice_free (fixture->choice);
  aloqa_fake_server_free (fixture->server);
  g_free (fixture->token);
}

/* Returns: (transfer full) (nullable): what the keyring has */
static char *
look_up (Fixture *fixture)
{
  return sign_in_rig_dup_kept (aloqa_server_address_get_origin (fixture->choice->address), "ali");
}

/* Returns: (transfer full): why it does not work */
static GError *
resume (Fixture *fixture)
{
  g_autoptr (AloqaMediaSettings) settings = aloqa_media_settings_new ();
  g_autoptr (AloqaSession) session = aloqa_session_new (fixture->choice, settings);
  g_autoptr (AloqaSignInKeeper) keeper = aloqa_sign_in_keeper_new (fixture->choice->address, "ali");
  Answer answer = { 0 };

  aloqa_sign_in_keeper_resume_async (keeper, session, NULL, resumed_cb, &answer);
  aloqa_test_wait_until (is_done, &answer);
  g_assert_nonnull (answer.error);
  return answer.error;
}

/* A refresh token is no access token: GET /users/me answers 401 in any case. */
static void
test_a_fault_leaves_the_token_where_it_is (Fixture *fixture, gconstpointer data)
{
  const guint statuses[] = { 500, 502, 503, 429, 404 };

  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *kept = NULL;

    fixture->server->refresh_status = statuses[i];
    error = resume (fixture);
    g_test_message ("%u: %s", statuses[i], error->message);
    kept = look_up (fixture);
    g_assert_cmpstr (kept, ==, fixture->token);
  }
}

static void
test_a_server_out_of_reach_leaves_the_token_where_it_is (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *kept = NULL;

  aloqa_fake_server_stop (fixture->server);
  error = resume (fixture);
  g_assert_error (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_UNREACHABLE);
  kept = look_up (fixture);
  g_assert_cmpstr (kept, ==, fixture->token);
}

static void
test_a_token_that_the_server_refuses_is_forgotten (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *kept = NULL;

  fixture->server->refresh_status = GPOINTER_TO_UINT (data);
  error = resume (fixture);
  g_assert_cmpuint (fixture->server->n_refreshes, ==, 1);
  kept = look_up (fixture);
  g_assert_null (kept);
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = folder_new ();
  int status;

  sign_in_rig_use_keyring (folder);
  aloqa_test_init (&argc, &argv);
#define ADD(name, data, function)                                                                  \
  g_test_add ("/session/sign-in-keeper/" name, Fixture, data, set_up, function, tear_down)
  ADD ("a-fault-leaves-the-token-where-it-is", NULL, test_a_fault_leaves_the_token_where_it_is);
  ADD ("a-server-out-of-reach-leaves-the-token-where-it-is", NULL,
       test_a_server_out_of_reach_leaves_the_token_where_it_is);
  ADD ("a-token-that-the-server-refuses-is-forgotten/401", GUINT_TO_POINTER (401),
       test_a_token_that_the_server_refuses_is_forgotten);
  ADD ("a-token-that-the-server-refuses-is-forgotten/403", GUINT_TO_POINTER (403),
       test_a_token_that_the_server_refuses_is_forgotten);
  status = g_test_run ();
  folder_free (g_steal_pointer (&folder));
  return status;
}
