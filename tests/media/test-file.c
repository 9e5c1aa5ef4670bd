/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/test-file.h"

#include "media/pipeline.h"

#include <glib/gstdio.h>

struct _AloqaTestFile {
  char *folder;
  char *path;
};

/**
 * aloqa_test_file_new:
 * @pipeline: (nullable): what makes the file, without its sink; %NULL for a path with no file yet
 */
AloqaTestFile *
aloqa_test_file_new (const char *name, const char *pipeline)
{
  AloqaTestFile *self = g_new0 (AloqaTestFile, 1);
  g_autofree char *full = NULL;
  g_autoptr (GstElement) element = NULL;
  g_autoptr (GstBus) bus = NULL;
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("aloqa-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, name, NULL);
  if (pipeline == NULL)
    return self;

  full = g_strdup_printf ("%s ! filesink location=%s", pipeline, self->path);
  element = aloqa_pipeline_parse (full, &error);
  g_assert_no_error (error);
  bus = gst_element_get_bus (element);
  gst_element_set_state (element, GST_STATE_PLAYING);
  message =
      gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  g_assert_cmpint (GST_MESSAGE_TYPE (message), ==, GST_MESSAGE_EOS);
  gst_element_set_state (element, GST_STATE_NULL);

  return self;
}

const char *
aloqa_test_file_get_path (AloqaTestFile *self)
{
  return self->path;
}

void
aloqa_test_file_free (AloqaTestFile *self)
{
  g_remove (self->path);
  g_rmdir (self->folder);
  g_free (self->path);
  g_free (self->folder);
  g_free (self);
}
