/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/limits.h"

/*
 * How much of the server one stranger, one address or one user may have. The sizes of what is in a
 * message are in protocol/limits.h.
 */

/* --- What an operator can set otherwise: names and reasons are in limit-table.c --------------- */

#define ALOQA_MAX_CONNECTIONS 10000
#define ALOQA_MAX_CONNECTIONS_PER_ADDRESS 128
#define ALOQA_MAX_DEVICES_PER_USER 16
#define ALOQA_USERS_PER_ADDRESS 16
#define ALOQA_HTTP_DEADLINE_MS (20 * 1000)
#define ALOQA_PING_INTERVAL_S 20
#define ALOQA_SILENCE_LIMIT_MS (50 * 1000)
#define ALOQA_RECONNECT_LIMIT_MS (10 * 1000)
#define ALOQA_RING_RETURN_LIMIT_MS 800
#define ALOQA_RING_SILENCE_LIMIT_MS (5 * 1000)
#define ALOQA_DRAIN_LIMIT_MS (5 * 1000)

#define ALOQA_MAX_REQUEST_HEADER_BYTES (16 * 1024)
#define ALOQA_MAX_REQUEST_BODY_BYTES (16 * 1024)
#define ALOQA_MAX_UNSENT_BYTES (2 * ALOQA_MAX_FRAME_BYTES)

#define ALOQA_FRAMES_BURST 1000
#define ALOQA_FRAMES_HZ 100
#define ALOQA_MAX_DROPPED_FRAMES 1000
#define ALOQA_CALLS_BURST 100
#define ALOQA_CALLS_HZ 2
#define ALOQA_CANDIDATES_BURST 300
#define ALOQA_CANDIDATES_HZ 30
#define ALOQA_MESSAGES_BURST 200
#define ALOQA_MESSAGES_HZ 20
#define ALOQA_FAULTS_BURST 10
#define ALOQA_FAULTS_HZ 1
#define ALOQA_REQUESTS_PER_ADDRESS_BURST 1000
#define ALOQA_REQUESTS_PER_ADDRESS_HZ 50

#define ALOQA_SIGN_INS_PER_ADDRESS_BURST 200
#define ALOQA_SIGN_INS_PER_ADDRESS_HZ 2
#define ALOQA_FAILURES_PER_ADDRESS_BURST 20
#define ALOQA_FAILURES_PER_ADDRESS_HZ 0.1
#define ALOQA_FAILURES_PER_USER_BURST 50
#define ALOQA_FAILURES_PER_USER_HZ 0.05
#define ALOQA_FREE_FAILURES 5
#define ALOQA_MAX_SIGN_IN_DELAY_MS (60 * 1000)
#define ALOQA_MAX_WAITING_PASSWORDS 16

/* --- What nobody would set ------------------------------------------------------------------- */

/* After the drain: what a close needs to cross a slow network once; nothing is lost by a cut. */
#define ALOQA_STOP_LIMIT_MS 1000

/* bcrypt reads 72 bytes; people may use longer ones, but not to make us copy megabytes. */
#define ALOQA_MAX_PASSWORD_BYTES 1024

/* A frame over its limit is answered with too_large, one over this ends the connection. */
#define ALOQA_MAX_WIRE_MESSAGE_BYTES (2 * ALOQA_MAX_FRAME_BYTES)

/* What one connection may have handled before the others get their turn. */
#define ALOQA_READ_TURN_BYTES (4 * 1024)

/* Who sends more than is allowed is not read for so long: dropping frames is work, too. */
#define ALOQA_FLOOD_PAUSE_MS 50

/* A frame counts for one more with every such unit in it. */
#define ALOQA_FRAME_UNIT_BYTES (8 * 1024)

/* Addresses and names that are remembered; the ones that rested are forgotten first. */
#define ALOQA_MAX_RATE_KEYS 20000
