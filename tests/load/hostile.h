/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "peer.h"

G_BEGIN_DECLS

/*
 * Clients that mean harm, of five kinds in turn: they flood, send what is huge, send a byte now and
 * then, send what is malformed, or leave connections half open. Who is thrown out comes again.
 *
 * They belong into a process of their own: somebody else's machine is busy with being hostile, and
 * what that costs is not what the server's other clients feel.
 */
guint hostile_run (LoadRig *rig, guint first_user, guint n_clients, gint64 until_us);

G_END_DECLS
