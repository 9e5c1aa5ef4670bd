/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/call-words.h"

#include <glib/gi18n.h>

/**
 * aloqa_call_words_for_phase:
 *
 * Returns: what is going on; "" while the call runs, where a timer says it better
 */
const char *
aloqa_call_words_for_phase (AloqaPhase phase, gboolean is_incoming, AloqaCallKind kind)
{
  switch (phase) {
  case ALOQA_PHASE_NEW:
  case ALOQA_PHASE_CALLING:
    return _ ("Calling…");
  case ALOQA_PHASE_RINGING:
    return _ ("Ringing…");
  case ALOQA_PHASE_OFFERING:
  case ALOQA_PHASE_OFFERED:
    return _ ("Waiting for the other side…");
  case ALOQA_PHASE_INCOMING:
  case ALOQA_PHASE_INCOMING_OFFER:
    return kind == ALOQA_CALL_VIDEO ? _ ("Incoming video call") : _ ("Incoming call");
  case ALOQA_PHASE_ACCEPTED:
  case ALOQA_PHASE_ANSWERING:
  case ALOQA_PHASE_CONNECTING:
    return _ ("Connecting…");
  case ALOQA_PHASE_RECONNECTING:
    return _ ("Reconnecting…");
  case ALOQA_PHASE_ENDED:
    return _ ("Call ended");
  case ALOQA_PHASE_CONNECTED:
  case ALOQA_N_PHASES:
  default:
    return "";
  }
}

static const char *
explain_path (AloqaPathTrouble trouble)
{
  switch (trouble) {
  case ALOQA_PATH_TROUBLE_NO_TURN:
    return _ ("No connection was found: these networks need a TURN server, and none is set.");
  case ALOQA_PATH_TROUBLE_REFUSED:
    return _ ("No connection was found: the TURN server refused its user name or password.");
  case ALOQA_PATH_TROUBLE_UNREACHABLE:
    return _ ("No connection was found: the TURN server does not answer.");
  case ALOQA_PATH_TROUBLE_BROKEN:
    return _ ("No connection was found: the TURN server is of no use.");
  case ALOQA_PATH_TROUBLE_NONE:
  default:
    return _ ("No connection was found: a network or firewall is in the way.");
  }
}

static const char *
explain_media (AloqaMediaCause cause)
{
  switch (cause) {
  case ALOQA_MEDIA_CAUSE_MISSING:
    return _ ("A part that calls need is not installed. Find Problems in the menu names it.");
  case ALOQA_MEDIA_CAUSE_BAD_SERVER:
    return _ ("A STUN or TURN server’s address is wrong. Correct it in the preferences.");
  case ALOQA_MEDIA_CAUSE_LATE:
    return _ ("Sound or picture was not ready in time. Call again.");
  default:
    return _ ("Sound or picture failed here. Find Problems in the menu looks for the cause.");
  }
}

static const char *
explain_no_connection (const AloqaCallEnd *end)
{
  switch (end->cause) {
  case ALOQA_MEDIA_CAUSE_DESCRIPTION:
    return _ ("No connection was made: their app sent what this one does not understand.");
  case ALOQA_MEDIA_CAUSE_NO_CODEC:
    return _ ("No connection was made: their app and this one have no kind of sound in common.");
  default:
    return explain_path (end->trouble);
  }
}

/* Ends that need an explanation: something between the two people did not work. */
static char *
explain_trouble (const AloqaCallEnd *end, const char *name, gboolean is_online)
{
  switch (end->reason) {
  case ALOQA_ENDED_NO_OFFER:
    return g_strdup_printf (_ ("Answered, but then nothing came from %s."), name);
  case ALOQA_ENDED_COULD_NOT_CONNECT:
    return g_strdup (explain_no_connection (end));
  case ALOQA_ENDED_LOST:
    return is_online ? g_strdup_printf (_ ("The connection was lost on %s’s side."), name)
                     : g_strdup (_ ("Your network connection was lost."));
  case ALOQA_ENDED_SIGNALLING_LOST:
    return g_strdup (_ ("The server was out of reach."));
  case ALOQA_ENDED_MEDIA_ERROR:
    return g_strdup (explain_media (end->cause));
  case ALOQA_ENDED_FINGERPRINT_MISMATCH:
    return g_strdup (_ ("Ended for your safety: somebody was in between."));
  case ALOQA_ENDED_SERVER_REFUSED:
    return g_strdup (_ ("The server refused the call. Wait a minute and call again."));
  default:
    return g_strdup (_ ("Call ended."));
  }
}

/**
 * aloqa_call_words_for_end:
 * @name: the other side's
 * @is_online: whether the server can be reached, which tells whose network was lost
 *
 * Returns: (transfer full): why it ended, in one line
 */
char *
aloqa_call_words_for_end (const AloqaCallEnd *end, gboolean is_incoming, const char *name,
                          gboolean is_online)
{
  switch (end->reason) {
  case ALOQA_ENDED_HUNG_UP:
    return g_strdup (_ ("You hung up."));
  case ALOQA_ENDED_REMOTE_HUNG_UP:
    return g_strdup_printf (_ ("%s hung up."), name);
  case ALOQA_ENDED_REJECTED:
    return is_incoming ? g_strdup (_ ("You declined."))
                       : g_strdup_printf (_ ("%s declined."), name);
  case ALOQA_ENDED_BUSY:
    return g_strdup_printf (_ ("%s is in another call."), name);
  case ALOQA_ENDED_CANCELLED:
    return is_incoming ? g_strdup_printf (_ ("%s gave up calling."), name)
                       : g_strdup (_ ("You cancelled the call."));
  case ALOQA_ENDED_NO_ANSWER:
    return g_strdup_printf (_ ("%s did not answer."), name);
  case ALOQA_ENDED_MISSED:
    return g_strdup (_ ("You missed this call."));
  case ALOQA_ENDED_OFFLINE:
    return g_strdup_printf (_ ("%s is offline."), name);
  case ALOQA_ENDED_UNKNOWN_USER:
    return g_strdup_printf (_ ("%s has no account here any more."), name);
  case ALOQA_ENDED_ANSWERED_ELSEWHERE:
    return g_strdup (_ ("Answered on another device of yours."));
  case ALOQA_ENDED_REJECTED_ELSEWHERE:
    return g_strdup (_ ("Declined on another device of yours."));
  case ALOQA_ENDED_IN_A_CALL:
    return g_strdup (_ ("You are in a call already."));
  default:
    return explain_trouble (end, name, is_online);
  }
}

/* Returns: (nullable): what could be done about it */
const char *
aloqa_call_words_for_suggestion (AloqaSuggestion suggestion)
{
  if (suggestion == ALOQA_SUGGEST_LEGACY)
    return _ ("They may use an older app. Calling again tries its way.");
  return NULL;
}

/* Returns: (transfer full): why the person is asked whether to call, in one line */
char *
aloqa_call_words_for_wish (AloqaWishOrigin origin, const char *username)
{
  switch (origin) {
  case ALOQA_WISH_OF_NOTIFICATION:
    return g_strdup_printf (_ ("You missed a call of “%s”."), username);
  case ALOQA_WISH_OF_COMMAND_LINE:
    /* Translators: %s is a user name; it was on the command line, and nobody could be called then */
    return g_strdup_printf (_ ("A while ago you wanted to call “%s”."), username);
  case ALOQA_WISH_FOR_ELSEWHERE:
    /* Translators: %s is a user name, which may be somebody else's on another server */
    return g_strdup_printf (_ ("The call to “%s” was meant for another account."), username);
  case ALOQA_WISH_OF_LINK:
  default:
    return g_strdup_printf (_ ("A link asks to call “%s”."), username);
  }
}
