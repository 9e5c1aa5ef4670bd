/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* A camera that is off is black all over; a dark screen with a line of text on it is not. */
gboolean aloqa_video_black_is (GstSample *sample);

G_END_DECLS
