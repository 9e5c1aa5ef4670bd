/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/error-text.h"

#include <glib/gi18n.h>

#include "session/session.h"

/* What each failure is called, and what to do about it; %s is the server. */
static const char *const texts[] = {
  [ALOQA_SIGNALING_ERROR_BAD_ADDRESS] =
      N_ ("“%s” is not the address of a server. It looks like chat.example.org."),
  [ALOQA_SIGNALING_ERROR_PLAIN_HTTP] =
      N_ ("%s would be reached without encryption, and your password could be read on the way. "
          "Write the address with https."),
  [ALOQA_SIGNALING_ERROR_UNREACHABLE] =
      N_ ("%s does not answer. Check the address and your network, then try again."),
  [ALOQA_SIGNALING_ERROR_TLS] =
      N_ ("The certificate of %s is not to be trusted, so nothing was sent. Check the address, and "
          "this computer’s date; else ask who runs the server."),
  [ALOQA_SIGNALING_ERROR_UNAUTHORIZED] =
      N_ ("%s does not know this name and password together. Check both and try again."),
  [ALOQA_SIGNALING_ERROR_FORBIDDEN] =
      N_ ("%s does not let this account in. Ask who runs the server."),
  [ALOQA_SIGNALING_ERROR_RATE_LIMITED] =
      N_ ("%s had too many tries from here. Wait a minute and try again."),
  [ALOQA_SIGNALING_ERROR_SERVER_FAILED] =
      N_ ("%s has a fault of its own. Try again later, or tell who runs it."),
  [ALOQA_SIGNALING_ERROR_BAD_ANSWER] = N_ (
      "%s answers, but is no server that Aloqa can call over, or is too old. Check the address."),
};

/**
 * aloqa_error_text_for_server:
 * @error: of signalling, or any other
 * @server: what the person calls it
 *
 * Returns: (transfer full): what went wrong and what to do, translated where there is a translation
 */
char *
aloqa_error_text_for_server (const GError *error, const char *server)
{
  if (error->domain == ALOQA_SIGNALING_ERROR && error->code >= 0 &&
      (gsize) error->code < G_N_ELEMENTS (texts) && texts[error->code] != NULL)
    return g_strdup_printf (_ (texts[error->code]), server);

  return g_strdup (error->message);
}
