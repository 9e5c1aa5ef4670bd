/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * One clock and one base time for every pipeline of the process, so that a buffer's timestamp means
 * the same in all of them and can cross from one to another as it is.
 */
void aloqa_timeline_adopt (GstPipeline *pipeline);
GstClockTime aloqa_timeline_get_now (void);

G_END_DECLS
