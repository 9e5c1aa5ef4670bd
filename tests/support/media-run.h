/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gst/gst.h>

#include "media/media.h"

/*
 * g_test_run(), and an end of all of GStreamer's threads: at exit OpenSSL loses the random generators
 * of those that still run, which a leak check takes for ours.
 */
static inline int
aloqa_test_run_media (void)
{
  int result = g_test_run ();

  aloqa_media_finish ();
  gst_deinit ();

  return result;
}
