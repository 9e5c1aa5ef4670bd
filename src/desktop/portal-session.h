/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "desktop/portal.h"

G_BEGIN_DECLS

/*
 * What some portals give: a grant that lasts until it is given back, or the desktop ends it (a stop
 * button of its own, or the portal has gone).
 */
typedef struct _AloqaPortalSession AloqaPortalSession;

/* The desktop ended it, or the portal has gone: at most once, and not after
 * aloqa_portal_session_close(), which is due. */
typedef void (*AloqaPortalSessionFunc) (gboolean is_portal_gone, gpointer user_data);

void aloqa_portal_session_create_async (GDBusConnection *bus, const char *interface,
                                        GCancellable *cancellable, GAsyncReadyCallback callback,
                                        gpointer user_data);
AloqaPortalSession *
aloqa_portal_session_create_finish (GAsyncResult *result, AloqaPortalSessionFunc closed,
                                    gpointer user_data, GError **error);
const char *aloqa_portal_session_get_path (AloqaPortalSession *self);
void aloqa_portal_session_close (AloqaPortalSession *self);

G_END_DECLS
