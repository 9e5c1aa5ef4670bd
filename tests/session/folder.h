/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A temporary folder of a test's own. */
char *folder_new (void);
void folder_free (char *path);

G_END_DECLS
