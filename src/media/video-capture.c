/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/video-capture.h"

#include "media/codecs.h"
#include "media/media.h"
#include "media/source-name.h"
#include "media/source-switch.h"
#include "media/video-source-camera.h"
#include "media/video-source-file.h"
#include "media/video-source-pattern.h"
#include "media/video-source-screen.h"

struct _AloqaVideoCapture {
  GObject parent_instance;

  GstVideoInfo info;
  AloqaFeed *feed;
  AloqaSourceSwitch *source_switch;
  AloqaScreen *screen; /* or NULL */
  char *source;
  gboolean is_started;
};

enum { SWITCHED, ERROR, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AloqaVideoCapture, aloqa_video_capture, G_TYPE_OBJECT)

static AloqaSource *
make_black (gpointer user_data)
{
  return aloqa_video_pattern_new (ALOQA_VIDEO_PATTERN_BLACK,
                                  &((AloqaVideoCapture *) user_data)->info);
}

/* Sets @result to an unopened source, or to %NULL for `none`. */
static gboolean
make_source (AloqaVideoCapture *self, const char *source, AloqaSource **result, GError **error)
{
  const char *name;

  *result = NULL;
  if (g_str_equal (source, "test"))
    *result = aloqa_video_pattern_new (ALOQA_VIDEO_PATTERN_TEST, &self->info);
  else if (g_str_equal (source, "clock"))
    *result = aloqa_video_pattern_new (ALOQA_VIDEO_PATTERN_CLOCK, &self->info);
  else if (g_str_equal (source, "black"))
    *result = make_black (self);
  else if (g_str_equal (source, "none"))
    return TRUE;
  else if (g_str_equal (source, "screen") && self->screen != NULL)
    *result = aloqa_video_screen_new (self->screen);
  else if ((name = aloqa_source_name_after (source, "camera")) != NULL)
    *result = aloqa_codecs_check_group ("Camera", error)
                  ? aloqa_video_camera_new (name, &self->info)
                  : NULL;
  else if ((name = aloqa_source_name_after (source, "file")) != NULL && *name != '\0')
    *result =
        aloqa_codecs_check_group ("Files", error) ? aloqa_video_file_new (name, &self->info) : NULL;
  else
    g_set_error (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_BAD_NAME,
                 "“%s” is no video source; it is one of test, clock, camera[:NAME], screen, "
                 "file:PATH, black, none",
                 source);

  return *result != NULL;
}

static void
switched_cb (AloqaSourceSwitch *source_switch, const char *name, AloqaVideoCapture *self)
{
  g_signal_emit (self, signals[SWITCHED], 0, name);
}

static void
failed_cb (AloqaSourceSwitch *source_switch, const char *name, const GError *error,
           AloqaVideoCapture *self)
{
  aloqa_video_capture_set_source (self, "black", NULL);
  g_signal_emit (self, signals[ERROR], 0, error);
}

static void
aloqa_video_capture_dispose (GObject *object)
{
  AloqaVideoCapture *self = ALOQA_VIDEO_CAPTURE (object);

  if (self->source_switch != NULL)
    aloqa_source_switch_close (self->source_switch);
  g_clear_object (&self->source_switch);
  g_clear_object (&self->feed);
  g_clear_object (&self->screen);
  g_clear_pointer (&self->source, g_free);

  G_OBJECT_CLASS (aloqa_video_capture_parent_class)->dispose (object);
}

static void
aloqa_video_capture_class_init (AloqaVideoCaptureClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aloqa_video_capture_dispose;
  signals[SWITCHED] = g_signal_new ("switched", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[ERROR] = g_signal_new ("error", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
aloqa_video_capture_init (AloqaVideoCapture *self)
{
  g_autoptr (AloqaClock) clock = aloqa_clock_new ();

  self->feed = aloqa_feed_new ();
  self->source = g_strdup ("none");
  self->source_switch = aloqa_source_switch_new (self->feed, clock);
  aloqa_source_switch_set_filler (self->source_switch, make_black, self);
  g_signal_connect_object (self->source_switch, "switched", G_CALLBACK (switched_cb), self, 0);
  g_signal_connect_object (self->source_switch, "failed", G_CALLBACK (failed_cb), self, 0);
}

/**
 * aloqa_video_capture_new:
 * @width_px: 40 to 4096, even
 * @height_px: 40 to 4096, even
 * @fps: 1 to 60
 *
 * Returns: (transfer full): a capture that has not been started, with the source `none`
 */
AloqaVideoCapture *
aloqa_video_capture_new (guint width_px, guint height_px, guint fps)
{
  AloqaVideoCapture *self = g_object_new (ALOQA_TYPE_VIDEO_CAPTURE, NULL);

  gst_video_info_set_format (&self->info, GST_VIDEO_FORMAT_I420, CLAMP (width_px, 40, 4096) & ~1u,
                             CLAMP (height_px, 40, 4096) & ~1u);
  gst_video_colorimetry_from_string (&self->info.colorimetry, GST_VIDEO_COLORIMETRY_BT601);
  self->info.fps_n = CLAMP (fps, 1, 60);
  self->info.fps_d = 1;

  return self;
}

/**
 * aloqa_video_capture_get_feed:
 *
 * Returns: (transfer none): where the pictures go
 */
AloqaFeed *
aloqa_video_capture_get_feed (AloqaVideoCapture *self)
{
  return self->feed;
}

/**
 * aloqa_video_capture_set_source:
 * @source: see the type
 * @error: ALOQA_MEDIA_ERROR_BAD_NAME, ALOQA_MEDIA_ERROR_MISSING_PART; what goes wrong later is told
 *   by the signal "error"
 *
 * Before aloqa_video_capture_start() nothing is opened. Later the new source takes over as soon as
 * its first picture is there, and the one before goes on until then; `test`, `clock`, `black` and
 * `none` take over at once: no further picture of a camera is pushed when this returns. Before and
 * after `screen`, and where a camera has to be closed before it can be opened, it is black until then.
 *
 * Returns: FALSE with @error and nothing changed where there is no such source
 */
gboolean
aloqa_video_capture_set_source (AloqaVideoCapture *self, const char *source, GError **error)
{
  AloqaSource *made;
  g_autofree char *copy = g_strdup (source);

  if (!make_source (self, source, &made, error))
    return FALSE;

  g_free (self->source);
  self->source = g_steal_pointer (&copy);
  if (self->is_started)
    aloqa_source_switch_set (self->source_switch, made, self->source);
  else
    g_clear_object (&made);

  return TRUE;
}

/**
 * aloqa_video_capture_set_screen:
 * @screen: (nullable): what the source `screen` shall be from now on; to be set before that is
 */
void
aloqa_video_capture_set_screen (AloqaVideoCapture *self, AloqaScreen *screen)
{
  g_set_object (&self->screen, screen);
}

/* Returns: what aloqa_video_capture_set_source() would, with the same @error; nothing is changed */
gboolean
aloqa_video_capture_knows_source (AloqaVideoCapture *self, const char *source, GError **error)
{
  g_autoptr (AloqaSource) made = NULL;

  return make_source (self, source, &made, error);
}

/**
 * aloqa_video_capture_get_source:
 *
 * Returns: (transfer none): the source that was set last, "black" after an error
 */
const char *
aloqa_video_capture_get_source (AloqaVideoCapture *self)
{
  return self->source;
}

/**
 * aloqa_video_capture_start:
 *
 * Opens the source. Again does nothing.
 */
void
aloqa_video_capture_start (AloqaVideoCapture *self)
{
  if (self->is_started)
    return;

  self->is_started = TRUE;
  aloqa_video_capture_set_source (self, self->source, NULL);
}

/**
 * aloqa_video_capture_stop:
 *
 * Closes the source, and keeps its name for another start. Nothing is pushed when this returns.
 */
void
aloqa_video_capture_stop (AloqaVideoCapture *self)
{
  self->is_started = FALSE;
  aloqa_source_switch_close (self->source_switch);
}
