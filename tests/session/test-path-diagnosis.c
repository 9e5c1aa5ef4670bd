/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/path-diagnosis.h"

#include "protocol/ice-server.h"
#include "support/support.h"
#include "support/turn-server.h"

#include <string.h>

/* What becomes of the TURN servers of one call. */
typedef struct {
  GPtrArray *servers;
  gboolean is_hopeless;
  AloqaPathDiagnosis *diagnosis;
} Call;

static void
hopeless_cb (gpointer user_data)
{
  ((Call *) user_data)->is_hopeless = TRUE;
}

static gboolean
is_hopeless (gpointer user_data)
{
  return ((Call *) user_data)->is_hopeless;
}

static Call
call_new (void)
{
  return (Call){ .servers =
                     g_ptr_array_new_with_free_func ((GDestroyNotify) aloqa_ice_server_unref) };
}

static void
call_clear (Call *self)
{
  g_clear_pointer (&self->diagnosis, aloqa_path_diagnosis_free);
  g_ptr_array_unref (self->servers);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Call, call_clear)

static void
add_server (Call *self, const char *url, const char *password)
{
  g_autoptr (GError) error = NULL;
  AloqaIceServer *server =
      aloqa_ice_server_new (url, password != NULL ? "ali" : NULL, password, &error);

  g_assert_no_error (error);
  g_ptr_array_add (self->servers, server);
}

static void
connect_call (Call *self)
{
  self->diagnosis = aloqa_path_diagnosis_new (self->servers, NULL, hopeless_cb, self);
}

static void
assert_trouble (Call *self, AloqaPathTrouble trouble, const char *words)
{
  g_autofree char *detail = NULL;

  g_assert_cmpint (aloqa_path_diagnosis_conclude (self->diagnosis, &detail), ==, trouble);
  if (words == NULL)
    g_assert_null (detail);
  else
    g_assert_nonnull (strstr (detail, words));
}

static void
test_without_a_turn_server_that_is_the_reason (void)
{
  g_auto (Call) call = call_new ();

  add_server (&call, "stun:127.0.0.1:9", NULL);
  connect_call (&call);
  assert_trouble (&call, ALOQA_PATH_TROUBLE_NO_TURN, "No TURN server is set");
  aloqa_test_wait_until (is_hopeless, &call);
}

/* A call that ends at once says nothing of servers that nobody has asked. */
static void
test_before_they_are_asked_nothing_is_known (void)
{
  g_auto (Call) call = call_new ();

  add_server (&call, "turn:127.0.0.1:9", "secret");
  connect_call (&call);
  assert_trouble (&call, ALOQA_PATH_TROUBLE_NONE, NULL);
}

static void
test_a_server_that_is_not_there_is_named (void)
{
  g_auto (Call) call = call_new ();

  add_server (&call, "turn:127.0.0.1:9?transport=tcp", "secret");
  connect_call (&call);
  aloqa_test_wait_until (is_hopeless, &call);
  assert_trouble (&call, ALOQA_PATH_TROUBLE_UNREACHABLE, "127.0.0.1");
}

/* Returns: (transfer full) (nullable): NULL where there is none: the test is skipped */
static AloqaTurnServer *
start_server (void)
{
  if (aloqa_turn_server_is_installed ())
    return aloqa_turn_server_new (NULL, NULL);
  g_test_skip ("turnserver is not installed");
  return NULL;
}

static char *
make_url (const AloqaTurnServer *server)
{
  return g_strdup_printf ("turn:127.0.0.1:%u", server->port);
}

static void
test_a_wrong_password_is_told_and_not_shown (void)
{
  g_autoptr (AloqaTurnServer) server = start_server ();
  g_autofree char *url = NULL;
  g_auto (Call) call = call_new ();
  g_autofree char *detail = NULL;

  if (server == NULL)
    return;
  url = make_url (server);
  add_server (&call, url, "wrong-horse");
  connect_call (&call);
  aloqa_test_wait_until (is_hopeless, &call);
  assert_trouble (&call, ALOQA_PATH_TROUBLE_REFUSED, "refuses the user name or the password");
  aloqa_path_diagnosis_conclude (call.diagnosis, &detail);
  g_assert_null (strstr (detail, "wrong-horse"));
}

static gboolean
is_acquitted (gpointer user_data)
{
  g_autofree char *detail = NULL;

  return aloqa_path_diagnosis_conclude (((Call *) user_data)->diagnosis, &detail) ==
             ALOQA_PATH_TROUBLE_NONE &&
         detail == NULL;
}

static gboolean
is_asked (gpointer user_data)
{
  return !is_acquitted (user_data);
}

/* It has not answered yet, and then it has; the other one does not count any more. */
static void
test_one_that_works_acquits_them_all (void)
{
  g_autoptr (AloqaTurnServer) server = start_server ();
  g_autofree char *url = NULL;
  g_auto (Call) call = call_new ();

  if (server == NULL)
    return;
  url = make_url (server);
  add_server (&call, "turn:127.0.0.1:9?transport=tcp", "secret");
  add_server (&call, url, "secret");
  connect_call (&call);
  aloqa_test_wait_until (is_asked, &call);
  aloqa_test_wait_until (is_acquitted, &call);
  g_assert_false (call.is_hopeless);
}

/* With answers under way, which find nobody. */
static void
test_it_may_end_at_any_moment (void)
{
  g_auto (Call) call = call_new ();

  add_server (&call, "turn:127.0.0.1:9?transport=tcp", "secret");
  add_server (&call, "turn:127.0.0.1:9", "secret");
  connect_call (&call);
  aloqa_test_wait_until (is_asked, &call);
  g_clear_pointer (&call.diagnosis, aloqa_path_diagnosis_free);
  aloqa_test_drain ();
  g_assert_false (call.is_hopeless);
}

#define ADD(name, func) g_test_add_func ("/session/path-diagnosis/" name, func)

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  ADD ("without-a-turn-server-that-is-the-reason", test_without_a_turn_server_that_is_the_reason);
  ADD ("before-they-are-asked-nothing-is-known", test_before_they_are_asked_nothing_is_known);
  ADD ("a-server-that-is-not-there-is-named", test_a_server_that_is_not_there_is_named);
  ADD ("it-may-end-at-any-moment", test_it_may_end_at_any_moment);
  ADD ("a-wrong-password-is-told-and-not-shown", test_a_wrong_password_is_told_and_not_shown);
  ADD ("one-that-works-acquits-them-all", test_one_that_works_acquits_them_all);
  return g_test_run ();
}
