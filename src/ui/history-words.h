/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/history-entry.h"

G_BEGIN_DECLS

/* A call of the past in a few words, and as an icon. */
char *aloqa_history_words_describe (AloqaHistoryEntry *entry);
const char *aloqa_history_words_get_icon (AloqaHistoryEntry *entry);

G_END_DECLS
