/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * What a compositor gives of a shared window, for tests: a node of PipeWire that sends a picture when
 * something changed and else nothing, with padded lines, and with a crop where one is set. The picture
 * is red, the part that the crop shows green with a blue lower half. With the word "still" behind its
 * name nothing ever changes: there is one picture, when somebody begins to look. It prints "node
 * NUMBER", then "streaming" and "paused" as it is looked at or not, and takes lines on standard input:
 *
 *   size WIDTH HEIGHT          another size; the crop is gone
 *   crop X Y WIDTH HEIGHT      show a part only
 *   turn NUMBER                how the picture was turned, by SPA_META_TRANSFORMATION_*
 *   still                      send nothing more, as nothing changes
 *   change                     send one picture, as something has changed
 *   pause, resume              stop and go on altogether
 */
#include "support/virtual-source.h"

#include <glib-unix.h>
#include <spa/param/video/format-utils.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PADDING_BYTES 64
#define RED 0xffd02010u
#define GREEN 0xff10a040u
#define BLUE 0xff2030c0u

typedef struct {
  guint width_px, height_px;
  struct spa_region crop;
  guint turn;

  struct pw_main_loop *loop;
  struct pw_stream *stream;
  struct spa_source *timer;
  GString *input; /* what of a line has come so far */
  gboolean is_told;
  gboolean is_new; /* looked at, and no picture sent yet */
  gboolean is_still;
} Screen;

static guint
get_stride (const Screen *screen)
{
  return screen->width_px * 4 + PADDING_BYTES;
}

static gboolean
is_inside (const struct spa_region *crop, guint x, guint y)
{
  return x >= (guint) crop->position.x && x < crop->position.x + crop->size.width &&
         y >= (guint) crop->position.y && y < crop->position.y + crop->size.height;
}

static void
draw (const Screen *screen, guint8 *data)
{
  guint middle = (guint) screen->crop.position.y + screen->crop.size.height / 2;

  for (guint y = 0; y < screen->height_px; y++) {
    guint32 *line = (guint32 *) (void *) (data + (gsize) y * get_stride (screen));

    for (guint x = 0; x < screen->width_px; x++)
      line[x] = !is_inside (&screen->crop, x, y) ? RED : y < middle ? GREEN : BLUE;
    memset (line + screen->width_px, 0xff, PADDING_BYTES);
  }
}

static void
send_picture (Screen *screen)
{
  struct pw_buffer *buffer = pw_stream_dequeue_buffer (screen->stream);
  gsize size_bytes = (gsize) get_stride (screen) * screen->height_px;
  struct spa_meta_region *crop;
  struct spa_meta_videotransform *transform;
  struct spa_data *data;

  if (buffer == NULL)
    return;

  data = &buffer->buffer->datas[0];
  if (data->data != NULL && data->maxsize >= size_bytes) {
    draw (screen, data->data);
    data->chunk->offset = 0;
    data->chunk->stride = (int) get_stride (screen);
    data->chunk->size = (guint32) size_bytes;
    crop = spa_buffer_find_meta_data (buffer->buffer, SPA_META_VideoCrop, sizeof *crop);
    if (crop != NULL)
      crop->region = screen->crop;
    transform =
        spa_buffer_find_meta_data (buffer->buffer, SPA_META_VideoTransform, sizeof *transform);
    if (transform != NULL)
      transform->transform = screen->turn;
  }
  pw_stream_queue_buffer (screen->stream, buffer);
}

static const struct spa_pod *
build_format (Screen *screen, struct spa_pod_builder *builder, guint32 id)
{
  return spa_pod_builder_add_object (
      builder, SPA_TYPE_OBJECT_Format, id, SPA_FORMAT_mediaType, SPA_POD_Id (SPA_MEDIA_TYPE_video),
      SPA_FORMAT_mediaSubtype, SPA_POD_Id (SPA_MEDIA_SUBTYPE_raw), SPA_FORMAT_VIDEO_format,
      SPA_POD_Id (SPA_VIDEO_FORMAT_BGRx), SPA_FORMAT_VIDEO_size,
      SPA_POD_Rectangle (&SPA_RECTANGLE (screen->width_px, screen->height_px)),
      SPA_FORMAT_VIDEO_framerate, SPA_POD_Fraction (&SPA_FRACTION (0, 1)),
      SPA_FORMAT_VIDEO_maxFramerate,
      SPA_POD_CHOICE_RANGE_Fraction (&SPA_FRACTION (60, 1), &SPA_FRACTION (1, 1),
                                     &SPA_FRACTION (60, 1)));
}

static void
param_changed_cb (void *user_data, uint32_t id, const struct spa_pod *param)
{
  static const VirtualMeta metas[] = {
    { SPA_META_VideoCrop, sizeof (struct spa_meta_region) },
    { SPA_META_VideoTransform, sizeof (struct spa_meta_videotransform) },
  };
  Screen *screen = user_data;

  if (param != NULL && id == SPA_PARAM_Format)
    virtual_source_offer_buffers (screen->stream, (gsize) get_stride (screen) * screen->height_px,
                                  get_stride (screen), metas, G_N_ELEMENTS (metas));
}

/* The first picture comes as soon as a compositor would have it, the others five times a second. */
static void
begin (Screen *screen)
{
  struct timespec first = { 0, 16 * 1000 * 1000 }, interval = { 0, 200 * 1000 * 1000 };

  screen->is_new = TRUE;
  pw_loop_update_timer (pw_main_loop_get_loop (screen->loop), screen->timer, &first, &interval,
                        FALSE);
}

static void
state_changed_cb (void *user_data, enum pw_stream_state old, enum pw_stream_state state,
                  const char *error)
{
  Screen *screen = user_data;

  if (state == PW_STREAM_STATE_PAUSED && !screen->is_told)
    printf ("node %u\n", pw_stream_get_node_id (screen->stream));
  else
    printf ("%s\n", pw_stream_state_as_string (state));
  fflush (stdout);
  screen->is_told = screen->is_told || state == PW_STREAM_STATE_PAUSED;
  if (state == PW_STREAM_STATE_STREAMING)
    begin (screen);
  if (state == PW_STREAM_STATE_ERROR)
    pw_main_loop_quit (screen->loop);
}

/* The node's turn: it was triggered. */
static void
process_cb (void *user_data)
{
  send_picture (user_data);
}

static const struct pw_stream_events stream_events = {
  PW_VERSION_STREAM_EVENTS,
  .state_changed = state_changed_cb,
  .param_changed = param_changed_cb,
  .process = process_cb,
};

static void
change_size (Screen *screen, guint width_px, guint height_px)
{
  guint8 memory[1024];
  struct spa_pod_builder builder = SPA_POD_BUILDER_INIT (memory, sizeof memory);
  const struct spa_pod *params[1];

  screen->width_px = width_px;
  screen->height_px = height_px;
  screen->crop = SPA_REGION (0, 0, width_px, height_px);
  params[0] = build_format (screen, &builder, SPA_PARAM_EnumFormat);
  pw_stream_update_params (screen->stream, params, 1);
}

static void
do_line (Screen *screen, const char *line)
{
  guint x, y, width_px, height_px;

  if (sscanf (line, "size %u %u", &width_px, &height_px) == 2)
    change_size (screen, width_px, height_px);
  else if (sscanf (line, "crop %u %u %u %u", &x, &y, &width_px, &height_px) == 4)
    screen->crop = SPA_REGION ((int) x, (int) y, width_px, height_px);
  else if (sscanf (line, "turn %u", &x) == 1)
    screen->turn = x;
  else if (g_str_has_prefix (line, "still"))
    screen->is_still = TRUE;
  else if (g_str_has_prefix (line, "change"))
    pw_stream_trigger_process (screen->stream);
  else if (g_str_has_prefix (line, "pause"))
    pw_stream_set_active (screen->stream, FALSE);
  else if (g_str_has_prefix (line, "resume"))
    pw_stream_set_active (screen->stream, TRUE);
}

/* A line may come in pieces. */
static void
input_cb (void *user_data, int fd, uint32_t mask)
{
  Screen *screen = user_data;
  char text[256];
  gssize n = read (fd, text, sizeof text);
  const char *end;

  if (n <= 0) {
    pw_main_loop_quit (screen->loop);
    return;
  }
  g_string_append_len (screen->input, text, n);
  while ((end = strchr (screen->input->str, '\n')) != NULL) {
    gsize length = (gsize) (end - screen->input->str);

    screen->input->str[length] = '\0';
    do_line (screen, screen->input->str);
    g_string_erase (screen->input, 0, (gssize) length + 1);
  }
}

static void
tick_cb (void *user_data, uint64_t n_expirations)
{
  Screen *screen = user_data;

  if (pw_stream_get_state (screen->stream, NULL) != PW_STREAM_STATE_STREAMING ||
      (screen->is_still && !screen->is_new))
    return;
  screen->is_new = FALSE;
  pw_stream_trigger_process (screen->stream);
}

int
main (int argc, char **argv)
{
  Screen screen = { .width_px = 800, .height_px = 600, .crop = SPA_REGION (0, 0, 800, 600) };
  guint8 memory[1024];
  struct spa_pod_builder builder = SPA_POD_BUILDER_INIT (memory, sizeof memory);
  struct pw_loop *loop;
  int status;

  pw_init (&argc, &argv);
  screen.input = g_string_new (NULL);
  screen.is_still = argc > 1 && g_str_equal (argv[1], "still");
  screen.loop = pw_main_loop_new (NULL);
  loop = pw_main_loop_get_loop (screen.loop);
  pw_loop_add_io (loop, STDIN_FILENO, SPA_IO_IN | SPA_IO_HUP, FALSE, input_cb, &screen);
  screen.timer = pw_loop_add_timer (loop, tick_cb, &screen);
  screen.stream =
      pw_stream_new_simple (loop, "virtual-screen",
                            pw_properties_new (PW_KEY_MEDIA_CLASS, "Video/Source", PW_KEY_NODE_NAME,
                                               "virtual-screen", NULL),
                            &stream_events, &screen);
  status = virtual_source_run (screen.loop, screen.stream,
                               build_format (&screen, &builder, SPA_PARAM_EnumFormat));
  g_string_free (screen.input, TRUE);
  return status;
}
