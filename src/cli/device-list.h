/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/exit-status.h"

G_BEGIN_DECLS

AloqaExit aloqa_device_list_run (void);

G_END_DECLS
