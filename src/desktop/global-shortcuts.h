/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/clock.h"
#include "desktop/portal.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_GLOBAL_SHORTCUTS (aloqa_global_shortcuts_get_type ())
G_DECLARE_FINAL_TYPE (AloqaGlobalShortcuts, aloqa_global_shortcuts, ALOQA, GLOBAL_SHORTCUTS,
                      GObject)

/* One that is wished for; the person may give it other keys, or none. */
typedef struct {
  const char *id;          /* by which the desktop remembers it */
  const char *description; /* what it does, for the person, translated */
  const char *trigger;     /* the keys it would like, such as "CTRL+ALT+m" */
} AloqaGlobalShortcut;

/*
 * Keys that work in whatever window the person is, by org.freedesktop.portal.GlobalShortcuts. Until
 * they are closed, or the desktop takes them back; they come back with a portal that is restarted.
 *
 * Signals:
 *   activated (const char *id)    its keys were pressed; again without a "deactivated" between them
 *     where the desktop does not tell that keys are let go
 *   deactivated (const char *id)  they were let go, or cannot be heard any more: once for each that
 *     was pressed
 *   closed ()  the desktop took them back; at most once, and not after aloqa_global_shortcuts_close()
 */
void aloqa_global_shortcuts_bind_async (GDBusConnection *bus, AloqaClock *clock,
                                        const AloqaGlobalShortcut *shortcuts, gsize n_shortcuts,
                                        const char *parent_window, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data);
AloqaGlobalShortcuts *aloqa_global_shortcuts_bind_finish (GAsyncResult *result, GError **error);
void aloqa_global_shortcuts_close (AloqaGlobalShortcuts *self);

G_END_DECLS
