/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "session/history-file.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_HISTORY_STORE (aloqa_history_store_get_type ())
G_DECLARE_FINAL_TYPE (AloqaHistoryStore, aloqa_history_store, ALOQA, HISTORY_STORE, GObject)

/*
 * The file in which one account's calls are kept, and the thread that alone touches it. Jobs run in
 * the order in which they were given, and all of them, even when the store is dropped meanwhile.
 *
 * Property "error" (GError, nullable, with notify): why the file is not read or written at present.
 */
AloqaHistoryStore *
aloqa_history_store_new (const char *path, const char *server_origin, gint64 own_id);
const GError *aloqa_history_store_get_error (AloqaHistoryStore *self);
void aloqa_history_store_write (AloqaHistoryStore *self, const char *sql, GVariant *values);

typedef void (*AloqaHistoryJobFunc) (AloqaHistoryFile *file, gpointer data);
typedef void (*AloqaHistoryDoneFunc) (gpointer data);
void aloqa_history_store_run (AloqaHistoryStore *self, AloqaHistoryJobFunc run,
                              AloqaHistoryDoneFunc done, gpointer data, GDestroyNotify free_data);

G_END_DECLS
