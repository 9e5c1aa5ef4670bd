/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/background-running.h"

#include "desktop/background.h"

/**
 * aloqa_background_running_ask_async:
 * @reason: for the person, where the desktop asks them
 * @bus: (nullable): the session bus
 *
 * Makes it so, or asks the desktop to.
 */
void
aloqa_background_running_ask_async (const char *reason, gboolean starts_at_login,
                                    GDBusConnection *bus, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data)
{
  static const char *const command[] = { "aloqa", "--hidden", NULL };
  const AloqaBackgroundWish wish = {
    .reason = reason,
    .command = command,
    .starts_at_login = starts_at_login,
  };

  aloqa_background_request_async (&wish, aloqa_background_is_sandboxed () ? bus : NULL, cancellable,
                                  callback, user_data);
}

/* Fails as aloqa_background_request_finish() does; in any case what is granted may be less than was
 * asked for. */
gboolean
aloqa_background_running_ask_finish (GAsyncResult *result, gboolean *may_run,
                                     gboolean *starts_at_login, GError **error)
{
  AloqaBackgroundAnswer answer;
  gboolean is_done = aloqa_background_request_finish (result, &answer, error);

  *may_run = answer.may_run;
  *starts_at_login = answer.starts_at_login;
  return is_done;
}
