/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* What every pipeline of this folder needs, whatever is in it. */

GstElement *aloqa_pipeline_parse (const char *description, GError **error);
void aloqa_pipeline_play (GstElement *pipeline);
void aloqa_pipeline_stop (gpointer pipeline);
void aloqa_pipeline_retire (GstElement *pipeline);

GError *aloqa_pipeline_dup_error (GstMessage *message, const char *title);

G_END_DECLS
