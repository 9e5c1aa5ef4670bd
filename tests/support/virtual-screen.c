/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * What a compositor gives of a shared window, for tests: a node of PipeWire that sends a picture when
 * something changed and else nothing, with padded lines, and with a crop where one is set. The picture
 * is red, the part that the crop shows green with a blue lower half. Words behind its name:
 *
 *   still                      nothing ever changes: there is one picture, when somebody begins to look
 *   dmabuf                     the pictures lie in a graphics card's memory
 *   both                       they may lie there or in shared memory; whoever looks has the choice
 *   tiled                      such memory can be had in tiles only
 *   begin NUMBER               where in such memory the picture begins
 *   small                      such memory ends in the middle of the picture
 *   stride NUMBER              what is said of the bytes from a line to the next, instead of the truth
 *   offset NUMBER              what is said of where the picture begins, likewise
 *   size WIDTH HEIGHT          how large it is at first
 *   rate NUMBER                so many pictures a second at most, instead of what is asked for
 *   pointer                    the pointer is not in the picture but told of beside it, as GNOME's compositor
 *                              does: white, 16 by 16, its tip in the middle
 *   buffers NUMBER             so many pictures have room in its memory, instead of two to 16
 *
 * It prints "buffers NUMBER" when it begins to be looked at, "node NUMBER", "memory dmabuf" or "memory shared" where it has the choice, then "streaming"
 * and "paused" as it is looked at or not, and takes lines on standard input:
 *
 *   size WIDTH HEIGHT          another size; the crop is gone
 *   crop X Y WIDTH HEIGHT      show a part only
 *   turn NUMBER                how the picture was turned, by SPA_META_TRANSFORMATION_*
 *   still                      send nothing more, as nothing changes
 *   change                     send one picture, as something has changed
 *   point X Y                  the pointer goes there, and no picture is sent for that
 *   away                       the pointer leaves
 *   pause, resume              stop and go on altogether
 */
#include "support/virtual-source.h"

#include <glib-unix.h>
#include <spa/param/video/format-utils.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PADDING_BYTES 64
#define RED 0xffd02010u
#define GREEN 0xff10a040u
#define BLUE 0xff2030c0u

#define FORMATS_MAX 3

#define POINTER_SIDE_PX 16
#define POINTER_BYTES (4 * POINTER_SIDE_PX * POINTER_SIDE_PX)
/* However large the pointer is: there is room for so many pixels, and no less is offered. */
#define POINTER_META_BYTES                                                                         \
  (sizeof (struct spa_meta_cursor) + sizeof (struct spa_meta_bitmap) + 384 * 384 * 4)

/* DRM_FORMAT_MOD_LINEAR, and one of Intel's by which pixels lie in tiles. */
#define MODIFIER_LINEAR 0
#define MODIFIER_TILED G_GINT64_CONSTANT (0x0100000000000001)

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
  gboolean has_dmabuf, has_shared; /* with neither, PipeWire has the memory */
  gboolean is_tiled;
  gboolean is_small;
  guint begin;
  int said_stride; /* this and the next 0: as it is */
  guint said_offset;
  guint max_fps;        /* 0: what is asked for, to 60 */
  guint wanted_buffers; /* 0: any number */
  guint n_buffers;
  gboolean has_pointer;
  struct spa_point pointer;
  gboolean is_pointed;    /* the pointer is here */
  gboolean is_shape_told; /* what it looks like */
  gboolean is_pointer_only;
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

/* Only what is new of it. */
static void
tell_pointer (Screen *screen, struct spa_buffer *buffer)
{
  struct spa_meta_cursor *cursor =
      spa_buffer_find_meta_data (buffer, SPA_META_Cursor, POINTER_META_BYTES);
  struct spa_meta_bitmap *bitmap = (struct spa_meta_bitmap *) (cursor + 1);

  if (cursor == NULL)
    return;
  *cursor = (struct spa_meta_cursor){ .id = screen->is_pointed, .position = screen->pointer };
  if (!screen->is_pointed || screen->is_shape_told)
    return;

  screen->is_shape_told = TRUE;
  cursor->hotspot = SPA_POINT (POINTER_SIDE_PX / 2, POINTER_SIDE_PX / 2);
  cursor->bitmap_offset = sizeof *cursor;
  *bitmap = (struct spa_meta_bitmap){ .format = SPA_VIDEO_FORMAT_RGBA,
                                      .size = SPA_RECTANGLE (POINTER_SIDE_PX, POINTER_SIDE_PX),
                                      .stride = 4 * POINTER_SIDE_PX,
                                      .offset = sizeof *bitmap };
  memset (bitmap + 1, 0xff, POINTER_BYTES);
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
  data->chunk->flags = screen->is_pointer_only ? SPA_CHUNK_FLAG_CORRUPTED : SPA_CHUNK_FLAG_NONE;
  tell_pointer (screen, buffer->buffer);
  if (!screen->is_pointer_only && data->data != NULL && data->maxsize >= size_bytes) {
    if (!screen->is_small)
      draw (screen, (guint8 *) data->data + screen->begin);
    data->chunk->offset = screen->said_offset != 0 ? screen->said_offset : screen->begin;
    data->chunk->stride =
        screen->said_stride != 0 ? screen->said_stride : (int) get_stride (screen);
    data->chunk->size = data->type == SPA_DATA_DmaBuf ? 0 : (guint32) size_bytes;
    crop = spa_buffer_find_meta_data (buffer->buffer, SPA_META_VideoCrop, sizeof *crop);
    if (crop != NULL)
      crop->region = screen->crop;
    transform =
        spa_buffer_find_meta_data (buffer->buffer, SPA_META_VideoTransform, sizeof *transform);
    if (transform != NULL)
      transform->transform = screen->turn;
  }
  screen->is_pointer_only = FALSE;
  pw_stream_queue_buffer (screen->stream, buffer);
}

/* @is_chosen: as one who has found out in which of the ways that both know it can be done */
static void
add_modifiers (const Screen *screen, struct spa_pod_builder *builder, gboolean is_chosen)
{
  struct spa_pod_frame frame;

  spa_pod_builder_prop (builder, SPA_FORMAT_VIDEO_modifier,
                        SPA_POD_PROP_FLAG_MANDATORY |
                            (is_chosen ? 0 : SPA_POD_PROP_FLAG_DONT_FIXATE));
  if (is_chosen) {
    spa_pod_builder_long (builder, MODIFIER_LINEAR);
    return;
  }
  spa_pod_builder_push_choice (builder, &frame, SPA_CHOICE_Enum, 0);
  spa_pod_builder_long (builder, MODIFIER_TILED);
  spa_pod_builder_long (builder, MODIFIER_TILED);
  if (!screen->is_tiled)
    spa_pod_builder_long (builder, MODIFIER_LINEAR);
  spa_pod_builder_pop (builder, &frame);
}

typedef enum { SHARED, DMABUF, CHOSEN_DMABUF } Memory;

static const struct spa_pod *
build_format (const Screen *screen, struct spa_pod_builder *builder, Memory memory)
{
  struct spa_fraction max_rate = { screen->max_fps, 1 };
  struct spa_pod_frame frame;

  spa_pod_builder_push_object (builder, &frame, SPA_TYPE_OBJECT_Format, SPA_PARAM_EnumFormat);
  spa_pod_builder_add (builder, SPA_FORMAT_mediaType, SPA_POD_Id (SPA_MEDIA_TYPE_video),
                       SPA_FORMAT_mediaSubtype, SPA_POD_Id (SPA_MEDIA_SUBTYPE_raw),
                       SPA_FORMAT_VIDEO_format, SPA_POD_Id (SPA_VIDEO_FORMAT_BGRx), 0);
  if (memory != SHARED)
    add_modifiers (screen, builder, memory == CHOSEN_DMABUF);
  spa_pod_builder_add (builder, SPA_FORMAT_VIDEO_size,
                       SPA_POD_Rectangle (&SPA_RECTANGLE (screen->width_px, screen->height_px)),
                       SPA_FORMAT_VIDEO_framerate, SPA_POD_Fraction (&SPA_FRACTION (0, 1)), 0);
  if (screen->max_fps != 0)
    spa_pod_builder_add (builder, SPA_FORMAT_VIDEO_maxFramerate, SPA_POD_Fraction (&max_rate), 0);
  else
    spa_pod_builder_add (builder, SPA_FORMAT_VIDEO_maxFramerate,
                         SPA_POD_CHOICE_RANGE_Fraction (&SPA_FRACTION (60, 1), &SPA_FRACTION (1, 1),
                                                        &SPA_FRACTION (60, 1)),
                         0);
  return spa_pod_builder_pop (builder, &frame);
}

/* What it has, the best first, as a compositor sees it. Returns: how many */
static guint
build_formats (const Screen *screen, struct spa_pod_builder *builder, gboolean is_chosen,
               const struct spa_pod *params[FORMATS_MAX])
{
  guint n = 0;

  if (is_chosen)
    params[n++] = build_format (screen, builder, CHOSEN_DMABUF);
  if (screen->has_dmabuf)
    params[n++] = build_format (screen, builder, DMABUF);
  if (screen->has_shared || !screen->has_dmabuf)
    params[n++] = build_format (screen, builder, SHARED);
  return n;
}

static void
update_formats (Screen *screen, gboolean is_chosen)
{
  guint8 memory[2048];
  struct spa_pod_builder builder = SPA_POD_BUILDER_INIT (memory, sizeof memory);
  const struct spa_pod *params[FORMATS_MAX];

  pw_stream_update_params (screen->stream, params,
                           build_formats (screen, &builder, is_chosen, params));
}

static void
param_changed_cb (void *user_data, uint32_t id, const struct spa_pod *param)
{
  static const VirtualMeta metas[] = {
    { SPA_META_VideoCrop, sizeof (struct spa_meta_region) },
    { SPA_META_VideoTransform, sizeof (struct spa_meta_videotransform) },
    { SPA_META_Cursor, POINTER_META_BYTES },
  };
  Screen *screen = user_data;
  const struct spa_pod_prop *modifier;

  if (param == NULL || id != SPA_PARAM_Format)
    return;

  modifier = spa_pod_find_prop (param, NULL, SPA_FORMAT_VIDEO_modifier);
  if (modifier != NULL && (modifier->flags & SPA_POD_PROP_FLAG_DONT_FIXATE) != 0)
    update_formats (screen, TRUE);
  else
    virtual_source_offer_buffers (
        screen->stream, screen->wanted_buffers, (gsize) get_stride (screen) * screen->height_px,
        get_stride (screen), metas, G_N_ELEMENTS (metas) - (screen->has_pointer ? 0 : 1));
}

/*
 * Memory of its own. A graphics card's can be had without one by nobody but root, and not on every
 * kernel; this one calls itself so, and differs in that it need not be asked for before it is read.
 */
static void
add_buffer_cb (void *user_data, struct pw_buffer *buffer)
{
  Screen *screen = user_data;
  struct spa_data *data = &buffer->buffer->datas[0];
  gsize size_bytes = screen->begin + (gsize) get_stride (screen) * screen->height_px;
  gboolean is_dmabuf;

  screen->n_buffers++;
  if (!screen->has_dmabuf)
    return;

  is_dmabuf = (data->type & 1 << SPA_DATA_DmaBuf) != 0;
  printf ("memory %s\n", is_dmabuf ? "dmabuf" : "shared");
  fflush (stdout);
  data->type = is_dmabuf ? SPA_DATA_DmaBuf : SPA_DATA_MemFd;
  data->flags = SPA_DATA_FLAG_READWRITE;
  data->fd = memfd_create ("picture", MFD_CLOEXEC);
  data->mapoffset = 0;
  data->maxsize = (guint32) size_bytes;
  if (ftruncate ((int) data->fd, (off_t) size_bytes / (screen->is_small ? 2 : 1)) < 0)
    return;
  data->data = mmap (NULL, size_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, (int) data->fd, 0);
}

static void
remove_buffer_cb (void *user_data, struct pw_buffer *buffer)
{
  Screen *screen = user_data;
  struct spa_data *data = &buffer->buffer->datas[0];

  screen->n_buffers--;
  if (!screen->has_dmabuf)
    return;

  munmap (data->data, data->maxsize);
  close ((int) data->fd);
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

  if (state == PW_STREAM_STATE_STREAMING)
    printf ("buffers %u\n", screen->n_buffers);
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
  PW_VERSION_STREAM_EVENTS,    .state_changed = state_changed_cb, .param_changed = param_changed_cb,
  .add_buffer = add_buffer_cb, .remove_buffer = remove_buffer_cb, .process = process_cb,
};

static void
change_size (Screen *screen, guint width_px, guint height_px)
{
  screen->width_px = width_px;
  screen->height_px = height_px;
  screen->crop = SPA_REGION (0, 0, width_px, height_px);
  update_formats (screen, FALSE);
}

static void
point (Screen *screen, gboolean is_here)
{
  screen->is_pointed = is_here;
  screen->is_pointer_only = TRUE;
  pw_stream_trigger_process (screen->stream);
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
  else if (sscanf (line, "point %d %d", &screen->pointer.x, &screen->pointer.y) == 2)
    point (screen, TRUE);
  else if (g_str_has_prefix (line, "away"))
    point (screen, FALSE);
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

static void
read_words (Screen *screen, char **words)
{
  for (guint i = 1; words[i] != NULL; i++) {
    screen->is_still = screen->is_still || g_str_equal (words[i], "still");
    screen->has_pointer = screen->has_pointer || g_str_equal (words[i], "pointer");
    screen->is_small = screen->is_small || g_str_equal (words[i], "small");
    screen->is_tiled = screen->is_tiled || g_str_equal (words[i], "tiled");
    screen->has_shared = screen->has_shared || g_str_equal (words[i], "both");
    screen->has_dmabuf =
        screen->has_dmabuf || screen->has_shared || g_str_equal (words[i], "dmabuf");
    if (g_str_equal (words[i], "stride") && words[i + 1] != NULL)
      screen->said_stride = (int) g_ascii_strtoll (words[++i], NULL, 10);
    else if (g_str_equal (words[i], "begin") && words[i + 1] != NULL)
      screen->begin = (guint) g_ascii_strtoull (words[++i], NULL, 10);
    else if (g_str_equal (words[i], "offset") && words[i + 1] != NULL)
      screen->said_offset = (guint) g_ascii_strtoull (words[++i], NULL, 10);
    else if (g_str_equal (words[i], "rate") && words[i + 1] != NULL)
      screen->max_fps = (guint) g_ascii_strtoull (words[++i], NULL, 10);
    else if (g_str_equal (words[i], "buffers") && words[i + 1] != NULL)
      screen->wanted_buffers = (guint) g_ascii_strtoull (words[++i], NULL, 10);
    else if (g_str_equal (words[i], "size") && words[i + 1] != NULL && words[i + 2] != NULL) {
      screen->width_px = (guint) g_ascii_strtoull (words[++i], NULL, 10);
      screen->height_px = (guint) g_ascii_strtoull (words[++i], NULL, 10);
      screen->crop = SPA_REGION (0, 0, screen->width_px, screen->height_px);
    }
  }
}

int
main (int argc, char **argv)
{
  Screen screen = { .width_px = 800, .height_px = 600, .crop = SPA_REGION (0, 0, 800, 600) };
  guint8 memory[2048];
  struct spa_pod_builder builder = SPA_POD_BUILDER_INIT (memory, sizeof memory);
  const struct spa_pod *params[FORMATS_MAX];
  struct pw_loop *loop;
  guint n_params;
  int status;

  pw_init (&argc, &argv);
  screen.input = g_string_new (NULL);
  read_words (&screen, argv);
  screen.loop = pw_main_loop_new (NULL);
  loop = pw_main_loop_get_loop (screen.loop);
  pw_loop_add_io (loop, STDIN_FILENO, SPA_IO_IN | SPA_IO_HUP, FALSE, input_cb, &screen);
  screen.timer = pw_loop_add_timer (loop, tick_cb, &screen);
  screen.stream =
      pw_stream_new_simple (loop, "virtual-screen",
                            pw_properties_new (PW_KEY_MEDIA_CLASS, "Video/Source", PW_KEY_NODE_NAME,
                                               "virtual-screen", NULL),
                            &stream_events, &screen);
  n_params = build_formats (&screen, &builder, FALSE, params);
  status = virtual_source_run (
      screen.loop, screen.stream,
      screen.has_dmabuf ? PW_STREAM_FLAG_ALLOC_BUFFERS : PW_STREAM_FLAG_NONE, params, n_params);
  g_string_free (screen.input, TRUE);
  return status;
}
