/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "raw.h"
#include "rig.h"
#include "server/limits.h"
#include "support/support.h"

#include <jwt.h>
#include <string.h>

static void
test_greets_with_id_and_features (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autofree char *token = sign_in (rig->base, "ali", "secret");
  g_autoptr (Client) client = client_open (rig->base, rig->ali, token);
  g_autofree char *expected =
      g_strdup_printf ("{\"type\":\"connected\",\"user_id\":%" G_GINT64_FORMAT
                       ",\"features\":[\"call_id\",\"ringing\",\"unavailable\",\"busy\","
                       "\"presence\",\"multi_device\",\"replace\"]}",
                       rig->ali);

  client_expect (client, expected);
}

static void
test_no_token_is_an_http_403 (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autofree char *token = sign_in (rig->base, "ali", "secret");
  g_autoptr (Client) none = client_open (rig->base, rig->ali, NULL);
  g_autoptr (Client) no_id = client_open (rig->base, 0, token);

  g_assert_null (none->socket);
  g_assert_cmpuint (none->handshake_status, ==, 403);
  g_assert_null (no_id->socket);
  g_assert_cmpuint (no_id->handshake_status, ==, 403);
}

static void
test_a_plain_request_is_no_handshake (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autofree char *token = sign_in (rig->base, "ali", "secret");
  g_autofree char *path = g_strconcat ("/api/messages/ws/1?token=", token, NULL);
  g_autoptr (Answer) answer = http_get (rig->base, path, NULL);

  g_assert_cmpuint (answer->status, ==, 400);
}

/* A token of the server's own key, with whatever claims and algorithm. */
static char *
forge (jwt_alg_t algorithm, const char *key, const char *claims)
{
  jwt_t *jwt;
  char *encoded;
  char *token;

  g_assert_cmpint (jwt_new (&jwt), ==, 0);
  g_assert_cmpint (
      jwt_set_alg (jwt, algorithm, (const guchar *) key, key != NULL ? (int) strlen (key) : 0), ==,
      0);
  g_assert_cmpint (jwt_add_grants_json (jwt, claims), ==, 0);
  encoded = jwt_encode_str (jwt);
  token = g_strdup (encoded);
  free (encoded);
  jwt_free (jwt);
  return token;
}

static void
test_refused_tokens_are_upgraded_and_closed_with_a_code (void)
{
#define FUTURE "\"exp\":4000000000"
  static const struct {
    jwt_alg_t algorithm;
    const char *key;
    const char *claims;
    gushort code; /* 0: it is a good one */
  } cases[] = {
    { JWT_ALG_HS256, RIG_SECRET_KEY, "{\"sub\":\"ali\",\"type\":\"access\"," FUTURE "}", 0 },
    { JWT_ALG_NONE, NULL, "{\"sub\":\"ali\",\"type\":\"access\"," FUTURE "}", 1011 },
    { JWT_ALG_HS512, RIG_SECRET_KEY, "{\"sub\":\"ali\",\"type\":\"access\"," FUTURE "}", 1011 },
    { JWT_ALG_HS256, "another key", "{\"sub\":\"ali\",\"type\":\"access\"," FUTURE "}", 1011 },
    { JWT_ALG_HS256, RIG_SECRET_KEY, "{\"sub\":\"ali\",\"type\":\"access\",\"exp\":1000}", 1011 },
    { JWT_ALG_HS256, RIG_SECRET_KEY, "{\"sub\":\"ali\",\"type\":\"access\"}", 1011 },
    { JWT_ALG_HS256, RIG_SECRET_KEY, "{\"sub\":\"ali\",\"type\":\"access\",\"exp\":\"4000000000\"}",
      1011 },
    { JWT_ALG_HS256, RIG_SECRET_KEY, "{\"type\":\"access\"," FUTURE "}", 1011 },
    { JWT_ALG_HS256, RIG_SECRET_KEY, "{\"sub\":1,\"type\":\"access\"," FUTURE "}", 1011 },
    { JWT_ALG_HS256, RIG_SECRET_KEY, "{\"sub\":\"ali\"," FUTURE "}", 1011 },
    { JWT_ALG_HS256, RIG_SECRET_KEY, "{\"sub\":\"ali\",\"type\":\"refresh\"," FUTURE "}", 1008 },
    { JWT_ALG_HS256, RIG_SECRET_KEY, "{\"sub\":\"vali\",\"type\":\"access\"," FUTURE "}", 1008 },
    { JWT_ALG_HS256, RIG_SECRET_KEY, "{\"sub\":\"nobody\",\"type\":\"access\"," FUTURE "}", 1008 },
  };
  g_autoptr (Rig) rig = rig_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *token = forge (cases[i].algorithm, cases[i].key, cases[i].claims);
    g_autoptr (Client) client = client_open (rig->base, rig->ali, token);

    g_test_message ("%s", cases[i].claims);
    g_assert_nonnull (client->socket);
    if (cases[i].code == 0) {
      json_object_unref (client_take_type (client, "connected"));
    } else {
      g_assert_cmpuint (client_wait_closed (client), ==, cases[i].code);
      g_assert_cmpuint (client->frames.length, ==, 0);
    }
  }
}

static void
test_garbage_for_a_token_closes_with_1011 (void)
{
  static const char *const tokens[] = {
    "", "x", "a.b.c", "..", "%00", "%FF%FE", "eyJhbGciOiJIUzI1NiJ9.e30.", "eyJhbGciOiJub25lIn0.e30."
  };
  g_autoptr (Rig) rig = rig_new ();
  g_autofree char *good = sign_in (rig->base, "ali", "secret");
  g_autofree char *cut = g_strndup (good, strlen (good) - 1);
  g_autofree char *huge = g_strnfill (8000, 'x');
  g_autoptr (Client) with_cut = client_open (rig->base, rig->ali, cut);
  g_autoptr (Client) with_huge = client_open (rig->base, rig->ali, huge);

  for (gsize i = 0; i < G_N_ELEMENTS (tokens); i++) {
    g_autoptr (Client) client = client_open (rig->base, rig->ali, tokens[i]);

    g_test_message ("%s", tokens[i]);
    g_assert_nonnull (client->socket);
    g_assert_cmpuint (client_wait_closed (client), ==, 1011);
  }
  g_assert_cmpuint (client_wait_closed (with_cut), ==, 1011);
  g_assert_cmpuint (client_wait_closed (with_huge), ==, 1011);
}

static void
test_no_compression_is_agreed_on (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autofree char *token = sign_in (rig->base, "ali", "secret");
  g_autoptr (Raw) raw = raw_open_websocket (aloqa_server_get_port (rig->server), rig->ali, token);

  g_byte_array_append (raw->received, (const guint8 *) "", 1);
  g_assert_null (strstr ((const char *) raw->received->data, "permessage-deflate"));
}

static void
test_an_open_socket_outlives_its_token (void)
{
  /* It ends with a whole second: one of 1 may have no time at all. */
  g_autoptr (Rig) rig = rig_new_with (&(AloqaServerConfig){ .access_token_lifetime_s = 2 });
  g_autofree char *token = sign_in (rig->base, "ali", "secret");
  g_autoptr (Client) client = client_open (rig->base, rig->ali, token);

  json_object_unref (client_take_type (client, "connected"));
  for (gboolean is_valid = TRUE; is_valid;) {
    g_autoptr (Answer) answer = http_get (rig->base, "/api/users/me", token);

    is_valid = answer->status == 200;
  }
  client_sync (client);
}

static void
test_an_address_has_so_many_connections (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (GPtrArray) raws = g_ptr_array_new_with_free_func ((GDestroyNotify) raw_free);
  g_autoptr (Raw) one_more = NULL;

  for (guint i = 0; i < ALOQA_MAX_CONNECTIONS_PER_ADDRESS; i++)
    g_ptr_array_add (raws, raw_connect (aloqa_server_get_port (rig->server)));
  while (aloqa_server_get_n_connections (rig->server) < ALOQA_MAX_CONNECTIONS_PER_ADDRESS)
    g_main_context_iteration (NULL, TRUE);

  one_more = raw_connect (aloqa_server_get_port (rig->server));
  raw_wait_end (one_more);
  g_assert_cmpuint (aloqa_server_get_n_connections (rig->server), ==,
                    ALOQA_MAX_CONNECTIONS_PER_ADDRESS);

  /* As soon as one of them has ended there is room again. */
  g_ptr_array_remove_index (raws, 0);
  g_autofree char *token = sign_in (rig->base, "ali", "secret");
  g_assert_nonnull (token);
}

static void
test_a_disabled_user_is_disconnected (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (Client) ali = client_connect (rig->base, "ali", "secret");

  g_assert_true (aloqa_server_disable_user (rig->server, "ali", NULL));
  g_assert_cmpuint (client_wait_closed (ali), ==, 1008);
}

static void
test_stopping_tells_everybody_and_starting_again_works (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (Client) ali = client_connect (rig->base, "ali", "secret");
  guint16 port = aloqa_server_get_port (rig->server);
  g_autoptr (Client) again = NULL;
  g_autoptr (GError) error = NULL;

  aloqa_server_stop (rig->server);
  g_assert_cmpuint (client_wait_closed (ali), ==, 1001);
  rig_wait_idle (rig);

  g_assert_true (aloqa_server_start (rig->server, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (aloqa_server_get_port (rig->server), ==, port);
  again = client_connect (rig->base, "ali", "secret");
}

#define ADD(name, func) g_test_add_func ("/server/handshake/" name, func)

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  ADD ("greets-with-id-and-features", test_greets_with_id_and_features);
  ADD ("no-token-is-an-http-403", test_no_token_is_an_http_403);
  ADD ("a-plain-request-is-no-handshake", test_a_plain_request_is_no_handshake);
  ADD ("refused-tokens-are-upgraded-and-closed-with-a-code",
       test_refused_tokens_are_upgraded_and_closed_with_a_code);
  ADD ("garbage-for-a-token-closes-with-1011", test_garbage_for_a_token_closes_with_1011);
  ADD ("no-compression-is-agreed-on", test_no_compression_is_agreed_on);
  ADD ("an-open-socket-outlives-its-token", test_an_open_socket_outlives_its_token);
  ADD ("an-address-has-so-many-connections", test_an_address_has_so_many_connections);
  ADD ("a-disabled-user-is-disconnected", test_a_disabled_user_is_disconnected);
  ADD ("stopping-tells-everybody-and-starting-again-works",
       test_stopping_tells_everybody_and_starting_again_works);
  return g_test_run ();
}
