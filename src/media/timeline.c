/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/timeline.h"

/* The system clock on purpose: a device's clock would stall the others when the device goes. */
static GstClock *
get_clock (GstClockTime *base_time)
{
  static GstClock *clock;
  static GstClockTime base;

  if (g_once_init_enter (&clock)) {
    GstClock *system_clock = gst_system_clock_obtain ();

    base = gst_clock_get_time (system_clock);
    g_once_init_leave (&clock, system_clock);
  }

  *base_time = base;
  return clock;
}

/**
 * aloqa_timeline_adopt:
 * @pipeline: a pipeline that has not been started
 *
 * Puts @pipeline on the process's clock and base time.
 */
void
aloqa_timeline_adopt (GstPipeline *pipeline)
{
  GstClockTime base_time;
  GstClock *clock = get_clock (&base_time);

  gst_pipeline_use_clock (pipeline, clock);
  gst_element_set_start_time (GST_ELEMENT (pipeline), GST_CLOCK_TIME_NONE);
  gst_element_set_base_time (GST_ELEMENT (pipeline), base_time);
}

/**
 * aloqa_timeline_get_now:
 *
 * Returns: the running time of every adopted pipeline, in nanoseconds: the timestamp of a buffer
 *   made now
 */
GstClockTime
aloqa_timeline_get_now (void)
{
  GstClockTime base_time;
  GstClock *clock = get_clock (&base_time);

  return gst_clock_get_time (clock) - base_time;
}
