/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/inlet-log.h"
#include "media/picture.h"
#include "media/screen-content.h"
#include "media/screen-picture.h"
#include "media/screen-rhythm.h"
#include "media/screen-turn.h"
#include "media/screen-worker.h"
#include "support/media-run.h"
#include "support/support.h"

#define START_US (100 * G_USEC_PER_SEC)
#define TICK_US (G_USEC_PER_SEC / 30)
#define STALL_LIMIT_US (50 * 1000)
#define RED 0xffd02010u
#define GREEN 0xff10a040u

/* How many pictures are sent between two times, new ones or any. */
static void
run (AloqaScreenRhythm *rhythm, gboolean has_new, gint64 from_us, gint64 to_us, guint *n_new,
     guint *n_repeated)
{
  *n_new = *n_repeated = 0;
  for (gint64 now_us = from_us; now_us < to_us; now_us += TICK_US) {
    AloqaScreenBeat beat = aloqa_screen_rhythm_next (rhythm, has_new, 15, now_us);

    *n_new += beat == ALOQA_SCREEN_SEND;
    *n_repeated += beat == ALOQA_SCREEN_REPEAT;
  }
}

static void
test_changes_are_sent_at_the_rate (void)
{
  AloqaScreenRhythm rhythm = { 0 };
  guint n_new, n_repeated;

  run (&rhythm, TRUE, START_US, START_US + 2 * G_USEC_PER_SEC, &n_new, &n_repeated);
  g_assert_cmpuint (n_new, >=, 29);
  g_assert_cmpuint (n_new, <=, 31);
  g_assert_cmpuint (n_repeated, ==, 0);
}

static void
test_still_picture_is_refined_and_then_rests (void)
{
  AloqaScreenRhythm rhythm = { 0 };
  const gint64 calm_us = START_US + 2 * G_USEC_PER_SEC;
  guint n_new, n_repeated;

  g_assert_cmpint (aloqa_screen_rhythm_next (&rhythm, FALSE, 15, START_US), ==, ALOQA_SCREEN_REST);
  g_assert_cmpint (aloqa_screen_rhythm_next (&rhythm, TRUE, 15, START_US), ==, ALOQA_SCREEN_SEND);
  run (&rhythm, FALSE, START_US, calm_us, &n_new, &n_repeated);
  g_assert_cmpuint (n_repeated, >=, 5);
  g_assert_cmpuint (n_repeated, <=, 8);
  run (&rhythm, FALSE, calm_us, calm_us + 10 * G_USEC_PER_SEC, &n_new, &n_repeated);
  g_assert_cmpuint (n_repeated, >=, 9);
  g_assert_cmpuint (n_repeated, <=, 10);
  g_assert_cmpuint (n_new, ==, 0);
}

/* A letter that is typed just after another is not left behind. */
static void
test_last_change_is_never_lost (void)
{
  AloqaScreenRhythm rhythm = { 0 };

  g_assert_cmpint (aloqa_screen_rhythm_next (&rhythm, TRUE, 15, START_US), ==, ALOQA_SCREEN_SEND);
  g_assert_cmpint (aloqa_screen_rhythm_next (&rhythm, TRUE, 15, START_US + 10 * 1000), ==,
                   ALOQA_SCREEN_REST);
  g_assert_cmpint (aloqa_screen_rhythm_next (&rhythm, TRUE, 15, START_US + 67 * 1000), ==,
                   ALOQA_SCREEN_SEND);
}

/* Returns: (transfer full): grey, with as many lines from the top in another one */
static GstBuffer *
draw_page (const GstVideoInfo *info, guint n_lines, guint8 luma)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, info->size, NULL);

  gst_buffer_memset (buffer, 0, 200, info->size);
  gst_buffer_memset (buffer, 0, luma, (gsize) n_lines * (gsize) info->stride[0]);
  return buffer;
}

typedef struct {
  const char *name;
  guint n_lines; /* of 240 that change with each picture */
  guint fps;
  AloqaScreenMode expected;
} Scene;

static const Scene scenes[] = {
  { "nothing", 0, 15, ALOQA_SCREEN_SHARP },
  { "typing", 12, 15, ALOQA_SCREEN_SHARP },
  { "a film", 200, 15, ALOQA_SCREEN_SMOOTH },
  { "a film in a part of the screen", 60, 15, ALOQA_SCREEN_SMOOTH },
  { "slides", 240, 1, ALOQA_SCREEN_SHARP },
  { "a page turned every third of a second", 240, 3, ALOQA_SCREEN_SHARP },
};

/* Returns: what is thought of the scene after so long */
static AloqaScreenMode
play (AloqaScreenContent *content, const Scene *scene, gint64 from_us, gint64 duration_us)
{
  AloqaScreenMode mode = ALOQA_SCREEN_AUTO;
  GstVideoInfo info;
  guint8 luma = 0;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_I420, 320, 240);
  for (gint64 t_us = 0; t_us < duration_us; t_us += G_USEC_PER_SEC / scene->fps) {
    g_autoptr (GstBuffer) picture = draw_page (&info, scene->n_lines, luma += 7);

    mode = aloqa_screen_content_look (content, &info, picture, from_us + t_us);
  }
  return mode;
}

static void
test_film_is_told_from_text (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (scenes); i++) {
    AloqaScreenContent content = { 0 };

    g_test_message ("%s", scenes[i].name);
    g_assert_cmpint (play (&content, &scenes[i], START_US, 5 * G_USEC_PER_SEC), ==,
                     scenes[i].expected);
    aloqa_screen_content_clear (&content);
  }
}

/* Two seconds of scrolling are not enough, and a film that ends is text within two. */
static void
test_mode_follows_what_is_seen (void)
{
  const Scene *still = &scenes[0], *film = &scenes[2];
  AloqaScreenContent content = { 0 };
  gint64 now_us = START_US;

  g_assert_cmpint (play (&content, film, now_us, G_USEC_PER_SEC), ==, ALOQA_SCREEN_SHARP);
  g_assert_cmpint (play (&content, film, now_us += G_USEC_PER_SEC, 4 * G_USEC_PER_SEC), ==,
                   ALOQA_SCREEN_SMOOTH);
  g_assert_cmpint (play (&content, still, now_us += 4 * G_USEC_PER_SEC, 2 * G_USEC_PER_SEC), ==,
                   ALOQA_SCREEN_SHARP);
  aloqa_screen_content_clear (&content);
}

/* Returns: (transfer full): red, with padded lines, and green where the crop is */
static GstSample *
make_sample (gint width_px, gint height_px, const GstVideoRectangle *crop)
{
  g_autoptr (GstBuffer) buffer = NULL;
  g_autoptr (GstCaps) caps = NULL;
  GstVideoInfo info;
  GstMapInfo map;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_BGRx, (guint) width_px, (guint) height_px);
  info.fps_n = 60;
  caps = gst_video_info_to_caps (&info);
  info.stride[0] += 64;
  buffer = gst_buffer_new_allocate (NULL, (gsize) info.stride[0] * (gsize) height_px, NULL);
  gst_buffer_add_video_meta_full (buffer, GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_FORMAT_BGRx,
                                  (guint) width_px, (guint) height_px, 1, info.offset, info.stride);
  gst_buffer_map (buffer, &map, GST_MAP_WRITE);
  for (gint y = 0; y < height_px; y++) {
    guint32 *line = (guint32 *) (void *) (map.data + (gsize) y * (gsize) info.stride[0]);

    for (gint x = 0; x < width_px; x++)
      line[x] = crop == NULL || (x >= crop->x && x < crop->x + crop->w && y >= crop->y &&
                                 y < crop->y + crop->h)
                    ? GREEN
                    : RED;
  }
  gst_buffer_unmap (buffer, &map);
  if (crop != NULL) {
    GstVideoCropMeta *meta = gst_buffer_add_video_crop_meta (buffer);

    meta->x = (guint) crop->x;
    meta->y = (guint) crop->y;
    meta->width = (guint) crop->w;
    meta->height = (guint) crop->h;
  }
  return gst_sample_new (buffer, caps, NULL, NULL);
}

/* All of the picture is the green of the crop, to its last line. */
static void
assert_picture (GstBuffer *picture, const GstVideoInfo *info, gint width_px, gint height_px)
{
  g_autoptr (GstCaps) caps = gst_video_info_to_caps (info);
  g_autoptr (GstSample) sample = gst_sample_new (picture, caps, NULL, NULL);
  const guint right = (guint) width_px - 1, bottom = (guint) height_px - 1;
  const guint corners[][2] = { { 0, 0 }, { right, 0 }, { 0, bottom }, { right, bottom } };
  guint8 middle = aloqa_picture_get_luma (sample, right / 2, bottom / 2);

  aloqa_picture_assert_size (sample, width_px, height_px);
  g_assert_cmpint (ABS (middle - 107), <, 4); /* by BT.601, whatever the size */
  for (gsize i = 0; i < G_N_ELEMENTS (corners); i++)
    g_assert_cmpint (ABS (aloqa_picture_get_luma (sample, corners[i][0], corners[i][1]) - middle),
                     <, 3);
}

static void
test_size_shape_crop_and_stride (void)
{
  static const struct {
    gint width_px, height_px;
    GstVideoRectangle crop; /* of no width: none */
    AloqaScreenMode mode;
    gint expected_width_px, expected_height_px;
  } cases[] = {
    { 1280, 720, { 0 }, ALOQA_SCREEN_SHARP, 1280, 720 },
    { 1366, 769, { 0 }, ALOQA_SCREEN_SHARP, 1366, 768 },
    { 801, 601, { 0 }, ALOQA_SCREEN_SHARP, 800, 600 },
    { 3840, 2160, { 0 }, ALOQA_SCREEN_SHARP, 2560, 1440 },
    { 1080, 1920, { 0 }, ALOQA_SCREEN_SHARP, 1080, 1920 },
    { 1920, 1080, { 0 }, ALOQA_SCREEN_SMOOTH, 1280, 720 },
    { 640, 400, { 0 }, ALOQA_SCREEN_SMOOTH, 640, 400 },
    { 800, 600, { 101, 51, 321, 201 }, ALOQA_SCREEN_SHARP, 320, 200 },
    { 800, 600, { 700, 500, 100, 100 }, ALOQA_SCREEN_SHARP, 100, 100 },
    { 200, 100, { 8, 8, 5, 3 }, ALOQA_SCREEN_SHARP, 16, 16 },
  };
  g_autoptr (AloqaScreenPicture) picture = aloqa_screen_picture_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GstSample) sample = make_sample (cases[i].width_px, cases[i].height_px,
                                                cases[i].crop.w > 0 ? &cases[i].crop : NULL);
    g_autoptr (GstBuffer) converted = NULL;
    GstVideoInfo info;

    converted = aloqa_screen_picture_convert (picture, sample, cases[i].mode, &info);
    g_assert_nonnull (converted);
    assert_picture (converted, &info, cases[i].expected_width_px, cases[i].expected_height_px);
  }
}

/* All planes of I420, one after the other, without padding. */
static void
flip (guint8 *planes, guint width, guint height)
{
  for (guint plane = 0; plane < 3; plane++) {
    guint w = plane == 0 ? width : width / 2, h = plane == 0 ? height : height / 2;

    for (guint y = 0; y < h; y++, planes += w) {
      for (guint x = 0; x < w / 2; x++) {
        guint8 kept = planes[x];

        planes[x] = planes[w - 1 - x];
        planes[w - 1 - x] = kept;
      }
    }
  }
}

/* The first line becomes the first column, from below. */
static void
turn_left (guint8 *planes, guint width, guint height)
{
  g_autofree guint8 *before = g_memdup2 (planes, width * height * 3 / 2);
  const guint8 *from = before;

  for (guint plane = 0; plane < 3; plane++) {
    guint w = plane == 0 ? width : width / 2, h = plane == 0 ? height : height / 2;

    for (guint y = 0; y < h; y++)
      for (guint x = 0; x < w; x++)
        planes[(w - 1 - x) * h + y] = *from++;
    planes += w * h;
  }
}

static void
test_every_turn_is_put_upright (void)
{
  guint8 upright[64 * 48 * 3 / 2];

  for (guint i = 0; i < sizeof upright; i++)
    upright[i] = (guint8) (i * i / 7);
  for (guint turn = 0; turn < 8; turn++) {
    g_autoptr (GstBuffer) buffer = NULL;
    guint8 *planes = g_memdup2 (upright, sizeof upright);
    GstVideoInfo info;

    g_test_message ("turn %u", turn);
    gst_video_info_set_format (&info, GST_VIDEO_FORMAT_I420, turn % 2 == 0 ? 64 : 48,
                               turn % 2 == 0 ? 48 : 64);
    if (turn >= 4)
      flip (planes, 64, 48);
    for (guint i = 0; i < turn % 4; i++)
      turn_left (planes, i % 2 == 0 ? 64 : 48, i % 2 == 0 ? 48 : 64);
    buffer = aloqa_screen_turn_back (gst_buffer_new_wrapped (planes, sizeof upright), &info, turn);
    g_assert_cmpint (info.width, ==, 64);
    g_assert_cmpint (info.height, ==, 48);
    g_assert_cmpint (gst_buffer_memcmp (buffer, 0, upright, sizeof upright), ==, 0);
  }
}

typedef struct {
  AloqaScreenWorker *worker;
  AloqaInletLog sent;
  guint n_drawn;
  gint is_smooth; /* atomic, as is this: */
  gint is_stalled;
} WorkerFixture;

static void
status_cb (const AloqaScreenStatus *status, gpointer user_data)
{
  WorkerFixture *fixture = user_data;

  g_atomic_int_set (&fixture->is_smooth, status->mode == ALOQA_SCREEN_SMOOTH);
  g_atomic_int_set (&fixture->is_stalled, status->is_stalled);
}

static void
set_up_worker (WorkerFixture *fixture, gconstpointer data)
{

  aloqa_inlet_log_init (&fixture->sent);
  fixture->worker = aloqa_screen_worker_new (30, STALL_LIMIT_US, status_cb, fixture);
  aloqa_screen_worker_set_running (fixture->worker, TRUE);
  aloqa_screen_worker_set_inlet (fixture->worker, fixture->sent.inlet);
}

static void
tear_down_worker (WorkerFixture *fixture, gconstpointer data)
{
  aloqa_screen_worker_free (fixture->worker);
  aloqa_inlet_log_clear (&fixture->sent);
}

/* Another picture each time, much of which has changed. */
static void
draw_film (WorkerFixture *fixture)
{
  const GstVideoRectangle part = { 0, 0, 1600, 400 + (gint) (fixture->n_drawn++ % 2) * 400 };
  g_autoptr (GstSample) sample = make_sample (1600, 1000, &part);
  GstBuffer *buffer = gst_sample_get_buffer (sample);

  gst_buffer_remove_meta (buffer, gst_buffer_get_meta (buffer, GST_VIDEO_CROP_META_API_TYPE));
  aloqa_screen_worker_take (fixture->worker, sample);
}

/* As soon as what was drawn has been sent. */
static void
draw_on (WorkerFixture *fixture)
{
  if (aloqa_feed_log_get_n (fixture->sent.log) == 0)
    return;
  aloqa_feed_log_clear (fixture->sent.log);
  draw_film (fixture);
}

static gboolean
is_film (gpointer user_data)
{
  draw_on (user_data);
  return g_atomic_int_get (&((WorkerFixture *) user_data)->is_smooth);
}

static void
assert_last_size (WorkerFixture *fixture, gint width_px, gint height_px)
{
  g_autoptr (GstSample) sample =
      aloqa_feed_log_dup_sample (fixture->sent.log, aloqa_feed_log_get_n (fixture->sent.log) - 1);

  aloqa_picture_assert_size (sample, width_px, height_px);
}

static gboolean
is_text (gpointer user_data)
{
  return !g_atomic_int_get (&((WorkerFixture *) user_data)->is_smooth);
}

static void
test_film_gets_smaller_and_text_large_again (WorkerFixture *fixture, gconstpointer data)
{
  draw_film (fixture);
  aloqa_feed_log_wait (fixture->sent.log, 1);
  assert_last_size (fixture, 1600, 1000);

  aloqa_test_wait_until (is_film, fixture);
  aloqa_feed_log_clear (fixture->sent.log);
  draw_film (fixture);
  aloqa_feed_log_wait (fixture->sent.log, 2);
  assert_last_size (fixture, 1280, 800);

  aloqa_test_wait_until (is_text, fixture);
  aloqa_feed_log_clear (fixture->sent.log);
  aloqa_feed_log_wait (fixture->sent.log, 2);
  assert_last_size (fixture, 1600, 1000);
}

/* On hold: nobody is to look at it. */
static void
test_without_an_inlet_nothing_is_looked_at (WorkerFixture *fixture, gconstpointer data)
{
  draw_film (fixture);
  aloqa_feed_log_wait (fixture->sent.log, 1);
  aloqa_screen_worker_set_inlet (fixture->worker, NULL);
  aloqa_feed_log_clear (fixture->sent.log);
  draw_film (fixture);
  aloqa_screen_worker_set_mode (fixture->worker, ALOQA_SCREEN_SMOOTH);
  aloqa_screen_worker_set_inlet (fixture->worker, fixture->sent.inlet);
  aloqa_feed_log_wait (fixture->sent.log, 2);
  assert_last_size (fixture, 1280, 800);
}

static gboolean
is_stalled (gpointer user_data)
{
  return g_atomic_int_get (&((WorkerFixture *) user_data)->is_stalled);
}

static gboolean
is_well (gpointer user_data)
{
  return !is_stalled (user_data);
}

/* As of a portal that waits for something to change. */
static void
test_no_first_picture_is_told (WorkerFixture *fixture, gconstpointer data)
{
  aloqa_test_wait_until (is_stalled, fixture);
  draw_film (fixture);
  aloqa_test_wait_until (is_well, fixture);
  aloqa_feed_log_wait (fixture->sent.log, 1);
}

/* It is well only for as long as the next may take: draws on until that is seen. */
static gboolean
is_drawn_well (gpointer user_data)
{
  draw_on (user_data);
  return is_well (user_data);
}

/* An X server gives one at every beat; one that hangs gives none. */
static void
test_steady_screen_that_holds_still_is_frozen (WorkerFixture *fixture, gconstpointer data)
{
  aloqa_screen_worker_set_steady (fixture->worker);
  for (guint i = 0; i < 2; i++) {
    aloqa_test_wait_until (is_stalled, fixture);
    draw_film (fixture);
    aloqa_test_wait_until (is_drawn_well, fixture);
  }
}

/* While any other has a picture and runs, it may stand still for as long as it likes. */
static void
test_still_screen_is_not_frozen (WorkerFixture *fixture, gconstpointer data)
{
  draw_film (fixture);
  aloqa_feed_log_wait (fixture->sent.log, 1);
  aloqa_test_wait_until (is_well, fixture);
  aloqa_feed_log_wait (fixture->sent.log, 3); /* the same again, 200 ms apart */
  g_assert_false (is_stalled (fixture));
}

static void
test_modes_have_names (void)
{
  AloqaScreenMode mode;

  for (int i = ALOQA_SCREEN_AUTO; i <= ALOQA_SCREEN_SMOOTH; i++) {
    g_assert_true (aloqa_screen_mode_from_string (aloqa_screen_mode_to_string (i), &mode));
    g_assert_cmpint (mode, ==, i);
  }
  g_assert_false (aloqa_screen_mode_from_string ("blurred", &mode));
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  aloqa_media_init (NULL);
  g_test_add_func ("/media/screen/changes-are-sent-at-the-rate", test_changes_are_sent_at_the_rate);
  g_test_add_func ("/media/screen/still-picture-is-refined-and-then-rests",
                   test_still_picture_is_refined_and_then_rests);
  g_test_add_func ("/media/screen/last-change-is-never-lost", test_last_change_is_never_lost);
  g_test_add_func ("/media/screen/film-is-told-from-text", test_film_is_told_from_text);
  g_test_add_func ("/media/screen/mode-follows-what-is-seen", test_mode_follows_what_is_seen);
  g_test_add_func ("/media/screen/size-shape-crop-and-stride", test_size_shape_crop_and_stride);
  g_test_add_func ("/media/screen/every-turn-is-put-upright", test_every_turn_is_put_upright);
  g_test_add ("/media/screen/film-gets-smaller-and-text-large-again", WorkerFixture, NULL,
              set_up_worker, test_film_gets_smaller_and_text_large_again, tear_down_worker);
  g_test_add ("/media/screen/without-an-inlet-nothing-is-looked-at", WorkerFixture, NULL,
              set_up_worker, test_without_an_inlet_nothing_is_looked_at, tear_down_worker);
  g_test_add ("/media/screen/no-first-picture-is-told", WorkerFixture, NULL, set_up_worker,
              test_no_first_picture_is_told, tear_down_worker);
  g_test_add ("/media/screen/steady-screen-that-holds-still-is-frozen", WorkerFixture, NULL,
              set_up_worker, test_steady_screen_that_holds_still_is_frozen, tear_down_worker);
  g_test_add ("/media/screen/still-screen-is-not-frozen", WorkerFixture, NULL, set_up_worker,
              test_still_screen_is_not_frozen, tear_down_worker);
  g_test_add_func ("/media/screen/modes-have-names", test_modes_have_names);
  return aloqa_test_run_media ();
}
