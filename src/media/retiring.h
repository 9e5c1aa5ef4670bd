/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * What is torn down on a thread of its own, because it may wait for a device, and a broken one may never
 * come back: the main thread goes on, and the program's end waits, but not for ever.
 */
void aloqa_retiring_start (GDestroyNotify tear_down, gpointer object);
void aloqa_retiring_begin (void);
void aloqa_retiring_end (void);
void aloqa_retiring_wait (void);

G_END_DECLS
