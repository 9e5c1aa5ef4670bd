/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A network that a test program has to itself. */
gboolean aloqa_test_enter_own_network (void);
gboolean aloqa_test_ip (const char *arguments);

G_END_DECLS
