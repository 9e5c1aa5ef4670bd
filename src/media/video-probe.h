/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/feed.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define ALOQA_TYPE_VIDEO_PROBE (aloqa_video_probe_get_type ())
G_DECLARE_FINAL_TYPE (AloqaVideoProbe, aloqa_video_probe, ALOQA, VIDEO_PROBE, GObject)

/* What came since the report before. */
typedef struct {
  guint n_frames;
  double fps;     /* over the time since the report before */
  guint width_px; /* of the last frame ever, 0 before the first */
  guint height_px;
  guint n_latencies; /* frames that carried a clock; the two below are 0 where there was none */
  double latency_ms_p50;
  double latency_ms_p95;
  gint64 longest_gap_us; /* between two frames, the running one included */
} AloqaVideoReport;

/*
 * Looks at the pictures of a feed as they pass: how many, how large, how late
 * (media/clock-picture.h), and saves one when asked.
 *
 * Signals, on the main thread:
 *   first-frame (gint64 t_us)                      g_get_monotonic_time() at which it was pushed
 *   size-changed (guint width_px, guint height_px) also for the first frame, after first-frame
 *
 * Main thread only.
 */
AloqaVideoProbe *aloqa_video_probe_new (AloqaFeed *feed);
void aloqa_video_probe_take_report (AloqaVideoProbe *self, AloqaVideoReport *report);
void aloqa_video_probe_save_snapshot_async (AloqaVideoProbe *self, const char *path,
                                            GCancellable *cancellable, GAsyncReadyCallback callback,
                                            gpointer user_data);
gboolean aloqa_video_probe_save_snapshot_finish (AloqaVideoProbe *self, GAsyncResult *result,
                                                 GError **error);

G_END_DECLS
