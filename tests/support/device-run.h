/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "support/desktop-session.h"
#include "support/media-run.h"
#include "support/support.h"

G_BEGIN_DECLS

int aloqa_test_run_with_devices (int argc, char **argv, AloqaTestSession **session,
                                 void (*add_tests) (void));

G_END_DECLS
