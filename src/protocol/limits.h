/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * How large anything that comes from outside may be, and why. A limit is far above what an honest
 * sender needs, and low enough that reading the worst case takes about ten milliseconds (an honest
 * offer takes a tenth of one) and a few times its own size in memory. What is over a limit is refused with
 * ALOQA_PROTOCOL_ERROR_TOO_LARGE, and never cut short in silence, unless its line says otherwise.
 */

/* --- JSON ------------------------------------------------------------------------------------ */

/*
 * One text frame of the WebSocket. The largest thing in it is an SDP: it must fit even as JSON in a
 * JSON string, where a line end takes six bytes instead of two.
 */
#define ALOQA_MAX_FRAME_BYTES (128 * 1024)

/* The body of an HTTP answer other than a list of people: what an ICE server's provider says, and room. */
#define ALOQA_MAX_BODY_BYTES (1024 * 1024)

/*
 * The body of GET /users/list, which is not paged: ALOQA_MAX_USERS at 800 bytes each, of which people's
 * words about themselves are the most. It is read beside the main thread (10,000 people: 0.1 s).
 */
#define ALOQA_MAX_USERS_BYTES (16 * 1024 * 1024)

/* Nested objects and arrays. Ours need four; json-glib recurses once a level, on the C stack. */
#define ALOQA_MAX_JSON_DEPTH 16

/*
 * Values of one JSON text, each of which takes json-glib 80 bytes: twice what the longest list of people
 * has, and 40 MiB at most.
 */
#define ALOQA_MAX_JSON_VALUES (512 * 1024)

/*
 * Digits of a JSON integer. 18 always fit a gint64; json-glib wraps longer ones around, and would
 * read -18446744073709551615 as 1.
 */
#define ALOQA_MAX_JSON_INTEGER_DIGITS 18

/* Characters of any other JSON number: a double needs at most 24. */
#define ALOQA_MAX_JSON_NUMBER_CHARS 64

/* --- Who and which --------------------------------------------------------------------------- */

/* The largest integer that every JavaScript client holds exactly: 2^53 - 1. */
#define ALOQA_MAX_ID G_GINT64_CONSTANT (9007199254740991)

/* Of A-Za-z0-9_-: room for a UUID or 48 random bytes, none for a story. */
#define ALOQA_MAX_CALL_ID_CHARS 64
#define ALOQA_MAX_DEVICE_CHARS 64

/* Legs of one call: each is a network change or a switched-on camera. */
#define ALOQA_MAX_LEG 65535

/* Bytes of a user name. The existing database says 50 characters, of up to four bytes. */
#define ALOQA_MAX_USERNAME_BYTES 200

/*
 * Characters of a first or last name. It is only shown, so a longer one is cut, not refused: a long
 * name is no reason to miss a call.
 */
#define ALOQA_MAX_NAME_CHARS 100

/* Bytes of a picture's file name: NAME_MAX of every file system in use. */
#define ALOQA_MAX_PROFILE_PIC_BYTES 255

/* Characters of what people wrote about themselves; cut, not refused. */
#define ALOQA_MAX_BIO_CHARS 1000

/* Characters of an ISO 8601 time with microseconds and a zone: 32. */
#define ALOQA_MAX_TIME_CHARS 40

/* Ids in one presence frame: at 16 digits and a comma each they fit it. */
#define ALOQA_MAX_ONLINE 7500

/*
 * Users of one answer of GET /users/list: each takes 500 bytes of memory and 3 microseconds of the main
 * thread. The list is cut there, not refused: a search finds the others.
 */
#define ALOQA_MAX_USERS 20000

/* How many our own server lists at once, so that clients with a limit of 1 MiB can read it. */
#define ALOQA_MAX_LISTED_USERS 2000

/* Entries of "features": four times what is defined. */
#define ALOQA_MAX_FEATURES 32

/* --- Errors and secrets ---------------------------------------------------------------------- */

/* The code and the field of an error frame are words of the protocol. */
#define ALOQA_MAX_ERROR_CODE_BYTES 64
#define ALOQA_MAX_ERROR_FIELD_BYTES 128

/* What a server says went wrong, shown to a person: two or three sentences; cut, not refused. */
#define ALOQA_MAX_ERROR_TEXT_CHARS 300

/* A day: a server that asks for a longer pause does not mean it. */
#define ALOQA_MAX_RETRY_AFTER_MS (24 * 60 * 60 * 1000)

/* A token must fit the URL of a request beside the rest; servers refuse lines over 8 KiB. */
#define ALOQA_MAX_TOKEN_BYTES 4096

/* --- Candidates (RFC 8839, section 5.1) ------------------------------------------------------ */

/* Two addresses of 45 characters, a dozen words and Chromium's extensions are under 250. */
#define ALOQA_MAX_CANDIDATE_BYTES 1024

/* foundation = 1*32ice-char. */
#define ALOQA_MAX_FOUNDATION_CHARS 32

/* component-id = 1*3DIGIT, from 1 to 256. */
#define ALOQA_MAX_COMPONENT 256

/* An IPv6 address has 45 characters, an mDNS name 42; a DNS name at most 253. */
#define ALOQA_MAX_ADDRESS_CHARS 253

/* a=mid: browsers write one or two characters, RFC 9143 asks for short ones. */
#define ALOQA_MAX_MID_CHARS 64

/* ufrag = 4*256ice-char, password = 22*256ice-char. */
#define ALOQA_MAX_ICE_UFRAG_CHARS 256
#define ALOQA_MAX_ICE_PWD_CHARS 256

/* --- Session descriptions -------------------------------------------------------------------- */

/*
 * A browser's video call is 5.4 KiB, and 25 KiB with all the candidates allowed. In the worst case
 * JSON escapes double it, and it still fits a frame.
 */
#define ALOQA_MAX_SDP_BYTES (48 * 1024)

/* The longest lines carry H.264 parameter sets or a certificate's worth of base64. */
#define ALOQA_MAX_SDP_LINE_BYTES 4096

/* A browser's video call has 210. */
#define ALOQA_MAX_SDP_LINES 1280

/* A call has two; a page that has renegotiated keeps its dead ones. */
#define ALOQA_MAX_SDP_MEDIA 16

/* There are 128 payload types. */
#define ALOQA_MAX_SDP_CODECS 128

/* a=rtcp-fb of one payload type: browsers write five. */
#define ALOQA_MAX_SDP_FEEDBACK 16

/* Two-byte header extensions have ids 1 to 255 (RFC 8285); nobody uses over twenty. */
#define ALOQA_MAX_SDP_EXTENSIONS 64

/* Two dozen network interfaces, twice (UDP, TCP), with two components. */
#define ALOQA_MAX_SDP_CANDIDATES 128

/* Three simulcast layers with RTX and FEC are nine. */
#define ALOQA_MAX_SDP_SSRCS 64
