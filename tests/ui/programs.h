/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Other programs that a test needs; they die with it. */
GSubprocessLauncher *programs_new_launcher (GSubprocessFlags flags);
GSubprocess *programs_spawn (GSubprocessLauncher *launcher, const char *const *argv,
                             const char *text, char **line);
void programs_end (GSubprocess **process);

G_END_DECLS
