/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * Where the program's own files are: installed below its prefix, wherever that was moved to, or as the
 * build left them, so that a build runs without being installed.
 */
char *aloqa_installation_find_program (const char *name);
char *aloqa_installation_dup_locale_folder (void);
GSettings *aloqa_installation_open_settings (void);

G_END_DECLS
