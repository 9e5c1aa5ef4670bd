/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a service manager (systemd) and the program tell each other: sd_notify(3), sd_listen_fds(3). */

void aloqa_service_notify (const char *state);
int aloqa_service_take_socket (void);

G_END_DECLS
