/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/limit-table.h"

#include "server/limits.h"

#include <string.h>

/* Where there is no other bound: what is larger is a slip of the finger. */
#define LARGEST 1e9

/* The slowest rate that is one. */
#define SLOWEST 0.001

/* SoupServer ends a connection whose headers are larger. */
#define LARGEST_HEADER_BYTES (60 * 1024)

/* A token has at most 4 KiB, and there are at most two in a request. */
#define SMALLEST_REQUEST_BYTES (10 * 1024)

/* An offer of a browser with its candidates. */
#define SMALLEST_FRAME_BYTES (16 * 1024)

static const AloqaLimitInfo limits[ALOQA_N_LIMITS] = {
  [ALOQA_LIMIT_CONNECTIONS] = { "connections", ALOQA_MAX_CONNECTIONS, 1, LARGEST,
                                "Connections in all: twice the load the server is made for" },
  [ALOQA_LIMIT_CONNECTIONS_PER_ADDRESS] = { "connections-per-address",
                                            ALOQA_MAX_CONNECTIONS_PER_ADDRESS, 1, LARGEST,
                                            "Connections of one address: an office, each with a "
                                            "page, a telephone and Aloqa" },
  [ALOQA_LIMIT_DEVICES_PER_USER] = { "devices-per-user", ALOQA_MAX_DEVICES_PER_USER, 1, LARGEST,
                                     "Connections of one user; one more ends the oldest, most "
                                     "likely a dead one" },
  [ALOQA_LIMIT_USERS_PER_ADDRESS] = { "users-per-address", ALOQA_USERS_PER_ADDRESS, 1, LARGEST,
                                      "How many users' rates one address has: an office, all of "
                                      "it talking" },
  [ALOQA_LIMIT_HTTP_DEADLINE_MS] = { "http-deadline-ms", ALOQA_HTTP_DEADLINE_MS, 100, LARGEST,
                                     "One HTTP exchange, however slowly it is sent or read: a "
                                     "sign-in takes under a second" },
  [ALOQA_LIMIT_PING_INTERVAL_S] = { "ping-interval-s", ALOQA_PING_INTERVAL_S, 1, 3600,
                                    "Between pings: keeps mappings of address translators and "
                                    "proxies alive" },
  [ALOQA_LIMIT_SILENCE_MS] = { "silence-ms", ALOQA_SILENCE_LIMIT_MS, 1000, LARGEST,
                               "Without a sign of life: two pings and a half; the other end is "
                               "gone, whatever TCP thinks" },
  [ALOQA_LIMIT_RECONNECT_MS] = { "reconnect-ms", ALOQA_RECONNECT_LIMIT_MS, 0, LARGEST,
                                 "For a device in a call to come back: a change of networks and "
                                 "a few tries" },
  [ALOQA_LIMIT_RING_RETURN_MS] = { "ring-return-ms", ALOQA_RING_RETURN_LIMIT_MS, 0, LARGEST,
                                   "The same while it rings: one try; a telephone that rings for "
                                   "nobody stops within a second" },
  [ALOQA_LIMIT_RING_SILENCE_MS] = { "ring-silence-ms", ALOQA_RING_SILENCE_LIMIT_MS, 2000, LARGEST,
                                    "Without a sign of life of who calls and is pinged every "
                                    "second: a radio that wakes up takes seconds" },
  [ALOQA_LIMIT_DRAIN_MS] = { "drain-ms", ALOQA_DRAIN_LIMIT_MS, 0, LARGEST,
                             "After SIGTERM, for what has begun: a call that rings is mostly "
                             "answered in a few seconds more" },
  [ALOQA_LIMIT_HEADER_BYTES] = { "header-bytes", ALOQA_MAX_REQUEST_HEADER_BYTES,
                                 SMALLEST_REQUEST_BYTES, LARGEST_HEADER_BYTES,
                                 "Headers of one request: browsers send under 2 KiB, and a token "
                                 "may have 4" },
  [ALOQA_LIMIT_BODY_BYTES] = { "body-bytes", ALOQA_MAX_REQUEST_BODY_BYTES, SMALLEST_REQUEST_BYTES,
                               1024 * 1024,
                               "Body of one request: a password or a token, and what JSON needs "
                               "around it" },
  [ALOQA_LIMIT_FRAME_BYTES] = { "frame-bytes", ALOQA_MAX_FRAME_BYTES, SMALLEST_FRAME_BYTES,
                                ALOQA_MAX_FRAME_BYTES,
                                "One frame of a WebSocket: the largest session description, "
                                "written as wastefully as JSON can" },
  [ALOQA_LIMIT_UNSENT_BYTES] = { "unsent-bytes", ALOQA_MAX_UNSENT_BYTES, ALOQA_MAX_FRAME_BYTES,
                                 LARGEST,
                                 "What a client may leave unread: one largest frame and some "
                                 "hundred small ones" },
  [ALOQA_LIMIT_FRAMES_BURST] = { "frames-burst", ALOQA_FRAMES_BURST, 1, LARGEST,
                                 "Frames of one user of any kind at once: above what the other "
                                 "rates allow together" },
  [ALOQA_LIMIT_FRAMES_HZ] = { "frames-hz", ALOQA_FRAMES_HZ, SLOWEST, LARGEST,
                              "… and a second; every 8 KiB of one count for one more" },
  [ALOQA_LIMIT_DROPPED_FRAMES] = { "dropped-frames", ALOQA_MAX_DROPPED_FRAMES, 1, LARGEST,
                                   "Frames over that before the connection ends: who goes on for "
                                   "so long does not mean to slow down" },
  [ALOQA_LIMIT_CALLS_BURST] = { "calls-burst", ALOQA_CALLS_BURST, 1, LARGEST,
                                "New calls of one user at once: automatic tests of a line" },
  [ALOQA_LIMIT_CALLS_HZ] = { "calls-hz", ALOQA_CALLS_HZ, SLOWEST, LARGEST,
                             "… and a second: nobody dials faster" },
  [ALOQA_LIMIT_CANDIDATES_BURST] = { "candidates-burst", ALOQA_CANDIDATES_BURST, 1, LARGEST,
                                     "Candidates of one user at once: a machine with a dozen "
                                     "interfaces has a hundred" },
  [ALOQA_LIMIT_CANDIDATES_HZ] = { "candidates-hz", ALOQA_CANDIDATES_HZ, SLOWEST, LARGEST,
                                  "… and a second" },
  [ALOQA_LIMIT_MESSAGES_BURST] = { "messages-burst", ALOQA_MESSAGES_BURST, 1, LARGEST,
                                   "All other messages of one user at once: a call has half a "
                                   "dozen" },
  [ALOQA_LIMIT_MESSAGES_HZ] = { "messages-hz", ALOQA_MESSAGES_HZ, SLOWEST, LARGEST,
                                "… and a second" },
  [ALOQA_LIMIT_FAULTS_BURST] = { "faults-burst", ALOQA_FAULTS_BURST, 1, LARGEST,
                                 "Faults of one connection that are answered at once: enough to "
                                 "debug a client by" },
  [ALOQA_LIMIT_FAULTS_HZ] = { "faults-hz", ALOQA_FAULTS_HZ, SLOWEST, LARGEST,
                              "… and a second; the others are dropped in silence" },
  [ALOQA_LIMIT_REQUESTS_PER_ADDRESS_BURST] = { "requests-per-address-burst",
                                               ALOQA_REQUESTS_PER_ADDRESS_BURST, 1, LARGEST,
                                               "HTTP requests of one address at once: a client "
                                               "makes half a dozen, and an office starts at nine" },
  [ALOQA_LIMIT_REQUESTS_PER_ADDRESS_HZ] = { "requests-per-address-hz",
                                            ALOQA_REQUESTS_PER_ADDRESS_HZ, SLOWEST, LARGEST,
                                            "… and a second; a picture counts for one as well" },
  [ALOQA_LIMIT_SIGN_INS_PER_ADDRESS_BURST] = { "sign-ins-per-address-burst",
                                               ALOQA_SIGN_INS_PER_ADDRESS_BURST, 1, LARGEST,
                                               "Sign-ins from one address at once, right or "
                                               "wrong: an office in the morning" },
  [ALOQA_LIMIT_SIGN_INS_PER_ADDRESS_HZ] = { "sign-ins-per-address-hz",
                                            ALOQA_SIGN_INS_PER_ADDRESS_HZ, SLOWEST, LARGEST,
                                            "… and a second: half a processor for hashing" },
  [ALOQA_LIMIT_FAILURES_PER_ADDRESS_BURST] = { "failures-per-address-burst",
                                               ALOQA_FAILURES_PER_ADDRESS_BURST, 1, LARGEST,
                                               "Wrong passwords from one address at once: an "
                                               "office on a Monday" },
  [ALOQA_LIMIT_FAILURES_PER_ADDRESS_HZ] = { "failures-per-address-hz",
                                            ALOQA_FAILURES_PER_ADDRESS_HZ, SLOWEST, LARGEST,
                                            "… and a second: no list of passwords" },
  [ALOQA_LIMIT_FAILURES_PER_USER_BURST] = { "failures-per-user-burst",
                                            ALOQA_FAILURES_PER_USER_BURST, 1, LARGEST,
                                            "Wrong passwords for one user from everywhere at once: "
                                            "who has many addresses is slow all the same" },
  [ALOQA_LIMIT_FAILURES_PER_USER_HZ] = { "failures-per-user-hz", ALOQA_FAILURES_PER_USER_HZ,
                                         SLOWEST, LARGEST, "… and a second" },
  [ALOQA_LIMIT_FREE_FAILURES] = { "free-failures", ALOQA_FREE_FAILURES, 0, LARGEST,
                                  "Wrong passwords of one user at one address that cost no "
                                  "waiting: everybody mistypes" },
  [ALOQA_LIMIT_DELAY_MS] = { "delay-ms", ALOQA_MAX_SIGN_IN_DELAY_MS, 0, LARGEST,
                             "The longest wait after those; it doubles from one second up: a "
                             "minute is no lock-out" },
  [ALOQA_LIMIT_WAITING_PASSWORDS] = { "waiting-passwords", ALOQA_MAX_WAITING_PASSWORDS, 1, LARGEST,
                                      "Passwords waiting to be checked: three seconds' work of one "
                                      "processor; past that people give up" },
};

const AloqaLimitInfo *
aloqa_limit_get_info (AloqaLimit limit)
{
  return &limits[limit];
}

gboolean
aloqa_limit_find (const char *name, AloqaLimit *limit)
{
  for (guint i = 0; i < ALOQA_N_LIMITS; i++) {
    if (strcmp (name, limits[i].name) == 0) {
      *limit = i;
      return TRUE;
    }
  }
  return FALSE;
}

/**
 * aloqa_limit_describe_all:
 *
 * Returns: (transfer full): the limits, their reasons and what is usual, in the form of the settings'
 *   file
 */
char *
aloqa_limit_describe_all (void)
{
  GString *text = g_string_new ("[limits]\n");

  for (guint i = 0; i < ALOQA_N_LIMITS; i++)
    g_string_append_printf (text, "# %s\n%s=%.10g\n", limits[i].reason, limits[i].name,
                            limits[i].usual);
  return g_string_free (text, FALSE);
}
