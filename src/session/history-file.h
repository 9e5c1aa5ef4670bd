/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "database/database.h"

G_BEGIN_DECLS

/*
 * The file of past calls as one account sees it, with what could not be written to it yet. It has no
 * thread of its own, and is used by one at a time.
 *
 * In every statement ?1 is the server's origin and ?2 the own user id.
 */
typedef struct _AloqaHistoryFile AloqaHistoryFile;

typedef void (*AloqaHistoryRowFunc) (AloqaStatement *row, gpointer user_data);

AloqaHistoryFile *
aloqa_history_file_new (const char *path, const char *server_origin, gint64 own_id);
void aloqa_history_file_free (AloqaHistoryFile *self);

void aloqa_history_file_write (AloqaHistoryFile *self, const char *sql, GVariant *values);
gboolean aloqa_history_file_read (AloqaHistoryFile *self, const char *sql, GVariant *values,
                                  AloqaHistoryRowFunc func, gpointer user_data);
void aloqa_history_file_save_rest (AloqaHistoryFile *self);
void aloqa_history_file_compact (AloqaHistoryFile *self);
void aloqa_history_file_start_over (AloqaHistoryFile *self);
const GError *aloqa_history_file_get_trouble (AloqaHistoryFile *self);
gboolean aloqa_history_file_is_lasting (const GError *trouble);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaHistoryFile, aloqa_history_file_free)

G_END_DECLS
