/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/ice-check-message.h"

#include "support/support.h"

#include <string.h>

/* The test vectors of RFC 5769. Its user name of the last one is misprinted there, and right here. */

static const guint8 sample_id[] = { 0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34,
                                    0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae };

static const char short_term_password[] = "VOkJxbRl1RmTxUk/WvJxBt";

static const guint8 sample_request[] = {
  0x00, 0x01, 0x00, 0x58, 0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86,
  0xfa, 0x87, 0xdf, 0xae, 0x80, 0x22, 0x00, 0x10, 0x53, 0x54, 0x55, 0x4e, 0x20, 0x74, 0x65, 0x73,
  0x74, 0x20, 0x63, 0x6c, 0x69, 0x65, 0x6e, 0x74, 0x00, 0x24, 0x00, 0x04, 0x6e, 0x00, 0x01, 0xff,
  0x80, 0x29, 0x00, 0x08, 0x93, 0x2f, 0xf9, 0xb1, 0x51, 0x26, 0x3b, 0x36, 0x00, 0x06, 0x00, 0x09,
  0x65, 0x76, 0x74, 0x6a, 0x3a, 0x68, 0x36, 0x76, 0x59, 0x20, 0x20, 0x20, 0x00, 0x08, 0x00, 0x14,
  0x9a, 0xea, 0xa7, 0x0c, 0xbf, 0xd8, 0xcb, 0x56, 0x78, 0x1e, 0xf2, 0xb5, 0xb2, 0xd3, 0xf2, 0x49,
  0xc1, 0xb5, 0x71, 0xa2, 0x80, 0x28, 0x00, 0x04, 0xe5, 0x7a, 0x3b, 0xcf,
};

static const guint8 sample_ipv4_response[] = {
  0x01, 0x01, 0x00, 0x3c, 0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86,
  0xfa, 0x87, 0xdf, 0xae, 0x80, 0x22, 0x00, 0x0b, 0x74, 0x65, 0x73, 0x74, 0x20, 0x76, 0x65, 0x63,
  0x74, 0x6f, 0x72, 0x20, 0x00, 0x20, 0x00, 0x08, 0x00, 0x01, 0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43,
  0x00, 0x08, 0x00, 0x14, 0x2b, 0x91, 0xf5, 0x99, 0xfd, 0x9e, 0x90, 0xc3, 0x8c, 0x74, 0x89, 0xf9,
  0x2a, 0xf9, 0xba, 0x53, 0xf0, 0x6b, 0xe7, 0xd7, 0x80, 0x28, 0x00, 0x04, 0xc0, 0x7d, 0x4c, 0x96,
};

static const guint8 sample_ipv6_response[] = {
  0x01, 0x01, 0x00, 0x48, 0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86,
  0xfa, 0x87, 0xdf, 0xae, 0x80, 0x22, 0x00, 0x0b, 0x74, 0x65, 0x73, 0x74, 0x20, 0x76, 0x65, 0x63,
  0x74, 0x6f, 0x72, 0x20, 0x00, 0x20, 0x00, 0x14, 0x00, 0x02, 0xa1, 0x47, 0x01, 0x13, 0xa9, 0xfa,
  0xa5, 0xd3, 0xf1, 0x79, 0xbc, 0x25, 0xf4, 0xb5, 0xbe, 0xd2, 0xb9, 0xd9, 0x00, 0x08, 0x00, 0x14,
  0xa3, 0x82, 0x95, 0x4e, 0x4b, 0xe6, 0x7b, 0xf1, 0x17, 0x84, 0xc9, 0x7c, 0x82, 0x92, 0xc2, 0x75,
  0xbf, 0xe3, 0xed, 0x41, 0x80, 0x28, 0x00, 0x04, 0xc8, 0xfb, 0x0b, 0x4c,
};

static const guint8 long_term_id[] = { 0x78, 0xad, 0x34, 0x33, 0xc6, 0xad,
                                       0x72, 0xc0, 0x29, 0xda, 0x41, 0x2e };

static const guint8 long_term_request[] = {
  0x00, 0x01, 0x00, 0x60, 0x21, 0x12, 0xa4, 0x42, 0x78, 0xad, 0x34, 0x33, 0xc6, 0xad, 0x72,
  0xc0, 0x29, 0xda, 0x41, 0x2e, 0x00, 0x06, 0x00, 0x12, 0xe3, 0x83, 0x9e, 0xe3, 0x83, 0x88,
  0xe3, 0x83, 0xaa, 0xe3, 0x83, 0x83, 0xe3, 0x82, 0xaf, 0xe3, 0x82, 0xb9, 0x00, 0x00, 0x00,
  0x15, 0x00, 0x1c, 0x66, 0x2f, 0x2f, 0x34, 0x39, 0x39, 0x6b, 0x39, 0x35, 0x34, 0x64, 0x36,
  0x4f, 0x4c, 0x33, 0x34, 0x6f, 0x4c, 0x39, 0x46, 0x53, 0x54, 0x76, 0x79, 0x36, 0x34, 0x73,
  0x41, 0x00, 0x14, 0x00, 0x0b, 0x65, 0x78, 0x61, 0x6d, 0x70, 0x6c, 0x65, 0x2e, 0x6f, 0x72,
  0x67, 0x00, 0x00, 0x08, 0x00, 0x14, 0xf6, 0x70, 0x24, 0x65, 0x6d, 0xd6, 0x4a, 0x3e, 0x02,
  0xb8, 0xe0, 0x71, 0x2e, 0x85, 0xc9, 0xa2, 0x8c, 0xa8, 0x96, 0x66,
};

static const char long_term_username[] = "マトリックス";
static const char long_term_realm[] = "example.org";
static const char long_term_nonce[] = "f//499k954d6OL34oL9FSTvy64sA";
static const char long_term_password[] = "TheMatrIX";

static char *
write_address (GSocketAddress *address)
{
  return address != NULL ? g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (address)) : NULL;
}

static AloqaStunMessage *
parse_sample (const guint8 *data, gsize length)
{
  g_autoptr (GError) error = NULL;
  AloqaStunMessage *message = aloqa_stun_message_parse (data, length, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (message->method, ==, ALOQA_STUN_BINDING);
  return message;
}

static void
assert_short_term_signature (const AloqaStunMessage *message, const guint8 *data)
{
  const guint8 *key = (const guint8 *) short_term_password;
  gsize length = strlen (short_term_password);

  g_assert_true (aloqa_stun_message_is_signed_with (message, data, key, length));
  g_assert_false (aloqa_stun_message_is_signed_with (message, data, key, length - 1));
}

static void
test_reads_samples (void)
{
  g_autoptr (AloqaStunMessage) request = parse_sample (sample_request, sizeof sample_request);
  g_autoptr (AloqaStunMessage) ipv4 =
      parse_sample (sample_ipv4_response, sizeof sample_ipv4_response);
  g_autoptr (AloqaStunMessage) ipv6 =
      parse_sample (sample_ipv6_response, sizeof sample_ipv6_response);
  g_autofree char *ipv4_address = write_address (ipv4->mapped_address);
  g_autofree char *ipv6_address = write_address (ipv6->mapped_address);

  g_assert_cmpint (request->message_class, ==, ALOQA_STUN_CLASS_REQUEST);
  g_assert_cmpmem (request->id, sizeof request->id, sample_id, sizeof sample_id);
  assert_short_term_signature (request, sample_request);

  g_assert_cmpint (ipv4->message_class, ==, ALOQA_STUN_CLASS_SUCCESS);
  g_assert_cmpstr (ipv4_address, ==, "192.0.2.1:32853");
  assert_short_term_signature (ipv4, sample_ipv4_response);

  g_assert_cmpint (ipv6->message_class, ==, ALOQA_STUN_CLASS_SUCCESS);
  g_assert_cmpstr (ipv6_address, ==, "[2001:db8:1234:5678:11:2233:4455:6677]:32853");
  assert_short_term_signature (ipv6, sample_ipv6_response);
}

static void
test_reads_long_term_sample (void)
{
  g_autoptr (AloqaStunMessage) message = parse_sample (long_term_request, sizeof long_term_request);
  guint8 key[ALOQA_STUN_KEY_BYTES];

  g_assert_cmpstr (message->realm, ==, long_term_realm);
  g_assert_cmpstr (message->nonce, ==, long_term_nonce);
  aloqa_stun_make_key (long_term_username, long_term_realm, long_term_password, key);
  g_assert_true (aloqa_stun_message_is_signed_with (message, long_term_request, key, sizeof key));
  aloqa_stun_make_key (long_term_username, long_term_realm, "thematrix", key);
  g_assert_false (aloqa_stun_message_is_signed_with (message, long_term_request, key, sizeof key));
}

static void
test_writes_long_term_sample (void)
{
  g_autoptr (GByteArray) request = aloqa_stun_request_new (ALOQA_STUN_BINDING, long_term_id);
  guint8 key[ALOQA_STUN_KEY_BYTES];

  aloqa_stun_request_add (request, ALOQA_STUN_USERNAME, long_term_username,
                          strlen (long_term_username));
  aloqa_stun_request_add (request, ALOQA_STUN_NONCE, long_term_nonce, strlen (long_term_nonce));
  aloqa_stun_request_add (request, ALOQA_STUN_REALM, long_term_realm, strlen (long_term_realm));
  aloqa_stun_make_key (long_term_username, long_term_realm, long_term_password, key);
  aloqa_stun_request_sign (request, key, sizeof key);

  g_assert_cmpmem (request->data, request->len, long_term_request, sizeof long_term_request);
}

/* Messages of which only the attributes matter: hexadecimal, spaces between bytes or none. */

static GByteArray *
make_message (guint type, const char *attributes)
{
  GByteArray *message = aloqa_stun_request_new (ALOQA_STUN_BINDING, sample_id);

  for (const char *c = attributes; *c != '\0'; c++) {
    guint8 byte;

    if (*c == ' ')
      continue;
    byte = (guint8) (g_ascii_xdigit_value (c[0]) << 4 | g_ascii_xdigit_value (c[1]));
    g_byte_array_append (message, &byte, 1);
    c++;
  }
  message->data[0] = (guint8) (type >> 8);
  message->data[1] = (guint8) type;
  message->data[2] = (guint8) ((message->len - ALOQA_STUN_HEADER_BYTES) >> 8);
  message->data[3] = (guint8) (message->len - ALOQA_STUN_HEADER_BYTES);
  return message;
}

static const struct {
  guint type;
  AloqaStunClass message_class;
  guint method;
} types[] = {
  { 0x0001, ALOQA_STUN_CLASS_REQUEST, 1 },     { 0x0101, ALOQA_STUN_CLASS_SUCCESS, 1 },
  { 0x0111, ALOQA_STUN_CLASS_ERROR, 1 },       { 0x0011, ALOQA_STUN_CLASS_INDICATION, 1 },
  { 0x0103, ALOQA_STUN_CLASS_SUCCESS, 3 },     { 0x0113, ALOQA_STUN_CLASS_ERROR, 3 },
  { 0x3fff, ALOQA_STUN_CLASS_ERROR, 0xfff },   { 0x3eef, ALOQA_STUN_CLASS_REQUEST, 0xfff },
  { 0x2001, ALOQA_STUN_CLASS_REQUEST, 0x801 }, { 0x0020, ALOQA_STUN_CLASS_REQUEST, 0x010 },
};

static void
test_types (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++) {
    g_autoptr (GByteArray) bytes = make_message (types[i].type, "");
    g_autoptr (GError) error = NULL;
    g_autoptr (AloqaStunMessage) message =
        aloqa_stun_message_parse (bytes->data, bytes->len, &error);

    g_assert_no_error (error);
    g_assert_cmpint (message->message_class, ==, types[i].message_class);
    g_assert_cmpuint (message->method, ==, types[i].method);
  }
}

#define IPV4_1 "0001 0008 0001 0050 0a000001" /* MAPPED-ADDRESS 10.0.0.1:80 */
#define IPV4_2 "0001 0008 0001 0051 0a000002"
#define XOR_IPV4 "0020 0008 0001 a147 e112a643" /* 192.0.2.1:32853 */

static const struct {
  const char *attributes;
  const char *mapped, *relayed, *alternate, *reason, *realm, *nonce;
  guint error_code;
} good_messages[] = {
  { "", .error_code = 0 },
  { IPV4_1, .mapped = "10.0.0.1:80" },
  { IPV4_1 IPV4_2, .mapped = "10.0.0.1:80" },
  { IPV4_1 XOR_IPV4, .mapped = "192.0.2.1:32853" },
  { XOR_IPV4 IPV4_1, .mapped = "192.0.2.1:32853" },
  { "0016 0008 0001 a147 e112a643", .relayed = "192.0.2.1:32853" },
  { "8023 0008 0001 0d96 0a000003", .alternate = "10.0.0.3:3478" },
  { "0009 0004 0000 0401", .error_code = 401, .reason = "" },
  { "0009 0005 0000 0300 41 000000", .error_code = 300, .reason = "A" },
  { "0009 0008 ffff fe63 410a 0942", .error_code = 699, .reason = "A  B" },
  { "0009 0008 0000 0556 200a 42ff", .error_code = 586, .reason = "B\357\277\275" },
  { "0014 0001 72 000000 0015 0004 6e6f6e63", .realm = "r", .nonce = "nonc" },
  { "0014 0000 0015 0000", .realm = "", .nonce = "" },
  /* Unknown ones are passed over, padding included. */
  { "7fff 0001 ff 000000" IPV4_1, .mapped = "10.0.0.1:80" },
  /* What stands behind the signature does not count. */
  { "0008 0014 0000000000000000000000000000000000000000" IPV4_1, .mapped = NULL },
};

static const char *const bad_attributes[] = {
  "0001",                                                 /* half a header */
  "0001 0008",                                            /* no value */
  "0001 0008 0001 0050 0a00",                             /* half a value */
  "0014 ffff 00000000",                                   /* longer than the message */
  "0014 0001 72",                                         /* without its padding */
  "0001 0004 0001 0050",                                  /* no address in it */
  "0001 0008 0002 0050 0a000001",                         /* IPv6 of the size of IPv4 */
  "0001 0014 0001 0050 00000000000000000000000000000001", /* and the other way round */
  "0001 0008 0000 0050 0a000001",
  "0001 0008 0003 0050 0a000001",
  "0020 0000",
  "0009 0000",
  "0009 0003 000004 00",
  "0009 0004 0000 0200", /* 200 is no error */
  "0009 0004 0000 0700",
  "0009 0004 0000 0464", /* 500 written as 4 and 100 */
  "0014 0002 7200 0000", /* a NUL */
  "0008 0013 00000000000000000000000000000000000000 00",
  "8028 0004 00000000",
  "8028 0003 000000 00",
};

static void
test_good_messages (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (good_messages); i++) {
    g_autoptr (GByteArray) bytes = make_message (0x0101, good_messages[i].attributes);
    g_autoptr (GError) error = NULL;
    g_autoptr (AloqaStunMessage) message =
        aloqa_stun_message_parse (bytes->data, bytes->len, &error);
    g_autofree char *mapped = NULL, *relayed = NULL, *alternate = NULL;

    g_assert_no_error (error);
    mapped = write_address (message->mapped_address);
    relayed = write_address (message->relayed_address);
    alternate = write_address (message->alternate_address);
    g_assert_cmpstr (mapped, ==, good_messages[i].mapped);
    g_assert_cmpstr (relayed, ==, good_messages[i].relayed);
    g_assert_cmpstr (alternate, ==, good_messages[i].alternate);
    g_assert_cmpuint (message->error_code, ==, good_messages[i].error_code);
    g_assert_cmpstr (message->reason, ==, good_messages[i].reason);
    g_assert_cmpstr (message->realm, ==, good_messages[i].realm);
    g_assert_cmpstr (message->nonce, ==, good_messages[i].nonce);
  }
}

static void
test_bad_messages (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad_attributes); i++) {
    g_autoptr (GByteArray) bytes = make_message (0x0101, bad_attributes[i]);
    g_autoptr (GError) error = NULL;

    g_assert_null (aloqa_stun_message_parse (bytes->data, bytes->len, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  }
}

static void
test_bad_headers (void)
{
  static const struct {
    gsize offset;
    guint8 value;
  } changes[] = {
    { 0, 0x41 }, { 0, 0x81 }, { 3, 0x3b }, { 3, 0x38 },
    { 2, 0x01 }, { 3, 0x40 }, { 4, 0 },    { 7, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++) {
    guint8 bytes[sizeof sample_ipv4_response];

    memcpy (bytes, sample_ipv4_response, sizeof bytes);
    bytes[changes[i].offset] = changes[i].value;
    g_assert_null (aloqa_stun_message_parse (bytes, sizeof bytes, NULL));
  }
}

/* A long string is refused, and the longest one read; the heap shows any byte read too much. */
static void
test_long_strings (void)
{
  for (gsize length = 763; length <= 764; length++) {
    g_autoptr (GByteArray) bytes = make_message (0x0111, "");
    g_autofree char *text = g_strnfill (length, 'a');
    g_autoptr (AloqaStunMessage) message = NULL;

    aloqa_stun_request_add (bytes, ALOQA_STUN_NONCE, text, length);
    message = aloqa_stun_message_parse (bytes->data, bytes->len, NULL);
    g_assert_cmpint (message != NULL, ==, length == 763);
  }
}

static void
parse_copy (const guint8 *data, gsize length)
{
  g_autofree guint8 *copy = g_memdup2 (data, length);
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaStunMessage) message = aloqa_stun_message_parse (copy, length, &error);

  if (message == NULL)
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  else
    aloqa_stun_message_is_signed_with (message, copy, sample_id, sizeof sample_id);
}

static void
test_truncations (void)
{
  for (gsize length = 0; length < sizeof sample_ipv6_response; length++) {
    g_autofree guint8 *copy = g_memdup2 (sample_ipv6_response, length + 1);
    gsize body = length < ALOQA_STUN_HEADER_BYTES ? 0 : length - ALOQA_STUN_HEADER_BYTES;

    g_assert_null (aloqa_stun_message_parse (copy, length, NULL));
    if (length >= 4)
      copy[3] = (guint8) body;
    parse_copy (copy, length);
  }
}

/* Whatever the bytes, reading ends, within them. Without a fingerprint more gets past the door. */
static void
mutate_and_parse (GRand *rand, const guint8 *sample, gsize length)
{
  guint8 bytes[128];
  gsize n_bytes = length - (g_rand_boolean (rand) ? 8 : 0);
  int n_changes = g_rand_int_range (rand, 1, 6);

  memcpy (bytes, sample, length);
  bytes[3] = (guint8) (n_bytes - ALOQA_STUN_HEADER_BYTES);
  for (int i = 0; i < n_changes; i++) {
    gsize offset = (gsize) g_rand_int_range (rand, ALOQA_STUN_HEADER_BYTES, (gint32) n_bytes);

    if (g_rand_boolean (rand))
      bytes[offset] = (guint8) g_rand_int (rand);
    else
      bytes[offset] ^= (guint8) (1u << g_rand_int_range (rand, 0, 8));
  }
  parse_copy (bytes, n_bytes);
}

static void
test_mutations (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (5769);

  for (int i = 0; i < 10000; i++) {
    mutate_and_parse (rand, sample_request, sizeof sample_request);
    mutate_and_parse (rand, sample_ipv4_response, sizeof sample_ipv4_response);
    mutate_and_parse (rand, sample_ipv6_response, sizeof sample_ipv6_response);
    mutate_and_parse (rand, long_term_request, sizeof long_term_request);
  }
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);

  g_test_add_func ("/ice-check-message/rfc-5769/samples-are-read", test_reads_samples);
  g_test_add_func ("/ice-check-message/rfc-5769/long-term-is-read", test_reads_long_term_sample);
  g_test_add_func ("/ice-check-message/rfc-5769/long-term-is-written",
                   test_writes_long_term_sample);
  g_test_add_func ("/ice-check-message/class-and-method-are-told-apart", test_types);
  g_test_add_func ("/ice-check-message/good-attributes-are-read", test_good_messages);
  g_test_add_func ("/ice-check-message/bad-attributes-are-refused", test_bad_messages);
  g_test_add_func ("/ice-check-message/bad-headers-are-refused", test_bad_headers);
  g_test_add_func ("/ice-check-message/strings-have-a-limit", test_long_strings);
  g_test_add_func ("/ice-check-message/cut-short-is-refused", test_truncations);
  g_test_add_func ("/ice-check-message/any-bytes-are-survived", test_mutations);

  return g_test_run ();
}
