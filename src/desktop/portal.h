/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * ALOQA_PORTAL_ERROR_NO_SESSION: no session bus, so no desktop session: nothing to look for
 * ALOQA_PORTAL_ERROR_NOT_INSTALLED: the session has no xdg-desktop-portal
 * ALOQA_PORTAL_ERROR_NO_BACKEND: it is there, without a backend that can do what was asked
 * ALOQA_PORTAL_ERROR_FAILED: it is there but does not answer; the message says why
 * ALOQA_PORTAL_ERROR_UNREACHABLE: it is installed but cannot be started here; the message says why
 * ALOQA_PORTAL_ERROR_DECLINED: the person said no, or closed the dialog
 */
typedef enum {
  ALOQA_PORTAL_ERROR_NO_SESSION,
  ALOQA_PORTAL_ERROR_NOT_INSTALLED,
  ALOQA_PORTAL_ERROR_FAILED,
  ALOQA_PORTAL_ERROR_DECLINED,
  ALOQA_PORTAL_ERROR_NO_BACKEND,
  ALOQA_PORTAL_ERROR_UNREACHABLE,
} AloqaPortalError;

#define ALOQA_PORTAL_ERROR (aloqa_portal_error_quark ())
GQuark aloqa_portal_error_quark (void);

/* The versions of what org.freedesktop.portal.Desktop offers here, 0 for what it does not. */
typedef struct {
  guint screen_cast_version;
  guint camera_version;
} AloqaPortalOffer;

void aloqa_portal_look_async (GDBusConnection *bus, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data);
gboolean aloqa_portal_look_finish (GAsyncResult *result, AloqaPortalOffer *offer, GError **error);

G_END_DECLS
