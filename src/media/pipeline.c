/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/pipeline.h"

#include "media/media.h"
#include "media/retiring.h"

/* Set on a retired pipeline, under its state lock: starting and stopping are on two threads. */
static GQuark
get_retired_quark (void)
{
  return g_quark_from_static_string ("aloqa-pipeline-retired");
}

static void
play (GstElement *pipeline, gpointer user_data)
{
  GST_STATE_LOCK (pipeline);
  if (g_object_get_qdata (G_OBJECT (pipeline), get_retired_quark ()) == NULL)
    gst_element_set_state (pipeline, GST_STATE_PLAYING);
  GST_STATE_UNLOCK (pipeline);
}

/**
 * aloqa_pipeline_stop:
 * @pipeline: (transfer full): any pipeline
 *
 * Stops @pipeline and lets go of it, for as long as that takes.
 */
void
aloqa_pipeline_stop (gpointer pipeline)
{
  GST_STATE_LOCK (pipeline);
  g_object_set_qdata (G_OBJECT (pipeline), get_retired_quark (), GINT_TO_POINTER (TRUE));
  gst_element_set_state (pipeline, GST_STATE_NULL);
  GST_STATE_UNLOCK (pipeline);
  gst_object_unref (pipeline);
}

/**
 * aloqa_pipeline_parse:
 * @description: as of gst-launch
 * @error: ALOQA_MEDIA_ERROR_MISSING_PART, ALOQA_MEDIA_ERROR_FAILED
 *
 * Returns: (transfer full): a pipeline that has not been started, or %NULL with @error
 */
GstElement *
aloqa_pipeline_parse (const char *description, GError **error)
{
  g_autoptr (GError) gst_error = NULL;
  GstElement *pipeline =
      gst_parse_launch_full (description, NULL, GST_PARSE_FLAG_FATAL_ERRORS, &gst_error);

  if (pipeline != NULL)
    return gst_object_ref_sink (pipeline);

  g_set_error (error, ALOQA_MEDIA_ERROR,
               g_error_matches (gst_error, GST_PARSE_ERROR, GST_PARSE_ERROR_NO_SUCH_ELEMENT)
                   ? ALOQA_MEDIA_ERROR_MISSING_PART
                   : ALOQA_MEDIA_ERROR_FAILED,
               "GStreamer: %s; see “doctor” for what is not installed", gst_error->message);
  return NULL;
}

/**
 * aloqa_pipeline_play:
 * @pipeline: one that has not been started
 *
 * Starts @pipeline on a thread of its own: opening a device can take long. What goes wrong is a
 * message on its bus.
 */
void
aloqa_pipeline_play (GstElement *pipeline)
{
  gst_element_call_async (pipeline, play, NULL, NULL);
}

/**
 * aloqa_pipeline_retire:
 * @pipeline: (transfer full): any pipeline
 *
 * Stops @pipeline and lets go of it, as media/retiring.h does.
 */
void
aloqa_pipeline_retire (GstElement *pipeline)
{
  aloqa_retiring_start (aloqa_pipeline_stop, pipeline);
}

static AloqaMediaError
get_code (const GError *error)
{
  if (g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND))
    return ALOQA_MEDIA_ERROR_NOT_FOUND;
  if (g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_BUSY))
    return ALOQA_MEDIA_ERROR_BUSY;
  if (g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_AUTHORIZED))
    return ALOQA_MEDIA_ERROR_DENIED;
  if (g_error_matches (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN) ||
      g_error_matches (error, GST_STREAM_ERROR, GST_STREAM_ERROR_CODEC_NOT_FOUND))
    return ALOQA_MEDIA_ERROR_MISSING_PART;
  return ALOQA_MEDIA_ERROR_FAILED;
}

/**
 * aloqa_pipeline_dup_error:
 * @message: an error message of a pipeline
 * @title: what the pipeline is to a person: "The camera X"
 *
 * Returns: (transfer full): the same as an ALOQA_MEDIA_ERROR
 */
GError *
aloqa_pipeline_dup_error (GstMessage *message, const char *title)
{
  g_autoptr (GError) gst_error = NULL;
  g_autofree char *debug = NULL;

  gst_message_parse_error (message, &gst_error, &debug);
  g_debug ("%s: %s (%s)", title, gst_error->message, debug != NULL ? debug : "");

  return g_error_new (ALOQA_MEDIA_ERROR, get_code (gst_error), "%s: %s", title, gst_error->message);
}
