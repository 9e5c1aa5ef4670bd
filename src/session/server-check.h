/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * Whether what a person writes is the address of a server that can be signed in to, without signing in:
 * for a form that says so while it is filled in.
 */
void aloqa_server_check_async (const char *text, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
char *aloqa_server_check_finish (GAsyncResult *result, GError **error);

G_END_DECLS
