/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "session/history.h"
#include "session/roster.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_RECENT_PAGE (aloqa_recent_page_get_type ())
G_DECLARE_FINAL_TYPE (AloqaRecentPage, aloqa_recent_page, ALOQA, RECENT_PAGE, AdwBin)

/* The calls of the past, by day. */
void
aloqa_recent_page_set_history (AloqaRecentPage *self, AloqaHistory *history, AloqaRoster *roster);
void aloqa_recent_page_set_today (AloqaRecentPage *self, GDateTime *today);

G_END_DECLS
