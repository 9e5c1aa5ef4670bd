/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/exit-status.h"
#include "cli/options.h"

G_BEGIN_DECLS

AloqaExit aloqa_doctor_report_run (const AloqaOptions *options);

G_END_DECLS
