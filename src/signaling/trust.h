/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Whose word is taken for a server's identity: the system's authorities, or those of one file. */
GTlsDatabase *aloqa_trust_load_ca_file (const char *path, GError **error);

G_END_DECLS
