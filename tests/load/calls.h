/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "peer.h"

G_BEGIN_DECLS

/* Pairs of clients that call each other again and again, at the pace of people and their networks. */
typedef struct _Calls Calls;

Calls *calls_new (Crowd *crowd, guint first_user, guint n_pairs, guint n_per_address);
void calls_free (Calls *self);
gboolean calls_are_open (Calls *self);
void calls_run (Calls *self, gint64 until_us);
double calls_get_percentile_ms (Calls *self, double percent);
guint calls_get_n_done (Calls *self);
guint calls_get_n_failed (Calls *self);
guint calls_get_n_frames (Calls *self);

G_END_DECLS
