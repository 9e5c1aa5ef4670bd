/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/video/video.h>

G_BEGIN_DECLS

/*
 * The picture of a screen that stands on its side, put upright. How a picture was turned goes with its
 * sample: 0 to 7, as PipeWire and Wayland count. It was flipped from left to right for 4 and above,
 * and then turned to the left by so many quarters as the rest says.
 */
GstStructure *aloqa_screen_turn_to_structure (guint turn);
guint aloqa_screen_turn_get (GstSample *sample);
GstBuffer *aloqa_screen_turn_back (GstBuffer *buffer, GstVideoInfo *info, guint turn);

G_END_DECLS
