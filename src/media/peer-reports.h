/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * What the other side says it received of each of our streams, and how long the way there and back
 * takes (RFC 3550, 6.4.1). GStreamer keeps one report block for each who reports: with two streams
 * on one transport they overwrite each other.
 */
typedef struct _AloqaPeerReports AloqaPeerReports;

typedef struct {
  gint32 n_lost;       /* since the start; negative with duplicates */
  double loss_percent; /* since the report before */
} AloqaPeerReport;

AloqaPeerReports *aloqa_peer_reports_new (void);
void aloqa_peer_reports_free (AloqaPeerReports *self);
void aloqa_peer_reports_watch (AloqaPeerReports *self, guint32 ssrc);
void aloqa_peer_reports_take_rtcp (AloqaPeerReports *self, GstBuffer *buffer);
void aloqa_peer_reports_note_sent (AloqaPeerReports *self, GstBuffer *buffer);
double aloqa_peer_reports_get_rtt_ms (AloqaPeerReports *self);
gboolean aloqa_peer_reports_get (AloqaPeerReports *self, guint32 ssrc, AloqaPeerReport *report);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaPeerReports, aloqa_peer_reports_free)

G_END_DECLS
