/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/video-tail.h"

#include "media/timeline.h"

#include <gst/app/app.h>

/* A source's own timestamp is believed if it says that the frame was made lately. */
#define MAX_AGE (500 * GST_MSECOND)

/* What the sink's streaming thread needs. */
typedef struct {
  AloqaInlet *inlet;
  GstCaps *caps;
  GstClockTime interval;
  GstClockTime next_due;
} Tail;

static void
free_tail (gpointer user_data)
{
  Tail *tail = user_data;

  aloqa_inlet_unref (tail->inlet);
  gst_caps_unref (tail->caps);
  g_free (tail);
}

/* Keeps a source that is faster than asked for to the rate, evenly: an eighth early is in time. */
static gboolean
is_due (Tail *tail, GstClockTime pts)
{
  if (pts + tail->interval / 8 < tail->next_due)
    return FALSE;

  tail->next_due = MAX (tail->next_due + tail->interval, pts);
  return TRUE;
}

static GstClockTime
choose_pts (GstBuffer *buffer, gboolean is_paced)
{
  GstClockTime now = aloqa_timeline_get_now ();
  GstClockTime pts = GST_BUFFER_PTS (buffer);

  if (!is_paced && GST_CLOCK_TIME_IS_VALID (pts) && pts <= now && pts + MAX_AGE > now)
    return pts;
  return now;
}

static GstFlowReturn
new_sample_cb (GstAppSink *sink, gpointer user_data)
{
  Tail *tail = user_data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  GstClockTime pts;
  GstBuffer *buffer;

  if (sample == NULL)
    return GST_FLOW_EOS;

  pts = choose_pts (gst_sample_get_buffer (sample), gst_base_sink_get_sync (GST_BASE_SINK (sink)));
  if (!is_due (tail, pts))
    return GST_FLOW_OK;

  /* Only the header of the buffer is copied. */
  buffer = gst_buffer_copy (gst_sample_get_buffer (sample));
  GST_BUFFER_PTS (buffer) = pts;
  GST_BUFFER_DTS (buffer) = GST_CLOCK_TIME_NONE;
  aloqa_inlet_push (tail->inlet, buffer, tail->caps);

  return GST_FLOW_OK;
}

static GstElement *
make_sink (const GstVideoInfo *info, gboolean is_paced, AloqaInlet *inlet)
{
  GstAppSinkCallbacks callbacks = { .new_sample = new_sample_cb };
  GstElement *sink = gst_element_factory_make ("appsink", NULL);
  Tail *tail = g_new0 (Tail, 1);

  tail->inlet = aloqa_inlet_ref (inlet);
  tail->caps = gst_video_info_to_caps (info);
  tail->interval = gst_util_uint64_scale_int (GST_SECOND, info->fps_d, info->fps_n);
  g_object_set (sink, "sync", is_paced, "max-buffers", 1, "enable-last-sample", FALSE, NULL);
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, tail, free_tail);

  return sink;
}

static GstElement *
make_filter (const GstVideoInfo *info)
{
  GstElement *filter = gst_element_factory_make ("capsfilter", NULL);
  g_autoptr (GstCaps) caps = gst_video_info_to_caps (info);

  gst_structure_remove_field (gst_caps_get_structure (caps, 0), "framerate");
  g_object_set (filter, "caps", caps, NULL);

  return filter;
}

/**
 * aloqa_video_tail_new:
 * @info: what the frames shall be, I420; another shape gets black borders
 * @is_paced: whether the frames have to be held until their time; the stamps of a file say nothing
 *   of when it is played, so each frame is stamped when it is let go
 * @inlet: where the frames go
 *
 * The end of a pipeline that makes pictures of any format.
 *
 * Returns: (transfer floating): a bin with a pad "sink" that takes any raw video
 */
GstElement *
aloqa_video_tail_new (const GstVideoInfo *info, gboolean is_paced, AloqaInlet *inlet)
{
  GstElement *bin = gst_bin_new (NULL);
  GstElement *converter = gst_element_factory_make ("videoconvertscale", NULL);
  GstElement *filter = make_filter (info);
  GstElement *sink = make_sink (info, is_paced, inlet);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (converter, "sink");

  gst_bin_add_many (GST_BIN (bin), converter, filter, sink, NULL);
  gst_element_link_many (converter, filter, sink, NULL);
  gst_element_add_pad (bin, gst_ghost_pad_new ("sink", pad));

  return bin;
}
