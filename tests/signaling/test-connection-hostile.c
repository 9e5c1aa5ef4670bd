/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signaling/rig.h"

#include <string.h>

#include "protocol/limits.h"

/* RFC 6455, section 5.2: FIN and the opcode. */
#define TEXT_WHOLE 0x81
#define TEXT_FIRST 0x01
#define MORE 0x00
#define PING_WHOLE 0x89

/* Returns: (transfer full): a frame of @n_bytes times "a" */
static GByteArray *
make_frame (guint8 first_byte, guint16 n_bytes)
{
  GByteArray *frame = g_byte_array_new ();
  const guint8 short_header[] = { first_byte, (guint8) n_bytes };
  const guint8 long_header[] = { first_byte, 126, (guint8) (n_bytes >> 8), (guint8) n_bytes };
  g_autofree char *payload = g_strnfill (n_bytes, 'a');

  if (n_bytes < 126)
    g_byte_array_append (frame, short_header, sizeof short_header);
  else
    g_byte_array_append (frame, long_header, sizeof long_header);
  g_byte_array_append (frame, (const guint8 *) payload, n_bytes);
  return frame;
}

/* The socket is still the first one, and what comes next arrives. */
static void
assert_still_there (Rig *rig)
{
  guint n_messages = rig->messages->len;

  aloqa_fake_server_send (rig->server, "{\"type\":\"call_end\",\"from\":3}");
  rig_await_messages (rig, n_messages + 1);
  g_assert_cmpuint (rig->messages->len, ==, n_messages + 1);
  g_assert_cmpuint (rig->server->n_upgrades, ==, 1);
}

static void
test_bad_frames_are_dropped_and_the_socket_is_kept (Rig *rig, gconstpointer data)
{
  const char *const frames[] = {
    "",
    " ",
    "nonsense",
    "{",
    "[]",
    "null",
    "NaN",
    "{\"type\":\"call_end\",\"from\":NaN}",
    "{\"type\":\"call_end\",\"from\":3,\"x\":\"\\ud800\"}",
    "{\"type\":\"call_end\"}",
    "{\"type\":\"call_end\",\"from\":\"3\"}",
    "{\"type\":\"call_end\",\"from\":-3}",
    "{\"type\":\"call_answer\",\"from\":3,\"sdp\":17}",
    "{\"type\":\"ice_candidate\",\"from\":3,\"candidate\":[]}",
    "{\"type\":\"connected\",\"user_id\":\"2\"}",
    "{\"type\":\"message\",\"from\":3,\"text\":\"hi\"}",
    "{\"type\":\"reaction_update\"}",
    "{\"type\":\"what is this\"}",
    "{\"type\":7}",
    "{\"type\":\"typing\",\"from\":3}",
    "{\"type\":\"typing\",\"from\":2}",
    "{\"type\":\"hello\",\"features\":[]}",
  };

  rig_register (rig);
  for (gsize i = 0; i < G_N_ELEMENTS (frames); i++)
    aloqa_fake_server_send (rig->server, frames[i]);
  soup_websocket_connection_send_binary (aloqa_fake_server_get_websocket (rig->server), "\0\1", 2);
  assert_still_there (rig);
  g_assert_cmpuint (rig->messages->len, ==, 1);
}

static void
test_the_largest_frame_passes (Rig *rig, gconstpointer data)
{
  g_autofree char *padding = g_strnfill (ALOQA_MAX_FRAME_BYTES - 64, 'x');
  g_autofree char *frame =
      g_strdup_printf ("{\"type\":\"call_end\",\"from\":3,\"x\":\"%s\"}", padding);

  rig_register (rig);
  aloqa_fake_server_send (rig->server, frame);
  rig_await_messages (rig, 1);
  assert_still_there (rig);
}

static void
test_fragments_are_put_together (Rig *rig, gconstpointer data)
{
  const char parts[] = "\x01\x10{\"type\":\"call_en"
                       "\x00\x03"
                       "d\","
                       "\x89\x00"
                       "\x80\x09\"from\":3}";

  rig_register (rig);
  g_assert_true (aloqa_fake_server_write_raw (rig->server, parts, sizeof parts - 1));
  rig_await_messages (rig, 1);
  assert_still_there (rig);
}

static void
assert_left_for_its_size (Rig *rig)
{
  rig_await_state (rig, ALOQA_CONNECTION_WAITING);
  g_assert_error (aloqa_connection_get_error (rig->connection), ALOQA_SIGNALING_ERROR,
                  ALOQA_SIGNALING_ERROR_TOO_LARGE);
  rig_await_websockets (rig, 0);
  /* It is tried again: one bad frame does not make anybody unreachable. */
  rig_advance_ms (rig, 500);
  rig_await_state (rig, ALOQA_CONNECTION_REGISTERED);
}

static void
test_a_huge_frame_is_not_waited_for (Rig *rig, gconstpointer data)
{
  /* Its header promises 2^40 bytes. */
  const guint8 header[] = { TEXT_WHOLE, 127, 0, 0, 1, 0, 0, 0, 0, 0, '{' };

  rig_register (rig);
  aloqa_fake_server_write_raw (rig->server, header, sizeof header);
  assert_left_for_its_size (rig);
}

static void
test_a_frame_too_large_by_one_is_refused (Rig *rig, gconstpointer data)
{
  const guint32 n_bytes = ALOQA_MAX_FRAME_BYTES + 1;
  const guint8 header[] = { TEXT_WHOLE,
                            127,
                            0,
                            0,
                            0,
                            0,
                            (guint8) (n_bytes >> 24),
                            (guint8) (n_bytes >> 16),
                            (guint8) (n_bytes >> 8),
                            (guint8) n_bytes };

  rig_register (rig);
  aloqa_fake_server_write_raw (rig->server, header, sizeof header);
  assert_left_for_its_size (rig);
}

/* libsoup 3.2 would keep them all. */
static void
test_endless_fragments_are_refused (Rig *rig, gconstpointer data)
{
  g_autoptr (GByteArray) first = make_frame (TEXT_FIRST, 10000);
  g_autoptr (GByteArray) more = make_frame (MORE, 10000);
  guint n_written = 1;

  rig_register (rig);
  g_assert_true (aloqa_fake_server_write_raw (rig->server, first->data, first->len));
  while (n_written < 10000 && aloqa_fake_server_write_raw (rig->server, more->data, more->len))
    n_written++;
  /* What is over the limit of 256 KiB stood in the buffers of the two sockets. */
  g_assert_cmpuint (n_written, <, 10000);
  assert_left_for_its_size (rig);
}

static void
test_a_flood_of_pings_is_refused (Rig *rig, gconstpointer data)
{
  g_autoptr (GByteArray) ping = make_frame (PING_WHOLE, 125);
  guint n_written = 0;

  rig_register (rig);
  while (n_written < 100000 && aloqa_fake_server_write_raw (rig->server, ping->data, ping->len))
    n_written++;
  g_assert_cmpuint (n_written, <, 100000);
  assert_left_for_its_size (rig);
}

static void
test_a_few_pings_are_answered (Rig *rig, gconstpointer data)
{
  g_autoptr (GByteArray) ping = make_frame (PING_WHOLE, 4);

  rig_register (rig);
  for (guint i = 0; i < 10; i++)
    g_assert_true (aloqa_fake_server_write_raw (rig->server, ping->data, ping->len));
  assert_still_there (rig);
}

static void
note_pong (SoupWebsocketConnection *websocket, GBytes *payload, gboolean *has_pong)
{
  *has_pong = TRUE;
}

static gboolean
is_true (gpointer flag)
{
  return *(gboolean *) flag;
}

/* Sends @n_frames that are each a message, and waits until the client has read the last one. */
static void
flood (Rig *rig, guint n_frames)
{
  const char frame[] = "\x81\x1a{\"type\":\"busy\",\"from\":333}";
  const char ping[] = "\x89";
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  gboolean has_pong = FALSE;
  gulong id = g_signal_connect (aloqa_fake_server_get_websocket (rig->server), "pong",
                                G_CALLBACK (note_pong), &has_pong);

  for (guint i = 0; i < n_frames; i++)
    g_byte_array_append (bytes, (const guint8 *) frame, sizeof frame - 1);
  g_byte_array_append (bytes, (const guint8 *) ping, sizeof ping);
  g_assert_true (aloqa_fake_server_write_raw (rig->server, bytes->data, bytes->len));
  aloqa_test_wait_until (is_true, &has_pong);
  g_signal_handler_disconnect (aloqa_fake_server_get_websocket (rig->server), id);
}

static void
test_a_flood_of_frames_is_cut_with_one_warning (Rig *rig, gconstpointer data)
{
  rig_register (rig);
  g_test_expect_message ("aloqa-signaling", G_LOG_LEVEL_WARNING, "*frames a second*");
  flood (rig, 5000);
  g_test_assert_expected_messages ();
  g_assert_cmpuint (rig->messages->len, >=, 1990);
  g_assert_cmpuint (rig->messages->len, <=, 2000);

  /* Time makes room again, on the same socket. */
  rig_advance_ms (rig, 10000);
  assert_still_there (rig);
}

/* The echo may be lost in a flood: its absence proves nothing then. */
static void
test_a_flood_is_no_silence (Rig *rig, gconstpointer data)
{
  rig_register (rig);
  rig->server->is_deaf = TRUE;
  rig_advance_ms (rig, 15000);
  g_test_expect_message ("aloqa-signaling", G_LOG_LEVEL_WARNING, "*frames a second*");
  flood (rig, 3000);
  g_test_assert_expected_messages ();

  rig_advance_ms (rig, 5000);
  g_assert_cmpint (aloqa_connection_get_state (rig->connection), ==, ALOQA_CONNECTION_REGISTERED);
  rig_advance_ms (rig, 5000);
  g_assert_cmpint (aloqa_connection_get_state (rig->connection), ==, ALOQA_CONNECTION_WAITING);
}

static void
test_broken_frames_end_the_socket_and_no_more (Rig *rig, gconstpointer data)
{
  const char *const frames[] = {
    "\x81\x84\x00\x00\x00\x00null", /* masked, as no server does */
    "\xf1\x02{}",                   /* reserved bits */
    "\x83\x02{}",                   /* reserved opcode */
    "\x80\x02{}",                   /* the end of a message that has no beginning */
    "\x81\x02\xff\xfe",             /* not UTF-8 */
    "\x88\x01x",                    /* half a close code */
    "\x88\x02\x03\xee",             /* a close code that is never sent: 1006 */
    "\x09\x02{}",                   /* a ping in fragments */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (frames); i++) {
    rig_register (rig);
    aloqa_fake_server_write_raw (rig->server, frames[i], i == 0 ? 10 : i == 5 ? 3 : 4);
    rig_await_state (rig, ALOQA_CONNECTION_WAITING);
    aloqa_connection_stop (rig->connection);
    rig_await_websockets (rig, 0);
  }
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
#define ADD(name, function) RIG_ADD ("/signaling/connection-hostile/" name, function)
  ADD ("bad-frames-are-dropped-and-the-socket-is-kept",
       test_bad_frames_are_dropped_and_the_socket_is_kept);
  ADD ("the-largest-frame-passes", test_the_largest_frame_passes);
  ADD ("fragments-are-put-together", test_fragments_are_put_together);
  ADD ("a-huge-frame-is-not-waited-for", test_a_huge_frame_is_not_waited_for);
  ADD ("a-frame-too-large-by-one-is-refused", test_a_frame_too_large_by_one_is_refused);
  ADD ("endless-fragments-are-refused", test_endless_fragments_are_refused);
  ADD ("a-flood-of-pings-is-refused", test_a_flood_of_pings_is_refused);
  ADD ("a-few-pings-are-answered", test_a_few_pings_are_answered);
  ADD ("a-flood-of-frames-is-cut-with-one-warning", test_a_flood_of_frames_is_cut_with_one_warning);
  ADD ("a-flood-is-no-silence", test_a_flood_is_no_silence);
  ADD ("broken-frames-end-the-socket-and-no-more", test_broken_frames_end_the_socket_and_no_more);
  return g_test_run ();
}
