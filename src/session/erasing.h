/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Erases what the parts below keep on this computer: every account's history, and all that is in the
 * keyring. To be called when no session is left. */
void aloqa_erase_async (GAsyncReadyCallback callback, gpointer user_data);
gboolean aloqa_erase_finish (GAsyncResult *result, GError **error);

G_END_DECLS
