/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/server.h"

G_BEGIN_DECLS

gboolean aloqa_demo_add_users (AloqaServer *server, GError **error);

G_END_DECLS
