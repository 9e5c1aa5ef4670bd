/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/video-probe.h"

#include "media/clock-picture.h"
#include "media/snapshot.h"

#include "base/hop.h"

#include <gst/video/video.h>
#include <math.h>

/* Where nobody takes a report the samples of the last minute at 30 frames/s are kept. */
#define MAX_LATENCIES 1800

/* A clock that is further off was not set right, or is no clock: it would spoil the figures. */
#define MAX_LATENCY_MS 10000

struct _AloqaVideoProbe {
  GObject parent_instance;

  AloqaFeed *feed;
  guint listener_id;
  AloqaHop *hop;
  GQueue snapshots; /* of GTask, waiting for the next frame; the task data is the path */

  GMutex lock; /* guards everything below */
  GstCaps *caps;
  GstVideoInfo info;
  guint n_frames;
  gboolean has_begun;
  gint64 report_us;
  gint64 last_us;
  gint64 longest_gap_us;
  GArray *latencies_ms; /* of double */
  gboolean wants_snapshot;
};

/* What a frame tells the main thread. */
typedef struct {
  gint64 first_us; /* 0: not the first */
  guint width_px, height_px;
} News;

enum { FIRST_FRAME, SIZE_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AloqaVideoProbe, aloqa_video_probe, G_TYPE_OBJECT)

static void
tell_news (gpointer object, gpointer payload)
{
  News *news = payload;

  if (news->first_us != 0)
    g_signal_emit (object, signals[FIRST_FRAME], 0, news->first_us);
  g_signal_emit (object, signals[SIZE_CHANGED], 0, news->width_px, news->height_px);
}

/* Called with the lock held. */
static void
note_caps (AloqaVideoProbe *self, GstCaps *caps)
{
  guint width_px = self->info.width, height_px = self->info.height;

  gst_caps_replace (&self->caps, caps);
  if (!gst_video_info_from_caps (&self->info, caps))
    gst_video_info_init (&self->info);
  if ((guint) self->info.width == width_px && (guint) self->info.height == height_px)
    return;

  aloqa_hop_call (self->hop, tell_news,
                  g_memdup2 (
                      &(News){
                          .first_us = self->has_begun ? 0 : self->last_us,
                          .width_px = self->info.width,
                          .height_px = self->info.height,
                      },
                      sizeof (News)),
                  g_free);
}

/* The difference of two times that are both modulo 2^40, as a small signed number. */
static gint64
get_difference_ms (gint64 later_ms, gint64 earlier_ms)
{
  gint64 difference = (later_ms - earlier_ms) & ALOQA_CLOCK_PICTURE_MASK;

  return difference > ALOQA_CLOCK_PICTURE_MASK / 2 ? difference - ALOQA_CLOCK_PICTURE_MASK - 1
                                                   : difference;
}

/* Called with the lock held. */
static void
note_latency (AloqaVideoProbe *self, GstBuffer *buffer)
{
  GstVideoFrame frame;
  gint64 time_ms;
  gboolean has_clock;
  double latency_ms;

  if (GST_VIDEO_INFO_FORMAT (&self->info) != GST_VIDEO_FORMAT_I420 ||
      !gst_video_frame_map (&frame, &self->info, buffer, GST_MAP_READ))
    return;
  has_clock = aloqa_clock_picture_read (GST_VIDEO_FRAME_PLANE_DATA (&frame, 0),
                                        GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0), self->info.width,
                                        self->info.height, &time_ms);
  gst_video_frame_unmap (&frame);
  if (!has_clock)
    return;

  latency_ms = get_difference_ms (aloqa_clock_picture_get_time_ms (), time_ms);
  if (ABS (latency_ms) > MAX_LATENCY_MS)
    return;
  if (self->latencies_ms->len >= MAX_LATENCIES)
    g_array_remove_index_fast (self->latencies_ms, 0);
  g_array_append_val (self->latencies_ms, latency_ms);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (aloqa_snapshot_save_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* Hands every waiting task's snapshot to a worker. */
static void
save_snapshots (gpointer object, gpointer payload)
{
  AloqaVideoProbe *self = object;
  GTask *task;

  while ((task = g_queue_pop_head (&self->snapshots)) != NULL) {
    g_autoptr (GSource) cancelled = g_object_steal_data (G_OBJECT (task), "cancelled");

    if (cancelled != NULL)
      g_source_destroy (cancelled);
    aloqa_snapshot_save_async (payload, g_task_get_task_data (task), saved_cb, task);
  }
}

static gboolean
snapshot_cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  GTask *task = user_data;
  AloqaVideoProbe *self = g_task_get_source_object (task);

  g_queue_remove (&self->snapshots, task);
  g_task_return_error_if_cancelled (task);
  g_object_unref (task);

  return G_SOURCE_REMOVE;
}

static void
frame_cb (GstSample *sample, gpointer user_data)
{
  AloqaVideoProbe *self = user_data;
  gint64 now_us = g_get_monotonic_time ();
  gboolean wants_snapshot;

  g_mutex_lock (&self->lock);
  if (self->has_begun)
    self->longest_gap_us = MAX (self->longest_gap_us, now_us - self->last_us);
  self->last_us = now_us;
  if (gst_sample_get_caps (sample) != self->caps)
    note_caps (self, gst_sample_get_caps (sample));
  self->has_begun = TRUE;
  self->n_frames++;
  note_latency (self, gst_sample_get_buffer (sample));
  wants_snapshot = self->wants_snapshot;
  self->wants_snapshot = FALSE;
  g_mutex_unlock (&self->lock);

  if (wants_snapshot)
    aloqa_hop_call (self->hop, save_snapshots, gst_sample_ref (sample),
                    (GDestroyNotify) gst_sample_unref);
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

/* The value that @fraction of the sorted samples do not exceed (nearest rank). */
static double
get_percentile (GArray *sorted, double fraction)
{
  if (sorted->len == 0)
    return 0;
  return g_array_index (sorted, double, (guint) ceil (fraction * sorted->len) - 1);
}

static void
aloqa_video_probe_dispose (GObject *object)
{
  AloqaVideoProbe *self = ALOQA_VIDEO_PROBE (object);

  if (self->feed != NULL)
    aloqa_feed_remove_listener (self->feed, &self->listener_id);
  g_clear_object (&self->feed);

  G_OBJECT_CLASS (aloqa_video_probe_parent_class)->dispose (object);
}

static void
aloqa_video_probe_finalize (GObject *object)
{
  AloqaVideoProbe *self = ALOQA_VIDEO_PROBE (object);

  gst_caps_replace (&self->caps, NULL);
  g_array_unref (self->latencies_ms);
  aloqa_hop_unref (self->hop);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (aloqa_video_probe_parent_class)->finalize (object);
}

static void
aloqa_video_probe_class_init (AloqaVideoProbeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = aloqa_video_probe_dispose;
  object_class->finalize = aloqa_video_probe_finalize;
  signals[FIRST_FRAME] = g_signal_new ("first-frame", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                       0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  signals[SIZE_CHANGED] =
      g_signal_new ("size-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
}

static void
aloqa_video_probe_init (AloqaVideoProbe *self)
{
  g_mutex_init (&self->lock);
  gst_video_info_init (&self->info);
  self->hop = aloqa_hop_new (self);
  self->latencies_ms = g_array_new (FALSE, FALSE, sizeof (double));
  self->report_us = g_get_monotonic_time ();
}

/**
 * aloqa_video_probe_new:
 *
 * Returns: (transfer full): a probe that looks at @feed from now on
 */
AloqaVideoProbe *
aloqa_video_probe_new (AloqaFeed *feed)
{
  AloqaVideoProbe *self = g_object_new (ALOQA_TYPE_VIDEO_PROBE, NULL);

  self->feed = g_object_ref (feed);
  self->listener_id = aloqa_feed_add_listener (feed, frame_cb, self);

  return self;
}

/**
 * aloqa_video_probe_take_report:
 * @report: (out): what came since the report before
 */
void
aloqa_video_probe_take_report (AloqaVideoProbe *self, AloqaVideoReport *report)
{
  g_autoptr (GArray) latencies_ms = NULL;
  gint64 now_us = g_get_monotonic_time ();

  g_mutex_lock (&self->lock);
  *report = (AloqaVideoReport){
    .n_frames = self->n_frames,
    .fps = self->n_frames * (double) G_USEC_PER_SEC / MAX (now_us - self->report_us, 1),
    .width_px = self->info.width,
    .height_px = self->info.height,
    .longest_gap_us = self->has_begun ? MAX (self->longest_gap_us, now_us - self->last_us) : 0,
  };
  latencies_ms = g_steal_pointer (&self->latencies_ms);
  self->latencies_ms = g_array_new (FALSE, FALSE, sizeof (double));
  self->n_frames = 0;
  self->longest_gap_us = 0;
  self->report_us = now_us;
  g_mutex_unlock (&self->lock);

  g_array_sort (latencies_ms, compare_doubles);
  report->n_latencies = latencies_ms->len;
  report->latency_ms_p50 = get_percentile (latencies_ms, 0.50);
  report->latency_ms_p95 = get_percentile (latencies_ms, 0.95);
}

/**
 * aloqa_video_probe_save_snapshot_async:
 * @path: of a PNG file, replaced as a whole
 * @cancellable: (nullable): where no frame may ever come, what ends the wait
 *
 * Saves the next frame.
 */
void
aloqa_video_probe_save_snapshot_async (AloqaVideoProbe *self, const char *path,
                                       GCancellable *cancellable, GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, aloqa_video_probe_save_snapshot_async);
  g_task_set_task_data (task, g_strdup (path), g_free);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (cancellable != NULL) {
    GSource *cancelled = g_cancellable_source_new (cancellable);

    g_source_set_callback (cancelled, G_SOURCE_FUNC (snapshot_cancelled_cb), task, NULL);
    g_source_attach (cancelled, NULL);
    g_object_set_data_full (G_OBJECT (task), "cancelled", cancelled,
                            (GDestroyNotify) g_source_unref);
  }

  g_queue_push_tail (&self->snapshots, g_steal_pointer (&task));
  g_mutex_lock (&self->lock);
  self->wants_snapshot = TRUE;
  g_mutex_unlock (&self->lock);
}

/**
 * aloqa_video_probe_save_snapshot_finish:
 * @error: ALOQA_MEDIA_ERROR_FAILED, of G_FILE_ERROR, or G_IO_ERROR_CANCELLED
 */
gboolean
aloqa_video_probe_save_snapshot_finish (AloqaVideoProbe *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
