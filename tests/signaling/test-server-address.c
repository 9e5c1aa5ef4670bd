/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signaling/server-address.h"

#include "signaling/error.h"
#include "support/support.h"

typedef struct {
  const char *text;
  const char *origin;
} Case;

static void
test_completes_what_people_type (void)
{
  const Case cases[] = {
    { "chat.example.org", "https://chat.example.org" },
    { "  Chat.Example.ORG \n", "https://chat.example.org" },
    { "chat.example.org:8443", "https://chat.example.org:8443" },
    { "chat.example.org/", "https://chat.example.org" },
    { "chat.example.org/team", "https://chat.example.org/team" },
    { "https://chat.example.org:443/", "https://chat.example.org" },
    { "HTTPS://chat.example.org", "https://chat.example.org" },
    { "https://chat.example.org/api", "https://chat.example.org" },
    { "https://chat.example.org/team/api/", "https://chat.example.org/team" },
    { "wss://chat.example.org/api/messages/ws/", "https://chat.example.org" },
    { "https://192.0.2.1", "https://192.0.2.1" },
    { "https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443" },
    { "2001:db8::1", "https://[2001:db8::1]" },
    { "bücher.example", "https://xn--bcher-kva.example" },
    { "localhost", "http://localhost" },
    { "localhost:8030", "http://localhost:8030" },
    { "127.0.0.1:8030", "http://127.0.0.1:8030" },
    { "127.1.2.3", "http://127.1.2.3" },
    { "::1", "http://[::1]" },
    { "[::1]:8030", "http://[::1]:8030" },
    { "http://127.0.0.1:80", "http://127.0.0.1" },
    { "http://127.0.0.1:8030/api", "http://127.0.0.1:8030" },
    { "https://localhost", "https://localhost" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (AloqaServerAddress) address =
        aloqa_server_address_new (cases[i].text, NULL, ALOQA_ADDRESS_NONE, &error);

    g_assert_no_error (error);
    g_assert_cmpstr (aloqa_server_address_get_origin (address), ==, cases[i].origin);
  }
}

static void
test_refuses_what_is_no_address (void)
{
  const char *const cases[] = {
    "",
    "   ",
    "https://",
    "https:///api",
    "ftp://chat.example.org",
    "file:///etc/passwd",
    "chat example org",
    "chat.example.org:0",
    "chat.example.org:99999",
    "chat.example.org:port",
    "https://chat.example.org?x=1",
    "https://chat.example.org#x",
    "https://[::1",
    "chat.example.org\nHost: evil",
    "<script>",
    "https://%00.example.org",
    "\xff\xfe",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (aloqa_server_address_new (cases[i], NULL, ALOQA_ADDRESS_NONE, &error));
    g_assert_error (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_BAD_ADDRESS);
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
  }
}

static void
test_refuses_an_endless_address (void)
{
  g_autofree char *text = g_strnfill (100 * 1000, 'a');
  g_autoptr (GError) error = NULL;

  g_assert_null (aloqa_server_address_new (text, NULL, ALOQA_ADDRESS_NONE, &error));
  g_assert_error (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_BAD_ADDRESS);
  g_assert_cmpuint (strlen (error->message), <, 400);
}

static void
test_never_shows_a_secret_again (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (aloqa_server_address_new ("https://ali:geheim@chat.example.org", NULL,
                                           ALOQA_ADDRESS_NONE, &error));
  g_assert_error (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_BAD_ADDRESS);
  g_assert_null (strstr (error->message, "geheim"));
}

static void
test_plain_http_only_to_this_machine (void)
{
  const char *const remote[] = {
    "http://chat.example.org", "ws://chat.example.org",        "http://192.168.1.2:8030",
    "http://0.0.0.0",          "http://127.0.0.1.example.org", "http://localhost.example.org",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (remote); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (AloqaServerAddress) allowed = NULL;

    g_assert_null (aloqa_server_address_new (remote[i], NULL, ALOQA_ADDRESS_NONE, &error));
    g_assert_error (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_PLAIN_HTTP);

    allowed = aloqa_server_address_new (remote[i], NULL, ALOQA_ADDRESS_ALLOW_PLAIN_HTTP, NULL);
    g_assert_nonnull (allowed);
    g_assert_false (aloqa_server_address_is_secure (allowed));
    g_assert_false (aloqa_server_address_is_loopback (allowed));
  }
}

static void
test_builds_urls (void)
{
  g_autoptr (AloqaServerAddress) address =
      aloqa_server_address_new ("chat.example.org/team", NULL, ALOQA_ADDRESS_NONE, NULL);
  g_autoptr (GUri) api =
      aloqa_server_address_build_api_uri (address, "/users/list", "search=a%20b");
  g_autoptr (GUri) upload = aloqa_server_address_build_upload_uri (address, "a b/../c?.png");
  g_autoptr (GUri) websocket = aloqa_server_address_build_websocket_uri (address, 7, "a+b/c&d=");
  g_autofree char *api_text = g_uri_to_string (api);
  g_autofree char *upload_text = g_uri_to_string (upload);
  g_autofree char *websocket_text = g_uri_to_string (websocket);

  g_assert_cmpstr (api_text, ==, "https://chat.example.org/team/api/users/list?search=a%20b");
  g_assert_cmpstr (upload_text, ==, "https://chat.example.org/team/uploads/a%20b%2F..%2Fc%3F.png");
  g_assert_cmpstr (websocket_text, ==,
                   "wss://chat.example.org/team/api/messages/ws/7?token=a%2Bb%2Fc%26d%3D");
  g_assert_true (aloqa_server_address_is_secure (address));
}

static void
test_websocket_may_be_elsewhere (void)
{
  g_autoptr (AloqaServerAddress) address = aloqa_server_address_new (
      "https://chat.example.org", "wss://ws.example.org:444/api/messages/ws", ALOQA_ADDRESS_NONE,
      NULL);
  g_autoptr (GUri) websocket = aloqa_server_address_build_websocket_uri (address, 7, "t");
  g_autofree char *text = g_uri_to_string (websocket);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (text, ==, "wss://ws.example.org:444/api/messages/ws/7?token=t");
  g_assert_null (aloqa_server_address_new ("https://chat.example.org", "ws://ws.example.org",
                                           ALOQA_ADDRESS_NONE, &error));
  g_assert_error (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_PLAIN_HTTP);
}

static void
test_loopback_means_both_ends (void)
{
  g_autoptr (AloqaServerAddress) local =
      aloqa_server_address_new ("localhost:8030", NULL, ALOQA_ADDRESS_NONE, NULL);
  g_autoptr (AloqaServerAddress) mixed =
      aloqa_server_address_new ("localhost:8030", "wss://example.org", ALOQA_ADDRESS_NONE, NULL);

  g_assert_true (aloqa_server_address_is_loopback (local));
  g_assert_false (aloqa_server_address_is_loopback (mixed));
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
#define ADD(name, function) g_test_add_func ("/signaling/server-address/" name, function)
  ADD ("completes-what-people-type", test_completes_what_people_type);
  ADD ("refuses-what-is-no-address", test_refuses_what_is_no_address);
  ADD ("refuses-an-endless-address", test_refuses_an_endless_address);
  ADD ("never-shows-a-secret-again", test_never_shows_a_secret_again);
  ADD ("plain-http-only-to-this-machine", test_plain_http_only_to_this_machine);
  ADD ("builds-urls", test_builds_urls);
  ADD ("websocket-may-be-elsewhere", test_websocket_may_be_elsewhere);
  ADD ("loopback-means-both-ends", test_loopback_means_both_ends);
  return g_test_run ();
}
