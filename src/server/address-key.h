/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

char *aloqa_address_key_new (GInetAddress *address);

G_END_DECLS
