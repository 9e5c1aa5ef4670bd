/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A database for trying out: ali, vali and echo, password "demo", in a folder of its own. */
typedef struct {
  char *folder;
  char *database_path;
} AloqaDemo;

AloqaDemo *aloqa_demo_new (GError **error);
void aloqa_demo_free (AloqaDemo *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaDemo, aloqa_demo_free)

G_END_DECLS
