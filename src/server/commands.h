/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/options.h"

G_BEGIN_DECLS

gboolean aloqa_commands_run (const AloqaOptions *options, GError **error);
gboolean aloqa_commands_make_folder (const char *database_path, GError **error);

G_END_DECLS
