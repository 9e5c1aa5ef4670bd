/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Reads standard input, a line at a time, as long as it lives. */
#define ALOQA_TYPE_INPUT (aloqa_input_get_type ())
G_DECLARE_FINAL_TYPE (AloqaInput, aloqa_input, ALOQA, INPUT, GObject)

typedef void (*AloqaInputFunc) (char *line, gpointer user_data);

AloqaInput *aloqa_input_new (AloqaInputFunc func, gpointer user_data);

G_END_DECLS
