/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "raw.h"
#include "rig.h"
#include "server/limits.h"
#include "support/support.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static AloqaSettings *
load (const char *text, GError **error)
{
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("aloqa-settings-XXXXXX", &path, NULL);
  AloqaSettings *settings;

  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  settings = aloqa_settings_load (path, error);
  g_unlink (path);
  return settings;
}

static void
test_a_file_says_what_counts (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaSettings) settings =
      load ("[server]\nice-servers=stun:a.example;turn:b.example\nturn-secret=common\n"
            "cors-origins=https://chat.example\ntrusted-proxies=127.0.0.1;10.0.0.0/8\n"
            "metrics-token=open\n[limits]\ncalls-hz=0.5\nconnections=77\n",
            &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (settings->ice_servers), ==, 2);
  g_assert_cmpstr (settings->turn_secret, ==, "common");
  g_assert_cmpstr (settings->cors_origins[0], ==, "https://chat.example");
  g_assert_cmpuint (settings->trusted_proxies->len, ==, 2);
  g_assert_cmpstr (settings->metrics_token, ==, "open");
  g_assert_cmpfloat (settings->limits[ALOQA_LIMIT_CALLS_HZ], ==, 0.5);
  g_assert_cmpfloat (settings->limits[ALOQA_LIMIT_CONNECTIONS], ==, 77);
  g_assert_cmpfloat (settings->limits[ALOQA_LIMIT_FRAMES_HZ], ==, ALOQA_FRAMES_HZ);
}

static void
test_what_makes_no_sense_is_named (void)
{
  static const struct {
    const char *text;
    const char *in_message;
  } cases[] = {
    { "[server]\nice-server=stun:a\n", "ice-server" },
    { "[server]\nice-servers=http://a\n", "http://a" },
    { "[server]\ntrusted-proxies=10.0.0.0/99\n", "10.0.0.0/99" },
    { "[limits]\ncalls-hz=-1\n", "calls-hz" },
    { "[limits]\ncalls-hz=nan\n", "calls-hz" },
    { "[limits]\ncalls-hz=often\n", "calls-hz" },
    { "[limits]\ncalls=1\n", "--print-limits" },
    { "[limits]\nframe-bytes=1000000\n", "from 16384 to 131072" },
    { "nonsense", "line" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (load (cases[i].text, &error));
    g_test_message ("%s", error->message);
    g_assert_nonnull (strstr (error->message, cases[i].in_message));
  }
}

static void
test_pings_come_before_silence_is_held_against_anybody (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaSettings) settings = load ("[limits]\nping-interval-s=120\n", &error);

  g_assert_no_error (error);
  g_assert_false (aloqa_settings_check_limits (settings, &error));
  g_assert_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE);
  g_assert_nonnull (strstr (error->message, "240000"));
  g_clear_error (&error);
  aloqa_settings_set_limit (settings, "silence-ms", "240000", &error);
  g_assert_no_error (error);
  g_assert_true (aloqa_settings_check_limits (settings, &error));
}

static void
test_the_limits_that_are_printed_can_be_read (void)
{
  g_autofree char *text = aloqa_limit_describe_all ();
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaSettings) settings = load (text, &error);
  g_autoptr (AloqaSettings) usual = aloqa_settings_new ();

  g_assert_no_error (error);
  for (guint i = 0; i < ALOQA_N_LIMITS; i++)
    g_assert_cmpfloat (settings->limits[i], ==, usual->limits[i]);
}

static void
test_the_client_is_the_last_that_no_proxy_of_ours_has_named (void)
{
  static const struct {
    const char *peer;
    const char *forwarded;
    const char *client;
  } cases[] = {
    { "127.0.0.1", NULL, "127.0.0.1" },
    { "127.0.0.1", "192.0.2.1", "192.0.2.1" },
    /* The first was the client's own invention. */
    { "127.0.0.1", "198.51.100.9, 192.0.2.1", "192.0.2.1" },
    { "127.0.0.1", "192.0.2.1, 10.1.2.3", "192.0.2.1" },
    { "127.0.0.1", "192.0.2.1, nonsense", "127.0.0.1" },
    { "127.0.0.1", "2001:db8::1", "2001:db8::1" },
    { "192.0.2.7", "192.0.2.1", "192.0.2.7" },
  };
  g_autoptr (AloqaSettings) settings =
      load ("[server]\ntrusted-proxies=127.0.0.1;10.0.0.0/8\n", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GInetAddress) peer = g_inet_address_new_from_string (cases[i].peer);
    g_autoptr (GInetAddress) client =
        aloqa_settings_find_client (settings, peer, cases[i].forwarded);
    g_autofree char *text = g_inet_address_to_string (client);

    g_assert_cmpstr (text, ==, cases[i].client);
  }
}

/* One whole exchange, as it is on the wire. */
static char *
ask (Rig *rig, const char *request)
{
  g_autoptr (Raw) raw = raw_connect (aloqa_server_get_port (rig->server));

  raw_send (raw, request, -1);
  return g_strdup (raw_wait_end (raw));
}

#define WRONG_BODY "{\"username\":\"ali\",\"password\":\"guess\"}"
#define WRONG_SIGN_IN_OF(address)                                                                  \
  "POST /api/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: 37\r\nX-Forwarded-For: " address    \
  "\r\n\r\n" WRONG_BODY

static guint
count_failures (Rig *rig, const char *request, guint n_tries)
{
  guint n_failures = 0;

  G_STATIC_ASSERT (sizeof WRONG_BODY - 1 == 37);
  for (guint i = 0; i < n_tries; i++) {
    g_autofree char *answer = ask (rig, request);

    n_failures += g_str_has_prefix (answer, "HTTP/1.1 401");
  }
  return n_failures;
}

static void
test_a_trusted_proxy_s_clients_are_told_apart (void)
{
  AloqaClock *clock = aloqa_fake_clock_new ();
  g_autoptr (AloqaSettings) settings = load ("[server]\ntrusted-proxies=127.0.0.1\n", NULL);
  g_autoptr (Rig) trusting =
      rig_new_with (&(AloqaServerConfig){ .clock = clock, .settings = settings });
  g_autoptr (Rig) plain = rig_new_with (&(AloqaServerConfig){ .clock = clock });
  const guint n_free = ALOQA_FREE_FAILURES + 1;

  g_assert_cmpuint (count_failures (trusting, WRONG_SIGN_IN_OF ("192.0.2.1"), 8), ==, n_free);
  g_assert_cmpuint (count_failures (trusting, WRONG_SIGN_IN_OF ("192.0.2.2"), 8), ==, n_free);
  g_assert_cmpuint (count_failures (plain, WRONG_SIGN_IN_OF ("192.0.2.1"), 8), ==, n_free);
  g_assert_cmpuint (count_failures (plain, WRONG_SIGN_IN_OF ("192.0.2.2"), 8), ==, 0);
  g_object_unref (clock);
}

static void
test_pages_of_a_configured_origin_may_read_answers (void)
{
  static const char preflight[] = "OPTIONS /api/auth/login HTTP/1.1\r\nHost: a\r\n"
                                  "Origin: https://chat.example\r\n\r\n";
  static const char own[] = "GET /api/users/me HTTP/1.1\r\nHost: a\r\n"
                            "Origin: https://chat.example\r\n\r\n";
  static const char other[] = "GET /api/health HTTP/1.1\r\nHost: a\r\n"
                              "Origin: https://other.example\r\n\r\n";
  g_autoptr (AloqaSettings) settings = load ("[server]\ncors-origins=https://chat.example\n", NULL);
  g_autoptr (Rig) rig = rig_new_with (&(AloqaServerConfig){ .settings = settings });
  g_autoptr (Rig) plain = rig_new ();
  g_autofree char *asked = ask (rig, preflight);
  g_autofree char *refused = ask (rig, own);
  g_autofree char *foreign = ask (rig, other);
  g_autofree char *without = ask (plain, own);

  g_assert_true (g_str_has_prefix (asked, "HTTP/1.1 204"));
  g_assert_nonnull (strstr (asked, "Access-Control-Allow-Origin: https://chat.example\r\n"));
  g_assert_nonnull (
      strstr (asked, "Access-Control-Allow-Headers: Authorization, Content-Type\r\n"));
  /* A page must be able to read that it is to sign in. */
  g_assert_true (g_str_has_prefix (refused, "HTTP/1.1 401"));
  g_assert_nonnull (strstr (refused, "Access-Control-Allow-Origin: https://chat.example\r\n"));
  g_assert_null (strstr (foreign, "Access-Control-Allow-Origin"));
  g_assert_nonnull (strstr (foreign, "Vary: Origin\r\n"));
  g_assert_null (strstr (without, "Access-Control"));
}

#define LOGIN "POST /api/auth/login HTTP/1.1\r\nHost: a\r\n"

/* What was usual is too large now, and the other way round. */
static void
test_sizes_can_be_set (void)
{
  static const struct {
    const char *text;
    const char *request; /* with 12,000 bytes where %s is */
    const char *answer;
  } cases[] = {
    { "[limits]\nheader-bytes=10240\n", "GET /api/health HTTP/1.1\r\nHost: a\r\nX: %s\r\n\r\n",
      "HTTP/1.1 431" },
    { "[limits]\nheader-bytes=12400\n", "GET /api/health HTTP/1.1\r\nHost: a\r\nX: %s\r\n\r\n",
      "HTTP/1.1 200" },
    { "[limits]\nbody-bytes=10240\n", LOGIN "Content-Length: 12000\r\n\r\n%s", "HTTP/1.1 413" },
    { "[limits]\nbody-bytes=12000\n", LOGIN "Content-Length: 12000\r\n\r\n%s", "HTTP/1.1 422" },
  };
  g_autofree char *filling = g_strnfill (12000, 'x');

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (AloqaSettings) settings = load (cases[i].text, NULL);
    g_autoptr (Rig) rig = rig_new_with (&(AloqaServerConfig){ .settings = settings });
    g_auto (GStrv) parts = g_strsplit (cases[i].request, "%s", 2);
    g_autofree char *request = g_strconcat (parts[0], filling, parts[1], NULL);
    g_autofree char *answer = ask (rig, request);

    g_assert_true (g_str_has_prefix (answer, cases[i].answer));
  }
}

/* Answered up to twice the limit, and the end of the connection past that. */
static void
test_the_size_of_a_frame_can_be_set (void)
{
  g_autoptr (AloqaSettings) settings = load ("[limits]\nframe-bytes=16384\n", NULL);
  g_autoptr (Rig) rig = rig_new_with (&(AloqaServerConfig){ .settings = settings });
  g_autoptr (Client) ali = client_connect (rig->base, "ali", "secret");
  g_autofree char *fits = g_strnfill (16384, ' ');
  g_autofree char *large = g_strnfill (16385, ' ');
  g_autofree char *huge = g_strnfill (2 * 16384 + 1, ' ');
  g_autoptr (JsonObject) bad = NULL;
  g_autoptr (JsonObject) too_large = NULL;

  client_send (ali, fits);
  bad = client_take_type (ali, "error");
  g_assert_cmpstr (json_object_get_string_member (bad, "code"), ==, "bad_message");
  client_send (ali, large);
  too_large = client_take_type (ali, "error");
  g_assert_cmpstr (json_object_get_string_member (too_large, "code"), ==, "too_large");
  client_send (ali, huge);
  client_wait_closed (ali);
}

/* For those who are connected as well. */
static void
test_new_settings_count_at_once (void)
{
  AloqaClock *clock = aloqa_fake_clock_new ();
  g_autoptr (Rig) rig = rig_new_with (&(AloqaServerConfig){ .clock = clock });
  g_autoptr (AloqaSettings) settings = load ("[limits]\ncalls-burst=1\ncalls-hz=0.1\n", NULL);
  g_autoptr (Client) ali = client_connect (rig->base, "ali", "secret");
  g_autoptr (Client) vali = client_connect (rig->base, "vali", "secret");

  aloqa_server_set_settings (rig->server, settings);
  client_send (ali, "{\"type\":\"call_request\",\"to\":2}");
  json_object_unref (client_take_type (vali, "call_request"));
  client_send (ali, "{\"type\":\"call_request\",\"to\":2}");
  json_object_unref (client_take_type (ali, "error"));
  client_expect_nothing (vali, ali);
  g_object_unref (clock);
}

/* The second one of each kind is refused, and says for how long. */
static void
test_each_kind_of_frame_has_a_limit (void)
{
  static const struct {
    const char *limits;
    const char *frame;
    const char *words;
  } cases[] = {
    { "calls-burst=1\ncalls-hz=0.1\n", "{\"type\":\"call_request\",\"to\":2}", "Too many calls" },
    { "messages-burst=1\nmessages-hz=0.1\n", "{\"type\":\"hello\",\"features\":[]}",
      "Too many messages" },
    { "candidates-burst=1\ncandidates-hz=0.1\n",
      "{\"type\":\"ice_candidate\",\"to\":2,\"candidate\":{\"candidate\":\"\"}}",
      "Too many candidates" },
    { "frames-burst=1\nframes-hz=0.1\n", "{\"type\":\"typing\",\"to\":2}", "Too many frames" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    AloqaClock *clock = aloqa_fake_clock_new ();
    g_autofree char *text = g_strconcat ("[limits]\n", cases[i].limits, NULL);
    g_autoptr (AloqaSettings) settings = load (text, NULL);
    g_autoptr (Rig) rig =
        rig_new_with (&(AloqaServerConfig){ .clock = clock, .settings = settings });
    g_autoptr (Client) ali = client_connect (rig->base, "ali", "secret");
    g_autoptr (JsonObject) error = NULL;

    client_send (ali, cases[i].frame);
    client_send (ali, cases[i].frame);
    error = client_take_type (ali, "error");
    if (strcmp (json_object_get_string_member (error, "code"), "not_in_call") == 0) {
      json_object_unref (error);
      error = client_take_type (ali, "error");
    }
    g_assert_cmpstr (json_object_get_string_member (error, "code"), ==, "rate_limited");
    g_assert_true (
        g_str_has_prefix (json_object_get_string_member (error, "message"), cases[i].words));
    g_assert_cmpint (json_object_get_int_member (error, "retry_after_ms"), >, 0);
    g_object_unref (clock);
  }
}

static void
test_connections_in_all_are_limited (void)
{
  g_autoptr (AloqaSettings) settings = load ("[limits]\nconnections=2\n", NULL);
  g_autoptr (Rig) rig = rig_new_with (&(AloqaServerConfig){ .settings = settings });
  g_autoptr (Client) ali = client_connect (rig->base, "ali", "secret");
  g_autoptr (Raw) first = raw_connect (aloqa_server_get_port (rig->server));
  g_autoptr (Raw) second = NULL;

  while (aloqa_server_get_n_connections (rig->server) < 2)
    g_main_context_iteration (NULL, TRUE);
  second = raw_connect (aloqa_server_get_port (rig->server));
  raw_wait_end (second);
  client_sync (ali);
}

static void
test_all_at_one_address_share_a_limit (void)
{
  AloqaClock *clock = aloqa_fake_clock_new ();
  g_autoptr (AloqaSettings) settings =
      load ("[limits]\ncalls-burst=1\ncalls-hz=0.1\nusers-per-address=2\n", NULL);
  g_autoptr (Rig) rig = rig_new_with (&(AloqaServerConfig){ .clock = clock, .settings = settings });
  g_autoptr (Client) ali = client_connect (rig->base, "ali", "secret");
  g_autoptr (Client) vali = client_connect (rig->base, "vali", "secret");
  g_autoptr (Client) guli = client_connect (rig->base, "guli", "secret");

  client_send (ali, "{\"type\":\"call_request\",\"to\":3}");
  json_object_unref (client_take_type (guli, "call_request"));
  client_send (vali, "{\"type\":\"call_request\",\"to\":3}");
  json_object_unref (client_take_type (guli, "call_request"));
  client_send (guli, "{\"type\":\"call_request\",\"to\":1}");
  json_object_unref (client_take_type (guli, "error"));
  client_expect_nothing (ali, guli);
  g_object_unref (clock);
}

static void
test_requests_of_one_address_are_limited (void)
{
  AloqaClock *clock = aloqa_fake_clock_new ();
  g_autoptr (AloqaSettings) settings =
      load ("[limits]\nrequests-per-address-burst=2\nrequests-per-address-hz=1\n", NULL);
  g_autoptr (Rig) rig = rig_new_with (&(AloqaServerConfig){ .clock = clock, .settings = settings });
  static const guint statuses[] = { 200, 200, 429 };
  g_autoptr (Answer) later = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++) {
    g_autoptr (Answer) answer = http_get (rig->base, "/api/health", NULL);

    g_assert_cmpuint (answer->status, ==, statuses[i]);
  }
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (clock), 1000);
  later = http_get (rig->base, "/api/health", NULL);
  g_assert_cmpuint (later->status, ==, 200);
  g_object_unref (clock);
}

#define ADD(name, func) g_test_add_func ("/server/settings/" name, func)

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  ADD ("a-file-says-what-counts", test_a_file_says_what_counts);
  ADD ("what-makes-no-sense-is-named", test_what_makes_no_sense_is_named);
  ADD ("the-limits-that-are-printed-can-be-read", test_the_limits_that_are_printed_can_be_read);
  ADD ("pings-come-before-silence-is-held-against-anybody",
       test_pings_come_before_silence_is_held_against_anybody);
  ADD ("the-client-is-the-last-that-no-proxy-of-ours-has-named",
       test_the_client_is_the_last_that_no_proxy_of_ours_has_named);
  ADD ("a-trusted-proxy-s-clients-are-told-apart", test_a_trusted_proxy_s_clients_are_told_apart);
  ADD ("pages-of-a-configured-origin-may-read-answers",
       test_pages_of_a_configured_origin_may_read_answers);
  ADD ("sizes-can-be-set", test_sizes_can_be_set);
  ADD ("the-size-of-a-frame-can-be-set", test_the_size_of_a_frame_can_be_set);
  ADD ("new-settings-count-at-once", test_new_settings_count_at_once);
  ADD ("requests-of-one-address-are-limited", test_requests_of_one_address_are_limited);
  ADD ("each-kind-of-frame-has-a-limit", test_each_kind_of_frame_has_a_limit);
  ADD ("connections-in-all-are-limited", test_connections_in_all_are_limited);
  ADD ("all-at-one-address-share-a-limit", test_all_at_one_address_share_a_limit);
  return g_test_run ();
}
