/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/call-media.h"

G_BEGIN_DECLS

void aloqa_report_stats (AloqaCallMedia *media);

G_END_DECLS
