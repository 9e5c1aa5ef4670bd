/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/snapshot.h"

#include "media/media.h"

#include <gst/video/video.h>

/* Far more than any picture takes; converting ends by itself, or with an error. */
#define CONVERT_LIMIT (10 * GST_SECOND)

typedef struct {
  GstSample *sample;
  char *path;
} Job;

static void
free_job (gpointer user_data)
{
  Job *job = user_data;

  gst_sample_unref (job->sample);
  g_free (job->path);
  g_free (job);
}

static void
save (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  Job *job = task_data;
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("image/png");
  g_autoptr (GError) error = NULL;
  g_autoptr (GstSample) png = gst_video_convert_sample (job->sample, caps, CONVERT_LIMIT, &error);
  GstMapInfo map;

  if (png == NULL) {
    g_task_return_new_error (task, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_FAILED,
                             "The picture cannot be made a PNG: %s", error->message);
    return;
  }

  gst_buffer_map (gst_sample_get_buffer (png), &map, GST_MAP_READ);
  if (g_file_set_contents (job->path, (const char *) map.data, map.size, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
  gst_buffer_unmap (gst_sample_get_buffer (png), &map);
}

/**
 * aloqa_snapshot_save_async:
 * @sample: one raw picture
 * @path: of the PNG file, which is replaced as a whole
 *
 * Converts and writes on a thread of its own. There is no source object on purpose: a worker thread
 * may be the last to hold it.
 */
void
aloqa_snapshot_save_async (GstSample *sample, const char *path, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  Job *job = g_new0 (Job, 1);

  job->sample = gst_sample_ref (sample);
  job->path = g_strdup (path);
  g_task_set_source_tag (task, aloqa_snapshot_save_async);
  g_task_set_task_data (task, job, free_job);
  g_task_run_in_thread (task, save);
}

/**
 * aloqa_snapshot_save_finish:
 * @error: ALOQA_MEDIA_ERROR_FAILED, or of G_FILE_ERROR
 */
gboolean
aloqa_snapshot_save_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
