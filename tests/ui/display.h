/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A display of the test's own, which ends with it. NULL with a reason where there can be none. */
GSubprocess *display_start (char **reason);
gboolean display_has_window_manager (GSubprocess *display);
void display_init_toolkit (void);

/* A program whose tests need no more than a display. Returns: its status */
int display_run_tests (int argc, char **argv, void (*add_tests) (void));

G_END_DECLS
