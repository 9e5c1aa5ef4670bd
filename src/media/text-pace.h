/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * Leaves out pictures of a text, so that each of the others gets the bits that make it sharp: the next
 * one waits until the network has had time for those before, but not longer than the lowest rate at
 * which one can work with a shared screen. Pure: told the time of the pictures. Begin with zeros.
 */
typedef struct {
  double debt_bytes;    /* more than the bitrate allowed for, at updated_ns */
  GstClockTime sent_ns; /* the last picture */
  GstClockTime updated_ns;
  gboolean has_sent;
} AloqaTextPace;

gboolean aloqa_text_pace_takes (AloqaTextPace *self, guint kbps, GstClockTime now_ns);
void aloqa_text_pace_count (AloqaTextPace *self, gsize n_bytes);

G_END_DECLS
