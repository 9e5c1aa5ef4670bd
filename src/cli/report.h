/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/*
 * Standard output, a line an event: JSON for programs, or a sentence for people. With JSON each
 * object has "event" and "t_us" (CLOCK_MONOTONIC, in microseconds; @fields may bring its own).
 */
void aloqa_report_init (gboolean is_json);
void aloqa_report_event (const char *name, JsonObject *fields, const char *sentence, ...)
    G_GNUC_PRINTF (3, 4);
void aloqa_report_error (const char *name, const GError *error);

G_END_DECLS
