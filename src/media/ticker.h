/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * A thread that calls a function in a fixed rhythm: what generated pictures and sound are paced by.
 */
typedef struct _AloqaTicker AloqaTicker;

/* @due: the time of media/timeline.h at which this tick was due; it grows by exactly one period,
 * unless ticks were left out because the thread came far too late (a suspended machine). */
typedef void (*AloqaTickerFunc) (GstClockTime due, gpointer user_data);

AloqaTicker *
aloqa_ticker_start (const char *name, guint rate_hz, AloqaTickerFunc func, gpointer user_data);
void aloqa_ticker_stop (AloqaTicker *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaTicker, aloqa_ticker_stop)

G_END_DECLS
