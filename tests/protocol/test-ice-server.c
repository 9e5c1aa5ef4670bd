/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/error.h"
#include "protocol/ice-server.h"

#include "support/support.h"

static const struct {
  const char *url;
  AloqaIceServerKind kind;
  const char *host;
  guint16 port;
} good_urls[] = {
  { "stun:stun.example.org", ALOQA_ICE_SERVER_STUN, "stun.example.org", 3478 },
  { "stun:stun.example.org:19302", ALOQA_ICE_SERVER_STUN, "stun.example.org", 19302 },
  { "STUN://127.0.0.1:1", ALOQA_ICE_SERVER_STUN, "127.0.0.1", 1 },
  { "stun:[2001:db8::1]", ALOQA_ICE_SERVER_STUN, "2001:db8::1", 3478 },
  { "turn:a-b_c.d", ALOQA_ICE_SERVER_TURN_UDP, "a-b_c.d", 3478 },
  { "turn:h?transport=udp", ALOQA_ICE_SERVER_TURN_UDP, "h", 3478 },
  { "turn:h:65535?transport=tcp", ALOQA_ICE_SERVER_TURN_TCP, "h", 65535 },
  { "turn://[::1]:99?transport=tcp", ALOQA_ICE_SERVER_TURN_TCP, "::1", 99 },
  { "turns:h", ALOQA_ICE_SERVER_TURN_TLS, "h", 5349 },
  { "turns:h:443?transport=tcp", ALOQA_ICE_SERVER_TURN_TLS, "h", 443 },
};

static const struct {
  const char *url;
  AloqaProtocolError code;
} bad_urls[] = {
  { "", ALOQA_PROTOCOL_ERROR_BAD_MESSAGE },
  { "stun", ALOQA_PROTOCOL_ERROR_BAD_MESSAGE },
  { "stun:", ALOQA_PROTOCOL_ERROR_BAD_MESSAGE },
  { "stun.example.org:3478", ALOQA_PROTOCOL_ERROR_BAD_MESSAGE },
  { "http:h", ALOQA_PROTOCOL_ERROR_BAD_MESSAGE },
  { "stun:h:", ALOQA_PROTOCOL_ERROR_BAD_MESSAGE },
  { "stun:h:0", ALOQA_PROTOCOL_ERROR_BAD_MESSAGE },
  { "stun:h:65536", ALOQA_PROTOCOL_ERROR_BAD_MESSAGE },
  { "stun:h:18446744073709551617", ALOQA_PROTOCOL_ERROR_BAD_MESSAGE },
  { "stun:h:-1", ALOQA_PROTOCOL_ERROR_BAD_MESSAGE },
  { "stun:h:http", ALOQA_PROTOCOL_ERROR_BAD_MESSAGE },
  { "stun:h:1/", ALOQA_PROTOCOL_ERROR_BAD_MESSAGE },
  { "stun:2001:db8::1", ALOQA_PROTOCOL_ERROR_BAD_MESSAGE },
  { "stun:[2001:db8::1", ALOQA_PROTOCOL_ERROR_BAD_MESSAGE },
  { "stun:[", ALOQA_PROTOCOL_ERROR_BAD_MESSAGE },
  { "stun:[]", ALOQA_PROTOCOL_ERROR_BAD_MESSAGE },
  { "stun:[127.0.0.1]", ALOQA_PROTOCOL_ERROR_BAD_MESSAGE },
  { "stun:[::1]3478", ALOQA_PROTOCOL_ERROR_BAD_MESSAGE },
  { "stun:[fe80::1%eth0]", ALOQA_PROTOCOL_ERROR_BAD_MESSAGE },
  { "stun:h h", ALOQA_PROTOCOL_ERROR_BAD_MESSAGE },
  { "stun:h?transport=udp", ALOQA_PROTOCOL_ERROR_BAD_MESSAGE },
  { "turn:h?transport=sctp", ALOQA_PROTOCOL_ERROR_BAD_MESSAGE },
  { "turn:h?transport=tcp&x", ALOQA_PROTOCOL_ERROR_BAD_MESSAGE },
  { "turn:ali:secret@h", ALOQA_PROTOCOL_ERROR_BAD_MESSAGE },
  { "stuns:h", ALOQA_PROTOCOL_ERROR_UNKNOWN_TYPE },
  { "turns:h?transport=udp", ALOQA_PROTOCOL_ERROR_UNKNOWN_TYPE },
};

static void
test_good_urls (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (good_urls); i++) {
    gboolean is_stun = good_urls[i].kind == ALOQA_ICE_SERVER_STUN;
    g_autoptr (GError) error = NULL;
    g_autoptr (AloqaIceServer) server =
        aloqa_ice_server_new (good_urls[i].url, "ali", "secret", &error);

    g_assert_no_error (error);
    g_assert_cmpint (server->kind, ==, good_urls[i].kind);
    g_assert_cmpstr (server->url, ==, good_urls[i].url);
    g_assert_cmpstr (server->host, ==, good_urls[i].host);
    g_assert_cmpuint (server->port, ==, good_urls[i].port);
    g_assert_cmpstr (server->username, ==, is_stun ? NULL : "ali");
    g_assert_cmpstr (server->credential, ==, is_stun ? NULL : "secret");
  }
}

static void
test_bad_urls (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad_urls); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (aloqa_ice_server_new (bad_urls[i].url, "ali", "secret", &error));
    g_assert_error (error, ALOQA_PROTOCOL_ERROR, (int) bad_urls[i].code);
    g_assert_cmpstr (aloqa_protocol_error_get_field (error), ==, "urls");
    g_assert_null (strstr (error->message, "secret"));
  }
}

static void
test_too_long (void)
{
  g_autofree char *name = g_strnfill (600, 'a');
  g_autofree char *url = g_strconcat ("stun:", name, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (aloqa_ice_server_new (url, NULL, NULL, &error));
  g_assert_error (error, ALOQA_PROTOCOL_ERROR, ALOQA_PROTOCOL_ERROR_TOO_LARGE);
  g_clear_error (&error);

  g_assert_null (aloqa_ice_server_new ("turn:h", name, "secret", &error));
  g_assert_error (error, ALOQA_PROTOCOL_ERROR, ALOQA_PROTOCOL_ERROR_TOO_LARGE);
  g_assert_cmpstr (aloqa_protocol_error_get_field (error), ==, "username");
}

static void
test_turn_needs_both (void)
{
  static const struct {
    const char *username, *credential, *field;
  } cases[] = {
    { NULL, NULL, "username" },
    { "", "secret", "username" },
    { "ali", NULL, "credential" },
    { "ali", "", "credential" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (aloqa_ice_server_new ("turn:h", cases[i].username, cases[i].credential, &error));
    g_assert_error (error, ALOQA_PROTOCOL_ERROR, ALOQA_PROTOCOL_ERROR_BAD_MESSAGE);
    g_assert_cmpstr (aloqa_protocol_error_get_field (error), ==, cases[i].field);
  }
}

static void
test_uri (void)
{
  static const struct {
    const char *url, *host, *uri;
    guint16 port;
  } cases[] = {
    { "stun:h", NULL, "stun://h:3478", 0 },
    { "stun:[::1]:5", NULL, "stun://[::1]:5", 0 },
    { "turn:h", NULL, "turn://a%3Ab%40:%2F%3F%20%C3%B6@h:3478?transport=udp", 0 },
    { "turn:h?transport=tcp", NULL, "turn://a%3Ab%40:%2F%3F%20%C3%B6@h:3478?transport=tcp", 0 },
    { "turns:h", "127.0.0.1", "turn://a%3Ab%40:%2F%3F%20%C3%B6@127.0.0.1:9?transport=tcp", 9 },
    { "stun:h", "::1", "stun://[::1]:7", 7 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (AloqaIceServer) server = aloqa_ice_server_new (cases[i].url, "a:b@", "/? ö", NULL);
    g_autofree char *uri = aloqa_ice_server_to_uri (server, cases[i].host, cases[i].port);

    g_assert_cmpstr (uri, ==, cases[i].uri);
  }
}

static void
test_counted (void)
{
  g_autoptr (GPtrArray) servers = g_ptr_array_new_with_free_func (aloqa_ice_server_unref);
  AloqaIceServer *server = aloqa_ice_server_new ("turn:h", "ali", "secret", NULL);

  g_ptr_array_add (servers, aloqa_ice_server_ref (server));
  aloqa_ice_server_unref (server);
  g_assert_cmpstr (server->credential, ==, "secret");
}

static const struct {
  const char *text;
  const char *summary; /* "url username credential", joined by "|" */
  gint64 ttl_s;
} good_lists[] = {
  { "[]", "", 0 },
  { "{\"ice_servers\":[]}", "", 0 },
  { "{\"ice_servers\":[{\"urls\":\"stun:a\"}],\"ttl_s\":3600}", "stun:a - -", 3600 },
  { "{\"iceServers\":[{\"urls\":[\"stun:a\"]}],\"ttl_s\":null}", "stun:a - -", 0 },
  { "[{\"urls\":[\"turn:a\",\"turns:a\"],\"username\":\"u\",\"credential\":\"c\"},"
    "{\"urls\":\"stun:b\",\"username\":null,\"credential\":null}]",
    "turn:a u c|turns:a u c|stun:b - -", 0 },
  { "[{\"urls\":[\"stuns:a\",\"stun:b\"]},{\"urls\":\"turns:a?transport=udp\"}]", "stun:b - -", 0 },
};

static char *
summarize (GPtrArray *servers)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < servers->len; i++) {
    const AloqaIceServer *server = servers->pdata[i];

    g_string_append_printf (text, "%s%s %s %s", i > 0 ? "|" : "", server->url,
                            server->username != NULL ? server->username : "-",
                            server->credential != NULL ? server->credential : "-");
  }
  return g_string_free (text, FALSE);
}

static void
test_good_lists (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (good_lists); i++) {
    g_autoptr (GError) error = NULL;
    gint64 ttl_s = -1;
    g_autoptr (GPtrArray) servers =
        aloqa_ice_server_parse_list (good_lists[i].text, -1, &ttl_s, &error);
    g_autofree char *summary = NULL;

    g_assert_no_error (error);
    summary = summarize (servers);
    g_assert_cmpstr (summary, ==, good_lists[i].summary);
    g_assert_cmpint (ttl_s, ==, good_lists[i].ttl_s);
  }
}

static const struct {
  const char *text;
  const char *field;
} bad_lists[] = {
  { "", NULL },
  { "7", NULL },
  { "{}", "ice_servers" },
  { "{\"ice_servers\":{}}", "ice_servers" },
  { "[7]", "ice_servers" },
  { "[{}]", "ice_servers.urls" },
  { "[{\"urls\":7}]", "ice_servers.urls" },
  { "[{\"urls\":[7]}]", "ice_servers.urls" },
  { "[{\"urls\":[[\"stun:a\"]]}]", "ice_servers.urls" },
  { "[{\"urls\":\"a\"}]", "ice_servers.urls" },
  { "[{\"urls\":\"turn:a\"}]", "ice_servers.username" },
  { "[{\"urls\":\"stun:a\",\"username\":7}]", "ice_servers.username" },
  { "{\"ice_servers\":[],\"ttl_s\":-1}", "ttl_s" },
  { "{\"ice_servers\":[],\"ttl_s\":\"1\"}", "ttl_s" },
};

static void
test_bad_lists (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad_lists); i++) {
    g_autoptr (GError) error = NULL;
    gint64 ttl_s;

    g_assert_null (aloqa_ice_server_parse_list (bad_lists[i].text, -1, &ttl_s, &error));
    g_assert_error (error, ALOQA_PROTOCOL_ERROR, ALOQA_PROTOCOL_ERROR_BAD_MESSAGE);
    g_assert_cmpstr (aloqa_protocol_error_get_field (error), ==, bad_lists[i].field);
  }
}

static char *
make_list (int n_servers)
{
  GString *text = g_string_new ("[");

  for (int i = 0; i < n_servers; i++)
    g_string_append_printf (text, "%s{\"urls\":\"stun:a\"}", i > 0 ? "," : "");
  g_string_append_c (text, ']');
  return g_string_free (text, FALSE);
}

static void
test_many_servers (void)
{
  g_autofree char *most = make_list (16), *too_many = make_list (17);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) servers = aloqa_ice_server_parse_list (most, -1, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (servers->len, ==, 16);
  g_assert_null (aloqa_ice_server_parse_list (too_many, -1, NULL, &error));
  g_assert_error (error, ALOQA_PROTOCOL_ERROR, ALOQA_PROTOCOL_ERROR_TOO_LARGE);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);

  g_test_add_func ("/ice-server/url/good-ones-are-taken-apart", test_good_urls);
  g_test_add_func ("/ice-server/url/bad-ones-are-refused", test_bad_urls);
  g_test_add_func ("/ice-server/too-long-is-refused", test_too_long);
  g_test_add_func ("/ice-server/turn-needs-name-and-credential", test_turn_needs_both);
  g_test_add_func ("/ice-server/uri-escapes-what-it-holds", test_uri);
  g_test_add_func ("/ice-server/is-counted", test_counted);
  g_test_add_func ("/ice-server/list/good-ones-are-read", test_good_lists);
  g_test_add_func ("/ice-server/list/bad-ones-name-their-field", test_bad_lists);
  g_test_add_func ("/ice-server/list/sixteen-are-enough", test_many_servers);

  return g_test_run ();
}
