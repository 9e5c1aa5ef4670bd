/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/options.h"

G_BEGIN_DECLS

gboolean aloqa_program_serve (const AloqaOptions *options, GError **error);

G_END_DECLS
