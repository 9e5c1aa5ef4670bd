/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "database/database.h"

G_BEGIN_DECLS

/*
 * The file in which one account's calls are kept, and the thread that alone touches it. Counted, for
 * the main thread. Jobs run in the order in which they were given.
 */
#define ALOQA_TYPE_HISTORY_STORE (aloqa_history_store_get_type ())
G_DECLARE_FINAL_TYPE (AloqaHistoryStore, aloqa_history_store, ALOQA, HISTORY_STORE, GObject)

AloqaHistoryStore *
aloqa_history_store_new (const char *path, const char *server_origin, gint64 own_id);
char *aloqa_history_store_dup_default_path (void);

G_END_DECLS
