/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void aloqa_event_log (const char *event, gint64 user_id, const char *text);

G_END_DECLS
