/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/audio-source-file.h"

#include "media/audio-format.h"
#include "media/audio-pacer.h"
#include "media/file-player.h"

#include <gst/app/app.h>
#include <gst/base/gstadapter.h>
#include <string.h>

/*
 * The file is decoded as fast as it is taken: the pacer's thread pulls what it needs for each
 * buffer, so that a decoder's large pieces do not come out in bursts.
 */
struct _AloqaAudioFile {
  AloqaSource parent_instance;

  char *path;
  AloqaFilePlayer *player;
  AloqaAudioPacer *pacer;
  GstAppSink *sink;
  GstAdapter *adapter; /* pacer's thread only */
  gboolean has_begun;  /* pacer's thread only */
};

G_DEFINE_FINAL_TYPE (AloqaAudioFile, aloqa_audio_file, ALOQA_TYPE_SOURCE)

static gboolean
fill (gint16 *samples, gpointer user_data)
{
  AloqaAudioFile *self = user_data;
  gsize n_bytes;

  while (gst_adapter_available (self->adapter) < ALOQA_AUDIO_BUFFER_BYTES) {
    GstBuffer *buffer = aloqa_file_player_try_pull_buffer (self->player, self->sink);

    if (buffer == NULL)
      break;
    gst_adapter_push (self->adapter, buffer);
  }

  n_bytes = MIN (gst_adapter_available (self->adapter), ALOQA_AUDIO_BUFFER_BYTES);
  if (n_bytes > 0) {
    self->has_begun = TRUE;
    gst_adapter_copy (self->adapter, samples, 0, n_bytes);
    gst_adapter_flush (self->adapter, n_bytes);
  }
  memset ((guint8 *) samples + n_bytes, 0, ALOQA_AUDIO_BUFFER_BYTES - n_bytes);

  return self->has_begun;
}

static void
aloqa_audio_file_open (AloqaSource *source, AloqaInlet *inlet)
{
  AloqaAudioFile *self = ALOQA_AUDIO_FILE (source);
  GstElement *tail = gst_parse_bin_from_description (
      "audioconvert ! audioresample ! " ALOQA_AUDIO_CAPS
      " ! appsink name=out sync=false max-buffers=4 enable-last-sample=false",
      TRUE, NULL);

  self->sink = GST_APP_SINK (gst_bin_get_by_name (GST_BIN (tail), "out"));
  self->adapter = gst_adapter_new ();
  self->player = aloqa_file_player_new (self->path, "audio", tail, inlet);
  aloqa_file_player_play (self->player);
  self->pacer = aloqa_audio_pacer_start (inlet, fill, self);
}

static void
aloqa_audio_file_close (AloqaSource *source)
{
  AloqaAudioFile *self = ALOQA_AUDIO_FILE (source);

  g_clear_pointer (&self->pacer, aloqa_audio_pacer_stop);
  g_clear_pointer (&self->player, aloqa_file_player_stop);
  gst_clear_object (&self->sink);
  g_clear_object (&self->adapter);
}

static void
aloqa_audio_file_finalize (GObject *object)
{
  g_free (ALOQA_AUDIO_FILE (object)->path);

  G_OBJECT_CLASS (aloqa_audio_file_parent_class)->finalize (object);
}

static void
aloqa_audio_file_class_init (AloqaAudioFileClass *klass)
{
  AloqaSourceClass *source_class = ALOQA_SOURCE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = aloqa_audio_file_finalize;
  source_class->open = aloqa_audio_file_open;
  source_class->close = aloqa_audio_file_close;
}

static void
aloqa_audio_file_init (AloqaAudioFile *self)
{
}

/**
 * aloqa_audio_file_new:
 * @path: of any file that has sound
 *
 * Returns: (transfer full): a source that has not been opened
 */
AloqaSource *
aloqa_audio_file_new (const char *path)
{
  AloqaAudioFile *self = g_object_new (ALOQA_TYPE_AUDIO_FILE, NULL);

  self->path = g_strdup (path);

  return ALOQA_SOURCE (self);
}
