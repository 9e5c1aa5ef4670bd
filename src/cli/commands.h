/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/call-controller.h"

G_BEGIN_DECLS

gboolean aloqa_command_run (const char *line, AloqaLiveCall *call, AloqaCallController *controller,
                            GError **error);

G_END_DECLS
