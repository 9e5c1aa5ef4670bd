/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/video-source-screen.h"

struct _AloqaVideoScreen {
  AloqaSource parent_instance;

  AloqaScreen *screen;
  AloqaInlet *inlet; /* while open */
};

G_DEFINE_FINAL_TYPE (AloqaVideoScreen, aloqa_video_screen, ALOQA_TYPE_SOURCE)

static void
aloqa_video_screen_open (AloqaSource *source, AloqaInlet *inlet)
{
  AloqaVideoScreen *self = ALOQA_VIDEO_SCREEN (source);

  self->inlet = aloqa_inlet_ref (inlet);
  aloqa_screen_set_inlet (self->screen, inlet);
}

static void
aloqa_video_screen_close (AloqaSource *source)
{
  AloqaVideoScreen *self = ALOQA_VIDEO_SCREEN (source);

  aloqa_screen_clear_inlet (self->screen, self->inlet);
  g_clear_pointer (&self->inlet, aloqa_inlet_unref);
}

/* The screen tells by itself that it is over, and that it is stalled. */
static gboolean
aloqa_video_screen_may_be_silent (AloqaSource *source)
{
  return TRUE;
}

static void
aloqa_video_screen_finalize (GObject *object)
{
  g_object_unref (ALOQA_VIDEO_SCREEN (object)->screen);

  G_OBJECT_CLASS (aloqa_video_screen_parent_class)->finalize (object);
}

static void
aloqa_video_screen_class_init (AloqaVideoScreenClass *klass)
{
  AloqaSourceClass *source_class = ALOQA_SOURCE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = aloqa_video_screen_finalize;
  source_class->open = aloqa_video_screen_open;
  source_class->close = aloqa_video_screen_close;
  source_class->may_be_silent = aloqa_video_screen_may_be_silent;
  source_class->stands_alone = TRUE;
}

static void
aloqa_video_screen_init (AloqaVideoScreen *self)
{
}

/**
 * aloqa_video_screen_new:
 * @screen: in use by one source at a time
 *
 * Returns: (transfer full): a source that has not been opened
 */
AloqaSource *
aloqa_video_screen_new (AloqaScreen *screen)
{
  AloqaVideoScreen *self = g_object_new (ALOQA_TYPE_VIDEO_SCREEN, NULL);

  self->screen = g_object_ref (screen);
  return ALOQA_SOURCE (self);
}
