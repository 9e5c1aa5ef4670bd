/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/video-source-file.h"

#include "media/file-player.h"
#include "media/video-tail.h"

struct _AloqaVideoFile {
  AloqaSource parent_instance;

  char *path;
  GstVideoInfo info;
  AloqaFilePlayer *player;
};

G_DEFINE_FINAL_TYPE (AloqaVideoFile, aloqa_video_file, ALOQA_TYPE_SOURCE)

static void
aloqa_video_file_open (AloqaSource *source, AloqaInlet *inlet)
{
  AloqaVideoFile *self = ALOQA_VIDEO_FILE (source);

  self->player = aloqa_file_player_new (self->path, "video",
                                        aloqa_video_tail_new (&self->info, TRUE, inlet), inlet);
  aloqa_file_player_play (self->player);
}

static void
aloqa_video_file_close (AloqaSource *source)
{
  g_clear_pointer (&ALOQA_VIDEO_FILE (source)->player, aloqa_file_player_stop);
}

static void
aloqa_video_file_finalize (GObject *object)
{
  g_free (ALOQA_VIDEO_FILE (object)->path);

  G_OBJECT_CLASS (aloqa_video_file_parent_class)->finalize (object);
}

static void
aloqa_video_file_class_init (AloqaVideoFileClass *klass)
{
  AloqaSourceClass *source_class = ALOQA_SOURCE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = aloqa_video_file_finalize;
  source_class->open = aloqa_video_file_open;
  source_class->close = aloqa_video_file_close;
}

static void
aloqa_video_file_init (AloqaVideoFile *self)
{
}

/**
 * aloqa_video_file_new:
 * @path: of any file that has pictures
 * @info: what they shall become, I420
 *
 * Returns: (transfer full): a source that has not been opened
 */
AloqaSource *
aloqa_video_file_new (const char *path, const GstVideoInfo *info)
{
  AloqaVideoFile *self = g_object_new (ALOQA_TYPE_VIDEO_FILE, NULL);

  self->path = g_strdup (path);
  self->info = *info;

  return ALOQA_SOURCE (self);
}
