/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *aloqa_secret_new (void);
char *aloqa_secret_load (const char *database_path, GError **error);

G_END_DECLS
