/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

char *aloqa_password_read (const char *file, const char *user, GError **error);

G_END_DECLS
