/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/candidate.h"

#include "protocol/error.h"
#include "protocol/limits.h"

#include "support/support.h"

#include <string.h>

#define HOST "candidate:1 1 udp 2122194687 192.0.2.2 43501 typ host"

static const struct {
  const char *line;
  guint component;
  AloqaTransport transport;
  guint32 priority;
  const char *address;
  guint16 port;
  AloqaCandidateKind kind;
} valid[] = {
  { HOST, 1, ALOQA_TRANSPORT_UDP, 2122194687, "192.0.2.2", 43501, ALOQA_CANDIDATE_HOST },
  { "a=" HOST, 1, ALOQA_TRANSPORT_UDP, 2122194687, "192.0.2.2", 43501, ALOQA_CANDIDATE_HOST },
  { "  a=" HOST "\r\n", 1, ALOQA_TRANSPORT_UDP, 2122194687, "192.0.2.2", 43501,
    ALOQA_CANDIDATE_HOST },
  { HOST " generation 0 ufrag 8JJp network-id 1", 1, ALOQA_TRANSPORT_UDP, 2122194687, "192.0.2.2",
    43501, ALOQA_CANDIDATE_HOST },
  { "candidate:0 2 UDP 2122187006 fd00::2 41284 typ host", 2, ALOQA_TRANSPORT_UDP, 2122187006,
    "fd00::2", 41284, ALOQA_CANDIDATE_HOST },
  { "candidate:4 1 TCP 2105458943 192.0.2.2 9 typ host tcptype active", 1, ALOQA_TRANSPORT_TCP,
    2105458943, "192.0.2.2", 9, ALOQA_CANDIDATE_HOST },
  { "candidate:4 1 tcp 1 192.0.2.2 0 typ host tcptype active", 1, ALOQA_TRANSPORT_TCP, 1,
    "192.0.2.2", 0, ALOQA_CANDIDATE_HOST },
  { "candidate:a+/9 1 udp 4294967295 203.0.113.5 1 typ srflx raddr 0.0.0.0 rport 0", 1,
    ALOQA_TRANSPORT_UDP, G_MAXUINT32, "203.0.113.5", 1, ALOQA_CANDIDATE_SERVER_REFLEXIVE },
  { "candidate:7 1 udp 0 203.0.113.5 65535 typ prflx", 1, ALOQA_TRANSPORT_UDP, 0, "203.0.113.5",
    65535, ALOQA_CANDIDATE_PEER_REFLEXIVE },
  { "candidate:8 256 udp 5 2001:db8::1 3478 typ relay", 256, ALOQA_TRANSPORT_UDP, 5, "2001:db8::1",
    3478, ALOQA_CANDIDATE_RELAY },
  { "candidate:9 1 udp 5 1f4712db-ea17-4bcf-a596-105139dfd8bf.local 5 typ host", 1,
    ALOQA_TRANSPORT_UDP, 5, "1f4712db-ea17-4bcf-a596-105139dfd8bf.local", 5, ALOQA_CANDIDATE_HOST },
};

static const char *const bad_lines[] = {
  "candidate",
  "candidate:",
  "candidate:1",
  "hello",
  "1 1 udp 2122194687 192.0.2.2 43501 typ host",
  "candidate:1 1 udp 2122194687 192.0.2.2 43501 typ",
  "candidate:1 1 udp 2122194687 192.0.2.2 43501 typ other",
  "candidate:1 1 udp 2122194687 192.0.2.2 43501 type host",
  "candidate:1 1 udp 2122194687 192.0.2.2 43501 typ HOST",
  "candidate:1  1 udp 2122194687 192.0.2.2 43501 typ host",
  "candidate: 1 1 udp 2122194687 192.0.2.2 43501 typ host",
  "candidate:1 1 udp 2122194687 192.0.2.2 43501 typ host  generation 0",
  "candidate:1-1 1 udp 2122194687 192.0.2.2 43501 typ host",
  "candidate:012345678901234567890123456789012 1 udp 5 192.0.2.2 43501 typ host",
  "candidate:1 0 udp 2122194687 192.0.2.2 43501 typ host",
  "candidate:1 257 udp 2122194687 192.0.2.2 43501 typ host",
  "candidate:1 -1 udp 2122194687 192.0.2.2 43501 typ host",
  "candidate:1 +1 udp 2122194687 192.0.2.2 43501 typ host",
  "candidate:1 1 ssltcp 2122194687 192.0.2.2 43501 typ host",
  "candidate:1 1 udp 4294967296 192.0.2.2 43501 typ host",
  "candidate:1 1 udp 0x10 192.0.2.2 43501 typ host",
  "candidate:1 1 udp 1 192.0.2.256 43501 typ host",
  "candidate:1 1 udp 1 example.com 43501 typ host",
  "candidate:1 1 udp 1 example.local.com 43501 typ host",
  "candidate:1 1 udp 1 .local 43501 typ host",
  "candidate:1 1 udp 1 .a.local 43501 typ host",
  "candidate:1 1 udp 1 a..local 43501 typ host",
  "candidate:1 1 udp 1 a/b.local 43501 typ host",
  "candidate:1 1 udp 1 fe80::1%eth0 43501 typ host",
  "candidate:1 1 udp 1 192.0.2.2 0 typ host",
  "candidate:1 1 udp 1 192.0.2.2 65536 typ host",
  "candidate:1 1 tcp 1 192.0.2.2 65536 typ host",
  HOST "\r\na=fingerprint:sha-256 00",
  HOST "\na=ice-lite",
  HOST " name \x01",
  HOST " name \xc3\xa9",
  HOST "\tname value",
};

static void
test_every_part_of_a_valid_line_is_read (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (valid); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (AloqaCandidate) candidate =
        aloqa_candidate_new (valid[i].line, "0", 0, "8JJp", &error);

    g_test_message ("case %u", i);
    g_assert_no_error (error);
    g_assert_true (g_str_has_prefix (candidate->line, "candidate:"));
    g_assert_null (strpbrk (candidate->line, "\r\n"));
    g_assert_cmpuint (candidate->component, ==, valid[i].component);
    g_assert_cmpint (candidate->transport, ==, valid[i].transport);
    g_assert_cmpuint (candidate->priority, ==, valid[i].priority);
    g_assert_cmpstr (candidate->address, ==, valid[i].address);
    g_assert_cmpuint (candidate->port, ==, valid[i].port);
    g_assert_cmpint (candidate->kind, ==, valid[i].kind);
    g_assert_false (aloqa_candidate_is_end (candidate));
    g_assert_cmpint (aloqa_candidate_is_mdns (candidate), ==,
                     g_str_has_suffix (valid[i].address, ".local"));
  }
}

static void
test_a_bad_line_is_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_lines); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (AloqaCandidate) candidate =
        aloqa_candidate_new (bad_lines[i], NULL, -1, NULL, &error);

    g_test_message ("case %u", i);
    g_assert_null (candidate);
    g_assert_error (error, ALOQA_PROTOCOL_ERROR, ALOQA_PROTOCOL_ERROR_BAD_CANDIDATE);
    g_assert_cmpstr (aloqa_protocol_error_get_field (error), ==, "candidate");
    g_assert_true (g_str_has_prefix (error->message, "candidate: "));
  }
}

static void
test_the_end_has_no_parts (void)
{
  const char *const ends[] = { "", "  ", "\r\n", "end-of-candidates", "a=end-of-candidates\r\n" };

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++) {
    g_autoptr (AloqaCandidate) candidate = aloqa_candidate_new (ends[i], "0", 0, NULL, NULL);

    g_assert_nonnull (candidate);
    g_assert_true (aloqa_candidate_is_end (candidate));
    g_assert_false (aloqa_candidate_is_mdns (candidate));
    g_assert_cmpstr (candidate->line, ==, "");
    g_assert_null (candidate->address);
  }
}

static void
test_where_it_belongs_may_be_unknown (void)
{
  g_autoptr (AloqaCandidate) unknown = aloqa_candidate_new (HOST, NULL, -1, NULL, NULL);
  g_autoptr (AloqaCandidate) empty = aloqa_candidate_new (HOST, "", 1, "", NULL);

  g_assert_null (unknown->mid);
  g_assert_cmpint (unknown->m_line_index, ==, -1);
  g_assert_null (unknown->username_fragment);
  g_assert_null (empty->mid);
  g_assert_cmpint (empty->m_line_index, ==, 1);
  g_assert_null (empty->username_fragment);
}

static void
check_fault (const char *line, const char *mid, int m_line_index, const char *username_fragment,
             int code, const char *field)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaCandidate) candidate =
      aloqa_candidate_new (line, mid, m_line_index, username_fragment, &error);

  g_assert_null (candidate);
  g_assert_error (error, ALOQA_PROTOCOL_ERROR, code);
  g_assert_cmpstr (aloqa_protocol_error_get_field (error), ==, field);
}

static void
test_each_argument_has_its_limit (void)
{
  g_autofree char *long_mid = g_strnfill (ALOQA_MAX_MID_CHARS + 1, 'm');
  g_autofree char *long_fragment = g_strnfill (ALOQA_MAX_ICE_UFRAG_CHARS + 1, 'f');
  g_autofree char *padding = g_strnfill (ALOQA_MAX_CANDIDATE_BYTES, 'x');
  g_autofree char *long_line = g_strconcat (HOST " name ", padding, NULL);

  check_fault (long_line, NULL, 0, NULL, ALOQA_PROTOCOL_ERROR_TOO_LARGE, "candidate");
  check_fault (HOST, long_mid, 0, NULL, ALOQA_PROTOCOL_ERROR_TOO_LARGE, "sdpMid");
  check_fault (HOST, "a b", 0, NULL, ALOQA_PROTOCOL_ERROR_BAD_CANDIDATE, "sdpMid");
  check_fault (HOST, "0\r\n", 0, NULL, ALOQA_PROTOCOL_ERROR_BAD_CANDIDATE, "sdpMid");
  check_fault (HOST, NULL, -2, NULL, ALOQA_PROTOCOL_ERROR_BAD_CANDIDATE, "sdpMLineIndex");
  check_fault (HOST, NULL, ALOQA_MAX_SDP_MEDIA, NULL, ALOQA_PROTOCOL_ERROR_BAD_CANDIDATE,
               "sdpMLineIndex");
  check_fault (HOST, NULL, 0, long_fragment, ALOQA_PROTOCOL_ERROR_TOO_LARGE, "usernameFragment");
  check_fault (HOST, NULL, 0, "a\nb", ALOQA_PROTOCOL_ERROR_BAD_CANDIDATE, "usernameFragment");
}

static void
test_it_is_counted (void)
{
  AloqaCandidate *candidate = aloqa_candidate_new (HOST, "0", 0, NULL, NULL);
  AloqaCandidate *same = g_boxed_copy (ALOQA_TYPE_CANDIDATE, candidate);

  g_assert_true (same == candidate);
  aloqa_candidate_unref (candidate);
  g_assert_cmpstr (same->mid, ==, "0");
  g_boxed_free (ALOQA_TYPE_CANDIDATE, same);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);

  g_test_add_func ("/candidate/every-part-of-a-valid-line-is-read",
                   test_every_part_of_a_valid_line_is_read);
  g_test_add_func ("/candidate/a-bad-line-is-refused", test_a_bad_line_is_refused);
  g_test_add_func ("/candidate/the-end-has-no-parts", test_the_end_has_no_parts);
  g_test_add_func ("/candidate/where-it-belongs-may-be-unknown",
                   test_where_it_belongs_may_be_unknown);
  g_test_add_func ("/candidate/each-argument-has-its-limit", test_each_argument_has_its_limit);
  g_test_add_func ("/candidate/it-is-counted", test_it_is_counted);

  return g_test_run ();
}
