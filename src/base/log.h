/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void aloqa_log_init (gboolean verbose);
char *aloqa_log_redact (const char *text);

G_END_DECLS
