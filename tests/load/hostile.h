/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "peer.h"

G_BEGIN_DECLS

/*
 * Clients that mean harm, of five kinds in turn: they flood, send what is huge, send a byte now and
 * then, send what is malformed, or leave connections half open. Who is thrown out comes again.
 */
typedef struct _Hostile Hostile;

Hostile *hostile_new (Crowd *crowd, guint first_user, guint n_clients);
void hostile_free (Hostile *self);
void hostile_act (gpointer hostile);
guint hostile_get_n_thrown_out (Hostile *self);

G_END_DECLS
