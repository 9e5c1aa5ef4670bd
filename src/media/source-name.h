/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

const char *aloqa_source_name_after (const char *source, const char *kind);

G_END_DECLS
