/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Days, times and durations in the reader's words and locale. */
gboolean aloqa_when_is_same_day (GDateTime *one, GDateTime *other);
char *aloqa_when_format_day (GDateTime *day, GDateTime *now);
char *aloqa_when_format_time (GDateTime *time);
char *aloqa_when_format_duration (gint64 duration_us);

G_END_DECLS
