/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/error-text.h"

#include <glib/gi18n.h>

#include "media/media.h"
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

/* What happens to a device in a call, by its role there. */
static const struct {
  const char *role;
  int code;
  const char *text;
} device_texts[] = {
  { "camera", ALOQA_MEDIA_ERROR_NOT_FOUND, N_ ("No camera was found. Plug one in.") },
  { "camera", ALOQA_MEDIA_ERROR_BUSY, N_ ("Another program uses the camera. Close it.") },
  { "camera", ALOQA_MEDIA_ERROR_DENIED,
    N_ ("The camera may not be used. Allow it in the settings.") },
  { "camera", ALOQA_MEDIA_ERROR_GONE, N_ ("The camera was unplugged.") },
  { "mic", ALOQA_MEDIA_ERROR_NOT_FOUND, N_ ("No microphone was found. Plug one in.") },
  { "mic", ALOQA_MEDIA_ERROR_BUSY, N_ ("Another program uses the microphone. Close it.") },
  { "mic", ALOQA_MEDIA_ERROR_DENIED,
    N_ ("The microphone may not be used. Allow it in the settings.") },
  { "mic", ALOQA_MEDIA_ERROR_GONE, N_ ("The microphone was unplugged.") },
  { "speaker", ALOQA_MEDIA_ERROR_NOT_FOUND, N_ ("No speaker was found. Plug one in.") },
  { "speaker", ALOQA_MEDIA_ERROR_BUSY, N_ ("Another program uses the speaker. Close it.") },
  { "speaker", ALOQA_MEDIA_ERROR_GONE, N_ ("The speaker was unplugged.") },
  { "screen", ALOQA_MEDIA_ERROR_DENIED, N_ ("Nothing was chosen, so nothing is shared.") },
  { "screen", ALOQA_MEDIA_ERROR_NOT_FOUND,
    N_ ("This desktop has no portal to share a screen through. Install xdg-desktop-portal.") },
  { "screen", ALOQA_MEDIA_ERROR_MISSING_PART,
    N_ ("The desktop’s portal cannot share a screen. Install its backend for this desktop.") },
  { "sound", ALOQA_MEDIA_ERROR_NOT_FOUND,
    N_ ("The sound server does not answer, so what this computer plays is not heard. It is heard "
        "again when the server is back.") },
  { "screen", ALOQA_MEDIA_ERROR_GONE, N_ ("What you shared is gone, so sharing has ended.") },
};

/**
 * aloqa_error_text_for_device:
 * @error: of media, or any other
 * @role: as AloqaLiveCall::device-error has it
 *
 * Returns: (transfer none): what went wrong and what to do, translated where there is a translation;
 *   lives as long as @error
 */
const char *
aloqa_error_text_for_device (const GError *error, const char *role)
{
  for (gsize i = 0; i < G_N_ELEMENTS (device_texts); i++) {
    if (g_error_matches (error, ALOQA_MEDIA_ERROR, device_texts[i].code) &&
        g_strcmp0 (role, device_texts[i].role) == 0)
      return _ (device_texts[i].text);
  }
  return error->message;
}
