/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/error-text.h"

#include <glib/gi18n.h>

#include "desktop/portal.h"
#include "desktop/secrets.h"
#include "media/ice-check.h"
#include "media/media.h"
#include "protocol/error.h"
#include "session/session.h"

#include <string.h>

/* What each failure is called, and what to do about it; %s is the server. */
static const char *const server_texts[] = {
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
  [ALOQA_SIGNALING_ERROR_TOO_LARGE] =
      N_ ("%s sent more than can be right. Tell who runs the server."),
};

/* Likewise, where nobody typed anything: what the keyring had was tried, and is tried again. */
static const char *const kept_texts[] = {
  [ALOQA_SIGNALING_ERROR_UNREACHABLE] = N_ ("%s does not answer. Aloqa keeps trying by itself."),
  [ALOQA_SIGNALING_ERROR_UNAUTHORIZED] =
      N_ ("Your sign-in on %s is not valid any more. Sign in with your password."),
  [ALOQA_SIGNALING_ERROR_RATE_LIMITED] =
      N_ ("%s asks for a pause after too many tries. Aloqa keeps trying by itself."),
  [ALOQA_SIGNALING_ERROR_SERVER_FAILED] =
      N_ ("%s has a fault of its own and does not renew your sign-in. Aloqa keeps trying, or sign "
          "in with your password."),
};

/* Likewise, where the keyring did not give back what it had. */
static const char *
find_keyring_text (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return _ ("Your sign-in is not in the keyring any more. Sign in with your password.");
  if (g_error_matches (error, ALOQA_SECRETS_ERROR, ALOQA_SECRETS_ERROR_LOCKED))
    return _ ("The keyring is locked, and your sign-in is in it. Sign in with your password.");
  if (error->domain == ALOQA_SECRETS_ERROR)
    return _ ("No keyring answers that could sign you in. Sign in with your password.");
  return NULL;
}

/* What a STUN or TURN server, %s, did. */
static const char *const ice_texts[] = {
  [ALOQA_ICE_CHECK_ERROR_NAME_NOT_FOUND] = N_ ("%s was not found."),
  [ALOQA_ICE_CHECK_ERROR_NO_ANSWER] = N_ ("%s does not answer."),
  [ALOQA_ICE_CHECK_ERROR_REFUSED] = N_ ("No server listens at %s."),
  [ALOQA_ICE_CHECK_ERROR_TLS] = N_ ("The connection to %s is not to be trusted."),
  [ALOQA_ICE_CHECK_ERROR_UNAUTHORIZED] = N_ ("%s refuses the user name or the password."),
  [ALOQA_ICE_CHECK_ERROR_NO_CAPACITY] = N_ ("%s has no relay left to lend."),
  [ALOQA_ICE_CHECK_ERROR_SERVER_REFUSED] = N_ ("%s refuses what it was asked for."),
  [ALOQA_ICE_CHECK_ERROR_BAD_ANSWER] = N_ ("What answers at %s is no STUN or TURN server."),
};

/* Returns: (nullable): what kind of failure it is, not translated, with a %s for the server */
static const char *
find_kind (const GError *error)
{
  gsize code = (gsize) MAX (error->code, 0);

  if (error->domain == ALOQA_SIGNALING_ERROR && code < G_N_ELEMENTS (server_texts))
    return server_texts[code];
  if (error->domain == ALOQA_ICE_CHECK_ERROR && code < G_N_ELEMENTS (ice_texts))
    return ice_texts[code];
  return NULL;
}

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
  const char *kind = find_kind (error);

  return kind != NULL ? g_strdup_printf (_ (kind), server) : g_strdup (error->message);
}

/**
 * aloqa_error_text_for_kept_sign_in:
 * @error: why what was kept from an earlier sign-in does not sign in (any more): of signalling, of
 *   the keyring, or that it holds nothing
 * @server: what the person calls it
 *
 * Returns: (transfer full): the same as aloqa_error_text_for_server() for somebody who typed nothing
 */
char *
aloqa_error_text_for_kept_sign_in (const GError *error, const char *server)
{
  gsize code = (gsize) MAX (error->code, 0);
  const char *keyring_text = find_keyring_text (error);

  if (keyring_text != NULL)
    return g_strdup (keyring_text);
  if (error->domain == ALOQA_SIGNALING_ERROR && code < G_N_ELEMENTS (kept_texts) &&
      kept_texts[code] != NULL)
    return g_strdup_printf (_ (kept_texts[code]), server);
  return aloqa_error_text_for_server (error, server);
}

/* Where the first sentence ends: at a full stop that stands in no brackets. */
static gsize
find_end_of_sentence (const char *text)
{
  int depth = 0;

  for (gsize i = 0; text[i] != '\0'; i++) {
    depth += (text[i] == '(') - (text[i] == ')');
    if (depth == 0 && text[i] == '.' && (text[i + 1] == ' ' || text[i + 1] == '\0'))
      return i;
  }
  return strlen (text);
}

/* Returns: (transfer full): the error's own words, which may be a library's and end as it likes */
static char *
dup_without_full_stop (const GError *error)
{
  gsize length = strlen (error->message);

  return g_strndup (error->message, length - g_str_has_suffix (error->message, "."));
}

/**
 * aloqa_error_text_explain:
 * @error: of signalling, of a look at a STUN or TURN server, or any other
 * @server: its name
 * @finding: (out) (transfer full): what went wrong, in a sentence without its full stop
 * @advice: (out) (transfer full) (nullable): what to do, in sentences, where that is said
 *
 * For whoever looks for the cause. The error's own words are the most exact, and English: in another
 * language they stand in brackets behind the kind of failure.
 */
void
aloqa_error_text_explain (const GError *error, const char *server, char **finding, char **advice)
{
  const char *kind = find_kind (error);
  const char *translated = kind != NULL ? _ (kind) : NULL;
  g_autofree char *whole = NULL;
  g_autofree char *exact = dup_without_full_stop (error);
  const char *rest;

  /* gettext gives back the very text that it knows no translation of. */
  if (translated == kind) {
    rest = exact + find_end_of_sentence (exact);
    *finding = g_strndup (exact, (gsize) (rest - exact));
    *advice = strlen (rest) > strlen (". ") ? g_strconcat (rest + strlen (". "), ".", NULL) : NULL;
    return;
  }

  whole = g_strdup_printf (translated, server);
  rest = whole + find_end_of_sentence (whole);
  *finding = g_strdup_printf ("%.*s (%s)", (int) (rest - whole), whole, exact);
  *advice = strlen (rest) > strlen (". ") ? g_strdup (rest + strlen (". ")) : NULL;
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
  { "camera", ALOQA_MEDIA_ERROR_MISSING_PART,
    N_ ("A part that the camera needs is not installed. Find Problems in the menu names it.") },
  { "camera", ALOQA_MEDIA_ERROR_FAILED,
    N_ ("The camera does not work. Unplug it and plug it in again, or choose another one.") },
  { "mic", ALOQA_MEDIA_ERROR_NOT_FOUND, N_ ("No microphone was found. Plug one in.") },
  { "mic", ALOQA_MEDIA_ERROR_BUSY, N_ ("Another program uses the microphone. Close it.") },
  { "mic", ALOQA_MEDIA_ERROR_DENIED,
    N_ ("The microphone may not be used. Allow it in the settings.") },
  { "mic", ALOQA_MEDIA_ERROR_GONE, N_ ("The microphone was unplugged.") },
  { "mic", ALOQA_MEDIA_ERROR_MISSING_PART,
    N_ ("A part that the microphone needs is not installed. Find Problems in the menu names it.") },
  { "mic", ALOQA_MEDIA_ERROR_FAILED,
    N_ ("The microphone does not work. Unplug it and plug it in again, or choose another one.") },
  { "speaker", ALOQA_MEDIA_ERROR_NOT_FOUND, N_ ("No speaker was found. Plug one in.") },
  { "speaker", ALOQA_MEDIA_ERROR_BUSY, N_ ("Another program uses the speaker. Close it.") },
  { "speaker", ALOQA_MEDIA_ERROR_DENIED,
    N_ ("The speaker may not be used. Allow it in the settings.") },
  { "speaker", ALOQA_MEDIA_ERROR_GONE, N_ ("The speaker was unplugged.") },
  { "speaker", ALOQA_MEDIA_ERROR_MISSING_PART,
    N_ ("A part that the speaker needs is not installed. Find Problems in the menu names it.") },
  { "speaker", ALOQA_MEDIA_ERROR_FAILED,
    N_ ("The speaker does not work. Unplug it and plug it in again, or choose another one.") },
  { "screen", ALOQA_MEDIA_ERROR_DENIED, N_ ("Nothing was chosen, so nothing is shared.") },
  { "screen", ALOQA_MEDIA_ERROR_NOT_FOUND,
    N_ ("This desktop has no portal to share a screen through. Install xdg-desktop-portal.") },
  { "screen", ALOQA_MEDIA_ERROR_MISSING_PART,
    N_ ("The desktop’s portal cannot share a screen. Install its backend for this desktop.") },
  { "screen", ALOQA_MEDIA_ERROR_GONE, N_ ("What you shared is gone, so sharing has ended.") },
  { "screen", ALOQA_MEDIA_ERROR_FAILED, N_ ("The screen cannot be shared just now. Try again.") },
  { "screen", ALOQA_MEDIA_ERROR_UNREADABLE,
    N_ ("This desktop has no pictures that can be read here. See whether there is an update of "
        "it.") },
  { "sound", ALOQA_MEDIA_ERROR_NOT_FOUND,
    N_ ("The sound server does not answer, so the other side does not hear this computer’s sound. "
        "It will again once the server is back.") },
  { "media", ALOQA_MEDIA_ERROR_MISSING_PART,
    N_ ("A part that calls need is not installed. Find Problems in the menu names it.") },
  { "media", ALOQA_MEDIA_ERROR_FAILED,
    N_ ("GStreamer, which calls need, does not start. Install it again.") },
};

static const char *
find_device_text (const GError *error, const char *role)
{
  for (gsize i = 0; i < G_N_ELEMENTS (device_texts); i++) {
    if (g_error_matches (error, ALOQA_MEDIA_ERROR, device_texts[i].code) &&
        g_strcmp0 (role, device_texts[i].role) == 0)
      return device_texts[i].text;
  }
  return NULL;
}

/**
 * aloqa_error_text_for_device:
 * @error: of media, or any other
 * @role: as AloqaLiveCall::device-error has it, or "media" for what no call can do without
 *
 * Returns: (transfer none): what went wrong and what to do, translated where there is a translation;
 *   lives as long as @error
 */
const char *
aloqa_error_text_for_device (const GError *error, const char *role)
{
  const char *text = find_device_text (error, role);

  return text != NULL ? _ (text) : error->message;
}

/**
 * aloqa_error_text_explain_device:
 * @role: likewise
 *
 * For whoever looks for the cause, as aloqa_error_text_explain() does.
 *
 * Returns: (transfer full): what went wrong, in sentences that end as such
 */
char *
aloqa_error_text_explain_device (const GError *error, const char *role)
{
  const char *text = find_device_text (error, role);
  const char *translated = text != NULL ? _ (text) : NULL;
  g_autofree char *exact = dup_without_full_stop (error);

  if (translated != text)
    return g_strdup_printf ("%.*s (%s).", (int) find_end_of_sentence (translated), translated,
                            exact);
  return g_strconcat (exact, g_str_has_suffix (exact, "?") ? "" : ".", NULL);
}

/* What the desktop does not do for us. */
static const struct {
  GQuark (*domain) (void);
  int code;
  const char *text;
} desktop_texts[] = {
  { aloqa_secrets_error_quark, ALOQA_SECRETS_ERROR_NO_KEYRING,
    N_ ("No keyring is here to keep the password in. Install gnome-keyring or another one.") },
  { aloqa_secrets_error_quark, ALOQA_SECRETS_ERROR_LOCKED,
    N_ ("The keyring is locked. Unlock it, and the password can be kept in it.") },
  { aloqa_secrets_error_quark, ALOQA_SECRETS_ERROR_FAILED,
    N_ ("The keyring does not keep the password. Sign in to the desktop again.") },
  { aloqa_portal_error_quark, ALOQA_PORTAL_ERROR_NO_SESSION,
    N_ ("There is no desktop session here. Start Aloqa from within one.") },
  { aloqa_portal_error_quark, ALOQA_PORTAL_ERROR_NOT_INSTALLED,
    N_ ("This desktop has no portal to ask. Install xdg-desktop-portal.") },
  { aloqa_portal_error_quark, ALOQA_PORTAL_ERROR_NO_BACKEND,
    N_ ("The desktop’s portal cannot do this. Install its backend for this desktop.") },
  { aloqa_portal_error_quark, ALOQA_PORTAL_ERROR_UNREACHABLE,
    N_ ("The desktop’s portal does not start. Have a look at its service, xdg-desktop-portal.") },
  { aloqa_portal_error_quark, ALOQA_PORTAL_ERROR_FAILED,
    N_ ("The desktop’s portal does not answer. Sign in to the desktop again.") },
  { aloqa_portal_error_quark, ALOQA_PORTAL_ERROR_DECLINED,
    N_ ("The desktop was told not to allow this. Its settings change that.") },
};

/**
 * aloqa_error_text_for_desktop:
 * @error: of the keyring, of the desktop's portal, or any other
 *
 * Returns: (transfer none): what went wrong and what to do, translated where there is a translation;
 *   lives as long as @error
 */
const char *
aloqa_error_text_for_desktop (const GError *error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (desktop_texts); i++) {
    if (g_error_matches (error, desktop_texts[i].domain (), desktop_texts[i].code))
      return _ (desktop_texts[i].text);
  }
  return error->message;
}

/**
 * aloqa_error_text_for_erasing:
 * @error: of aloqa_erase_finish()
 *
 * Returns: (transfer full): what is left here and what to do, translated
 */
char *
aloqa_error_text_for_erasing (const GError *error)
{
  if (g_error_matches (error, ALOQA_SECRETS_ERROR, ALOQA_SECRETS_ERROR_LOCKED))
    return g_strdup (_ ("Not everything was erased: the keyring is locked, and your passwords are "
                        "still in it. Unlock it and erase again."));
  if (error->domain == ALOQA_SECRETS_ERROR)
    return g_strdup (
        _ ("Not everything was erased: the keyring does not answer, and your "
           "passwords are still in it. Sign in to the desktop again and erase again."));
  return g_strdup_printf (
      _ ("Not everything was erased: the list of calls is still here (%s). Free "
         "the file and erase again."),
      error->message);
}

/**
 * aloqa_error_text_for_ice_server:
 * @error: of protocol, of a STUN or TURN server that a person wrote down
 *
 * Returns: (transfer none): what is to be written, translated
 */
const char *
aloqa_error_text_for_ice_server (const GError *error)
{
  const char *field = aloqa_protocol_error_get_field (error);

  if (g_strcmp0 (field, "username") == 0 || g_strcmp0 (field, "credential") == 0)
    return _ ("A TURN server needs a user name and a password");
  return _ ("Write stun:HOST, turn:HOST or turns:HOST");
}
