/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/limits.h"

/*
 * How much of the server one stranger, one address or one user may have, and why. Those that
 * settings.h names can be set otherwise in a file. The sizes of what is in a message are in
 * protocol/limits.h.
 */

/* --- Connections ----------------------------------------------------------------------------- */

/* A household or a small office behind one address, each with a page, a telephone and Aloqa. */
#define ALOQA_MAX_CONNECTIONS_PER_ADDRESS 128

/* Twice the load that the server is made for; a descriptor each. */
#define ALOQA_MAX_CONNECTIONS 10000

/* Devices and pages of one person; one more ends the oldest, which is most likely a dead one. */
#define ALOQA_MAX_DEVICES_PER_USER 16

/* One HTTP exchange, however slowly it is sent or read: sign-in takes well under a second. */
#define ALOQA_HTTP_DEADLINE_MS (20 * 1000)

/* As the existing server: keeps the mappings of address translators and proxies alive. */
#define ALOQA_PING_INTERVAL_S 20

/* Two pings and a half without a sign of life: the other end is gone, whatever TCP thinks. */
#define ALOQA_SILENCE_LIMIT_MS (50 * 1000)

/* A device in a call that has lost its connection: a change of networks and a few tries. */
#define ALOQA_RECONNECT_LIMIT_MS (10 * 1000)

/* After SIGTERM: a call that rings is answered in a few seconds more often than not. */
#define ALOQA_DRAIN_LIMIT_MS (5 * 1000)

/* Then: what a close needs to cross a slow network once; nothing is lost by a cut. */
#define ALOQA_STOP_LIMIT_MS 1000

/* --- Sizes ----------------------------------------------------------------------------------- */

/* Browsers send under 2 KiB, and a token may have 4 KiB. */
#define ALOQA_MAX_REQUEST_HEADER_BYTES (16 * 1024)

/* A user name, a password or a token, and what JSON needs around them. */
#define ALOQA_MAX_REQUEST_BODY_BYTES (16 * 1024)

/* bcrypt reads 72 bytes; people may use longer ones, but not to make us copy megabytes. */
#define ALOQA_MAX_PASSWORD_BYTES 1024

/* A frame over ALOQA_MAX_FRAME_BYTES is answered with too_large, one over this ends the connection. */
#define ALOQA_MAX_WIRE_MESSAGE_BYTES (2 * ALOQA_MAX_FRAME_BYTES)

/* What a client has not read yet: one largest frame and some hundred small ones. */
#define ALOQA_MAX_UNSENT_BYTES (2 * ALOQA_MAX_FRAME_BYTES)

/* What one connection may have handled before the others get their turn. */
#define ALOQA_READ_TURN_BYTES (4 * 1024)

/* Who sends more than is allowed is not read for so long: dropping frames is work, too. */
#define ALOQA_FLOOD_PAUSE_MS 50

/* --- Rates (a burst, then so many a second) --------------------------------------------------- */

/*
 * Frames of one user of any kind, also those that are ignored; a large one counts for one more with
 * every unit. Above what the other rates allow together.
 */
#define ALOQA_FRAMES_BURST 1000
#define ALOQA_FRAMES_HZ 100
#define ALOQA_FRAME_UNIT_BYTES (8 * 1024)

/* Who goes on for so long after having been told to slow down does not mean to. */
#define ALOQA_MAX_DROPPED_FRAMES 1000

/* New calls of one user: nobody dials twice a second; the burst is for automatic tests of a line. */
#define ALOQA_CALLS_BURST 100
#define ALOQA_CALLS_HZ 2

/* Candidates: a machine with a dozen interfaces has a hundred, at once, and then a few. */
#define ALOQA_CANDIDATES_BURST 300
#define ALOQA_CANDIDATES_HZ 30

/* All other messages of one user: a call has half a dozen. */
#define ALOQA_MESSAGES_BURST 200
#define ALOQA_MESSAGES_HZ 20

/* All users at one address together have this many times as much: an office, all of it talking. */
#define ALOQA_USERS_PER_ADDRESS 16

/* Frames with faults get this many answers; the rest is dropped in silence. */
#define ALOQA_FAULTS_BURST 10
#define ALOQA_FAULTS_HZ 1

/*
 * HTTP requests of one address: a client makes half a dozen when it starts, and an office starts at
 * nine. A picture counts for one as well.
 */
#define ALOQA_REQUESTS_PER_ADDRESS_BURST 1000
#define ALOQA_REQUESTS_PER_ADDRESS_HZ 50

/* Sign-ins from one address, right or wrong: an office in the morning, half a processor at most. */
#define ALOQA_SIGN_INS_PER_ADDRESS_BURST 200
#define ALOQA_SIGN_INS_PER_ADDRESS_HZ 2

/* Wrong passwords from one address: an office on a Monday, not a list of passwords. */
#define ALOQA_FAILURES_PER_ADDRESS_BURST 20
#define ALOQA_FAILURES_PER_ADDRESS_HZ 0.1

/* Wrong passwords for one user name from everywhere: who has many addresses is slow all the same. */
#define ALOQA_FAILURES_PER_USER_BURST 50
#define ALOQA_FAILURES_PER_USER_HZ 0.05

/*
 * Wrong passwords for one user name from one address that cost no waiting: everybody mistypes. Each
 * one more costs twice the wait before, from one second up to a minute, which is no lock-out.
 */
#define ALOQA_FREE_FAILURES 5
#define ALOQA_MAX_SIGN_IN_DELAY_MS (60 * 1000)

/* Addresses and names that are remembered; the ones that rested are forgotten first. */
#define ALOQA_MAX_RATE_KEYS 20000

/* Passwords waiting for a worker: three seconds on one, and past that people give up. */
#define ALOQA_MAX_WAITING_PASSWORDS 16
