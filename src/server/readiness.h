/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * Waits for input of very many sockets. GLib's main loop hands every descriptor to poll() each time
 * around, which with 5,000 connections costs half a millisecond whatever there is to do: the whole
 * processor at 2,700 frames a second. Here they share one epoll, and the main loop has one descriptor
 * for all. For the main thread.
 */
typedef struct _AloqaReadiness AloqaReadiness;

AloqaReadiness *aloqa_readiness_new (GSocket *socket);
void aloqa_readiness_free (AloqaReadiness *self);
GSource *aloqa_readiness_create_source (AloqaReadiness *self, GPollableInputStream *stream,
                                        gint64 not_before_us, gboolean is_ready);

G_END_DECLS
