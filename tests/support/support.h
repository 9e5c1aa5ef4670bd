/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What every test program shares. */

void aloqa_test_init (int *argc, char ***argv);
char *aloqa_test_read_fixture (const char *relative_path, gsize *length);

typedef gboolean (*AloqaTestCondition) (gpointer user_data);
void aloqa_test_wait_until (AloqaTestCondition condition, gpointer user_data);
void aloqa_test_drain (void);

G_END_DECLS
