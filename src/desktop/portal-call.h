/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "desktop/portal.h"

G_BEGIN_DECLS

/* What all portals have in common: where they are, calls that nobody is asked for, and failures. */
#define ALOQA_PORTAL_NAME "org.freedesktop.portal.Desktop"
#define ALOQA_PORTAL_PATH "/org/freedesktop/portal/desktop"

typedef void (*AloqaPortalNext) (GTask *task, GDBusConnection *bus);

void aloqa_portal_reach (GTask *task, GDBusConnection *bus, AloqaPortalNext next);
void aloqa_portal_return_error (GTask *task, GError *error);
guint aloqa_portal_watch_owner (GDBusConnection *bus, GDBusSignalCallback owner_cb,
                                gpointer user_data, GDestroyNotify free_user_data);
gboolean aloqa_portal_has_ended (GVariant *parameters);

void aloqa_portal_get_properties_async (GDBusConnection *bus, const char *interface,
                                        GCancellable *cancellable, GAsyncReadyCallback callback,
                                        gpointer user_data);
GVariant *aloqa_portal_get_properties_finish (GAsyncResult *result, GError **error);
void aloqa_portal_open_pipewire_async (GDBusConnection *bus, const char *interface,
                                       const char *session_path, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data);
int aloqa_portal_open_pipewire_finish (GAsyncResult *result, GError **error);

G_END_DECLS
