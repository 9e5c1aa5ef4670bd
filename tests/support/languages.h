/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean aloqa_test_speak (const char *locale);

G_END_DECLS
