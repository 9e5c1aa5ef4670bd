/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "desktop/portal.h"

G_BEGIN_DECLS

/*
 * Running without a window, and from the log-in on. In a sandbox (Flatpak, Snap) the desktop's
 * Background portal is asked, and asks the person; elsewhere running needs nobody's leave, and starting
 * at log-in is a file in the person's autostart folder.
 */
typedef struct {
  const char *parent_window;  /* of the dialog: "wayland:…", "x11:…", or NULL */
  const char *reason;         /* why, to be shown to the person, translated */
  const char *const *command; /* what is started at log-in, NULL-terminated */
  gboolean starts_at_login;
} AloqaBackgroundWish;

/* What came of it: the person, or the desktop, may have allowed less. */
typedef struct {
  gboolean may_run;
  gboolean starts_at_login;
} AloqaBackgroundAnswer;

gboolean aloqa_background_is_sandboxed (void);
void aloqa_background_request_async (const AloqaBackgroundWish *wish, GDBusConnection *portal_bus,
                                     GCancellable *cancellable, GAsyncReadyCallback callback,
                                     gpointer user_data);
gboolean aloqa_background_request_finish (GAsyncResult *result, AloqaBackgroundAnswer *answer,
                                          GError **error);

G_END_DECLS
