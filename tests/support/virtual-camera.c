/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * A camera for tests: a source of PipeWire with one size and rate, whose pictures are all of one
 * grey, as raw video, or those of one JPEG file, or of a film of that size (YUV4MPEG2, I420) again
 * and again. It works until ended by a signal.
 *
 *   virtual-camera NAME DESCRIPTION WIDTH HEIGHT FPS I420|YUY2|JPEG|FILM LUMA|FILE
 */
#include "support/virtual-source.h"

#include <spa/param/video/format-utils.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  guint width_px, height_px, fps;
  guint32 format; /* of SPA; unknown for JPEG */
  guint8 *frame;  /* what every buffer is filled with, or the first of a film */
  gsize frame_bytes;
  GMappedFile *film;
  guint n_frames; /* of a film, each behind FILM_FRAME; else 1 */
  guint stride_bytes;

  struct pw_main_loop *loop;
  struct pw_stream *stream;
  struct spa_source *timer;
  guint32 sequence;
} Camera;

#define FILM_FRAME "FRAME\n"

static gboolean
open_film (Camera *camera, const char *path)
{
  const char *film, *first;
  gsize film_bytes;

  camera->film = g_mapped_file_new (path, FALSE, NULL);
  if (camera->film == NULL)
    return FALSE;

  film = g_mapped_file_get_contents (camera->film);
  film_bytes = g_mapped_file_get_length (camera->film);
  first = g_strstr_len (film, (gssize) film_bytes, FILM_FRAME);
  if (first == NULL)
    return FALSE;

  camera->frame = (guint8 *) first + strlen (FILM_FRAME);
  camera->n_frames =
      (guint) ((gsize) (film + film_bytes - first) / (camera->frame_bytes + strlen (FILM_FRAME)));
  return camera->n_frames > 0;
}

static const guint8 *
get_frame (Camera *camera)
{
  guint number = camera->sequence % camera->n_frames;

  return camera->frame + number * (camera->frame_bytes + strlen (FILM_FRAME));
}

static void
draw_grey (Camera *camera, guint8 luma)
{
  gsize n_pixels = (gsize) camera->width_px * camera->height_px;

  if (camera->format == SPA_VIDEO_FORMAT_I420) {
    camera->stride_bytes = camera->width_px;
    camera->frame_bytes = n_pixels * 3 / 2;
    camera->frame = g_malloc (camera->frame_bytes);
    memset (camera->frame, luma, n_pixels);
    memset (camera->frame + n_pixels, 128, n_pixels / 2);
    return;
  }

  /* YUY2 with padding behind each line, as some hardware has it. */
  camera->stride_bytes = camera->width_px * 2 + 64;
  camera->frame_bytes = (gsize) camera->stride_bytes * camera->height_px;
  camera->frame = g_malloc (camera->frame_bytes);
  for (gsize i = 0; i < camera->frame_bytes; i += 2) {
    camera->frame[i] = luma;
    camera->frame[i + 1] = 128;
  }
}

static void
process_cb (void *user_data)
{
  Camera *camera = user_data;
  struct pw_buffer *buffer = pw_stream_dequeue_buffer (camera->stream);
  struct spa_meta_header *header;
  struct spa_data *data;

  if (buffer == NULL)
    return;

  data = &buffer->buffer->datas[0];
  if (data->data != NULL && data->maxsize >= camera->frame_bytes) {
    memcpy (data->data, get_frame (camera), camera->frame_bytes);
    data->chunk->offset = 0;
    data->chunk->size = camera->frame_bytes;
    data->chunk->stride = camera->stride_bytes;
  }
  camera->sequence++;
  header = spa_buffer_find_meta_data (buffer->buffer, SPA_META_Header, sizeof *header);
  if (header != NULL) {
    header->pts = g_get_monotonic_time () * 1000;
    header->flags = 0;
    header->seq = camera->sequence;
    header->dts_offset = 0;
  }
  pw_stream_queue_buffer (camera->stream, buffer);
}

static void
tick (void *user_data, uint64_t n_expirations)
{
  pw_stream_trigger_process (((Camera *) user_data)->stream);
}

static void
state_changed_cb (void *user_data, enum pw_stream_state old, enum pw_stream_state state,
                  const char *error)
{
  Camera *camera = user_data;
  struct timespec first = { 0, 0 }, interval = { 0, 0 };

  if (state == PW_STREAM_STATE_STREAMING) {
    first.tv_nsec = 1;
    interval.tv_sec = camera->fps == 1 ? 1 : 0;
    interval.tv_nsec = camera->fps == 1 ? 0 : 1000000000 / camera->fps;
  }
  pw_loop_update_timer (pw_main_loop_get_loop (camera->loop), camera->timer, &first, &interval,
                        false);
  if (state == PW_STREAM_STATE_UNCONNECTED || state == PW_STREAM_STATE_ERROR)
    pw_main_loop_quit (camera->loop);
}

static void
param_changed_cb (void *user_data, uint32_t id, const struct spa_pod *param)
{
  static const VirtualMeta header = { SPA_META_Header, sizeof (struct spa_meta_header) };
  Camera *camera = user_data;

  if (param != NULL && id == SPA_PARAM_Format)
    virtual_source_offer_buffers (camera->stream, 0, camera->frame_bytes, camera->stride_bytes,
                                  &header, 1);
}

static const struct pw_stream_events stream_events = {
  PW_VERSION_STREAM_EVENTS,
  .state_changed = state_changed_cb,
  .param_changed = param_changed_cb,
  .process = process_cb,
};

static const struct spa_pod *
build_format (Camera *camera, struct spa_pod_builder *builder)
{
  struct spa_rectangle size = { camera->width_px, camera->height_px };
  struct spa_fraction rate = { camera->fps, 1 };
  struct spa_pod_frame frame;

  spa_pod_builder_push_object (builder, &frame, SPA_TYPE_OBJECT_Format, SPA_PARAM_EnumFormat);
  spa_pod_builder_add (
      builder, SPA_FORMAT_mediaType, SPA_POD_Id (SPA_MEDIA_TYPE_video), SPA_FORMAT_mediaSubtype,
      SPA_POD_Id (camera->format == SPA_VIDEO_FORMAT_UNKNOWN ? SPA_MEDIA_SUBTYPE_mjpg
                                                             : SPA_MEDIA_SUBTYPE_raw),
      SPA_FORMAT_VIDEO_size, SPA_POD_Rectangle (&size), SPA_FORMAT_VIDEO_framerate,
      SPA_POD_Fraction (&rate), 0);
  if (camera->format != SPA_VIDEO_FORMAT_UNKNOWN)
    spa_pod_builder_add (builder, SPA_FORMAT_VIDEO_format, SPA_POD_Id (camera->format), 0);
  return spa_pod_builder_pop (builder, &frame);
}

static gboolean
read_arguments (Camera *camera, int argc, char **argv)
{
  if (argc != 8)
    return FALSE;

  camera->width_px = atoi (argv[3]);
  camera->height_px = atoi (argv[4]);
  camera->fps = atoi (argv[5]);
  camera->n_frames = 1;
  if (g_str_equal (argv[6], "JPEG"))
    return g_file_get_contents (argv[7], (char **) &camera->frame, &camera->frame_bytes, NULL);

  if (g_str_equal (argv[6], "FILM")) {
    camera->format = SPA_VIDEO_FORMAT_I420;
    camera->stride_bytes = camera->width_px;
    camera->frame_bytes = (gsize) camera->width_px * camera->height_px * 3 / 2;
    return open_film (camera, argv[7]);
  }

  camera->format = g_str_equal (argv[6], "I420") ? SPA_VIDEO_FORMAT_I420 : SPA_VIDEO_FORMAT_YUY2;
  draw_grey (camera, atoi (argv[7]));
  return TRUE;
}

int
main (int argc, char **argv)
{
  Camera camera = { 0 };
  guint8 memory[1024];
  struct spa_pod_builder builder = SPA_POD_BUILDER_INIT (memory, sizeof memory);
  const struct spa_pod *format;
  struct pw_loop *loop;
  int status;

  pw_init (&argc, &argv);
  if (!read_arguments (&camera, argc, argv))
    return 2;

  camera.loop = pw_main_loop_new (NULL);
  loop = pw_main_loop_get_loop (camera.loop);
  camera.timer = pw_loop_add_timer (loop, tick, &camera);
  camera.stream = pw_stream_new_simple (
      loop, argv[1],
      pw_properties_new (PW_KEY_MEDIA_CLASS, "Video/Source", PW_KEY_MEDIA_ROLE, "Camera",
                         PW_KEY_NODE_NAME, argv[1], PW_KEY_NODE_DESCRIPTION, argv[2],
                         "session.suspend-timeout-seconds", "0", NULL),
      &stream_events, &camera);
  format = build_format (&camera, &builder);
  status = virtual_source_run (camera.loop, camera.stream, PW_STREAM_FLAG_NONE, &format, 1);
  if (camera.film != NULL)
    g_mapped_file_unref (camera.film);
  else
    g_free (camera.frame);
  return status;
}
