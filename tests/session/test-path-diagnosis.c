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
  aloqa_test_wait_until (is_hopeless, &call);
  assert_trouble (&call, ALOQA_PATH_TROUBLE_NO_TURN, "No TURN server is set");
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
has_asked (gpointer user_data)
{
  g_autofree char *log = aloqa_turn_server_read_log (user_data);

  return strstr (log, "ALLOCATE processed, success") != NULL;
}

/* The other one does not count any more. */
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
  aloqa_test_wait_until (has_asked, server);
  assert_trouble (&call, ALOQA_PATH_TROUBLE_NONE, NULL);
  g_assert_false (call.is_hopeless);
}

static gboolean
is_asked (gpointer user_data)
{
  return (g_socket_condition_check (user_data, G_IO_IN) & G_IO_IN) != 0;
}

/* With a question under way, whose answer nobody waits for any more. */
static void
test_a_call_that_connects_ends_it (void)
{
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autofree char *url = NULL;
  g_auto (Call) call = call_new ();

  socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_assert_true (g_socket_bind (socket, any, TRUE, NULL) && g_socket_listen (socket, NULL));
  address = g_socket_get_local_address (socket, NULL);
  url = g_strdup_printf ("turn:127.0.0.1:%u?transport=tcp",
                         g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)));
  add_server (&call, url, "secret");
  connect_call (&call);
  aloqa_test_wait_until (is_asked, socket);
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
  ADD ("a-call-that-connects-ends-it", test_a_call_that_connects_ends_it);
  ADD ("a-wrong-password-is-told-and-not-shown", test_a_wrong_password_is_told_and_not_shown);
  ADD ("one-that-works-acquits-them-all", test_one_that_works_acquits_them_all);
  return g_test_run ();
}
