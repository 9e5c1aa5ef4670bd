/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "desktop/portal.h"

G_BEGIN_DECLS

/* A call to a portal that may ask the person: the call, the wait for its Response, and its results. */
void
aloqa_portal_request_async (GDBusConnection *bus, const char *interface, const char *method,
                            GVariant *arguments, GVariantDict *options, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data);
GVariant *aloqa_portal_request_finish (GAsyncResult *result, GError **error);

G_END_DECLS
