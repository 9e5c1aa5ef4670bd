/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/echo-reference.h"

#include "media/audio-format.h"
#include "media/audio-output.h"
#include "media/pipeline.h"
#include "media/timeline.h"

#include <gst/app/app.h>

/* The canceller wants one format for both sides. The latency is that of the speaker's own pipeline,
 * so that the probe knows when a sample is heard. */
#define DESCRIPTION                                                                                \
  "appsrc name=in format=time is-live=true leaky-type=downstream max-bytes=0 max-time=200000000 "  \
  "min-latency=" ALOQA_AUDIO_OUTPUT_LATENCY_NS " "                                                 \
  "! audioconvert ! " ALOQA_AUDIO_CAPS " ! webrtcechoprobe name=" ALOQA_ECHO_REFERENCE_PROBE       \
  " ! fakesink sync=true"

static GMutex lock; /* guards everything below */
static guint n_users;
static GstElement *pipeline;
static GstAppSrc *appsrc;

/**
 * aloqa_echo_reference_acquire:
 *
 * Keeps what is played from now on, until released. Where the canceller is not installed this does
 * nothing. Main thread.
 */
void
aloqa_echo_reference_acquire (void)
{
  g_mutex_lock (&lock);
  if (n_users++ == 0 && (pipeline = aloqa_pipeline_parse (DESCRIPTION, NULL)) != NULL) {
    aloqa_timeline_adopt (GST_PIPELINE (pipeline));
    appsrc = GST_APP_SRC (gst_bin_get_by_name (GST_BIN (pipeline), "in"));
    gst_element_set_state (pipeline, GST_STATE_PLAYING);
  }
  g_mutex_unlock (&lock);
}

void
aloqa_echo_reference_release (void)
{
  g_mutex_lock (&lock);
  if (--n_users == 0) {
    gst_clear_object (&appsrc);
    g_clear_pointer (&pipeline, aloqa_pipeline_retire);
  }
  g_mutex_unlock (&lock);
}

/**
 * aloqa_echo_reference_push:
 * @sample: what a speaker was given to play, stamped by media/timeline.h
 *
 * Any thread.
 */
void
aloqa_echo_reference_push (GstSample *sample)
{
  g_mutex_lock (&lock);
  if (appsrc != NULL)
    gst_app_src_push_sample (appsrc, sample);
  g_mutex_unlock (&lock);
}
