/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A screen whose pictures lie in a graphics card's memory. */
#include "media/media.h"
#include "media/picture.h"
#include "media/pipewire-stream.h"
#include "media/screen-rig.h"
#include "support/support.h"

#include <dlfcn.h>
#include <errno.h>
#include <linux/dma-buf.h>
#include <stdarg.h>
#include <sys/ioctl.h>

/* What it says when it is asked whether its memory may be read. */
typedef enum {
  NO_CARD, /* the memory is none of a card's */
  BUSY_CARD,
  BROKEN_CARD,
  HUNG_CARD, /* nothing, until it is another one */
} Card;

static GMutex lock; /* guards what follows */
static GCond changed;
static Card card;
static guint n_asked, n_begun, n_finished;

static void
set_card (Card value)
{
  g_mutex_lock (&lock);
  card = value;
  g_cond_broadcast (&changed);
  g_mutex_unlock (&lock);
}

/* Called with the lock held. Busy, it is to be asked again, twice. Returns: errno */
static int
answer (const struct dma_buf_sync *sync)
{
  static const int errors[] = { EINTR, EAGAIN, 0 };
  int error = errors[n_asked++ % G_N_ELEMENTS (errors)];

  g_assert_cmpuint (sync->flags & DMA_BUF_SYNC_RW, ==, DMA_BUF_SYNC_READ);
  while (card == HUNG_CARD)
    g_cond_wait (&changed, &lock);
  if (card == NO_CARD)
    return ENOTTY;
  if (card == BROKEN_CARD)
    return EIO;
  if (error == 0)
    *((sync->flags & DMA_BUF_SYNC_END) != 0 ? &n_finished : &n_begun) += 1;
  return error;
}

/* Stands in for a card, which a test machine has not. */
int
ioctl (int fd, unsigned long request, ...)
{
  int (*real) (int, unsigned long, ...) = dlsym (RTLD_NEXT, "ioctl");
  va_list arguments;
  void *argument;
  int error;

  va_start (arguments, request);
  argument = va_arg (arguments, void *);
  va_end (arguments);
  if (request != DMA_BUF_IOCTL_SYNC)
    return real (fd, request, argument);

  g_mutex_lock (&lock);
  error = answer (argument);
  g_mutex_unlock (&lock);
  errno = error;
  return error == 0 ? 0 : -1;
}

static void
tear_down (AloqaScreenRig *rig, gconstpointer words)
{
  set_card (NO_CARD);
  aloqa_screen_rig_tear_down (rig, words);
}

/* Green with a blue lower half, of which the last line is in its place, too. */
static void
assert_content (GstSample *sample, guint height_px)
{
  guint8 green = aloqa_picture_get_luma (sample, 10, 10);
  guint8 blue = aloqa_picture_get_luma (sample, 10, height_px - 1);

  g_assert_cmpint (ABS (green - 107), <=, 3);
  g_assert_cmpint (ABS (blue - 67), <=, 3);
}

/* All is the same in whatever memory. */
static void
assert_seen_in (AloqaScreenRig *rig, const char *expected)
{
  g_autoptr (GstSample) first = NULL;
  g_autoptr (GstSample) part = NULL;
  g_autofree char *memory = NULL;

  aloqa_screen_rig_look (rig);
  memory = aloqa_screen_rig_read_word (rig, "memory");
  g_assert_cmpstr (memory, ==, expected);
  aloqa_screen_rig_assert_each_is_seen (rig);
  g_assert_no_error (rig->end);

  first = aloqa_feed_log_dup_sample (rig->sent.log, 0);
  part = aloqa_screen_rig_dup_newest (rig);
  assert_content (first, 600);
  assert_content (part, 200);
}

/* What changes while all is agreed on anew may not be seen. */
static gboolean
is_larger_seen (gpointer user_data)
{
  AloqaScreenRig *rig = user_data;
  g_autoptr (GstSample) sample = aloqa_screen_rig_dup_newest (rig);
  GstVideoInfo info;

  aloqa_screen_rig_tell (rig, "change\n");
  g_assert_no_error (rig->end);
  g_assert_true (gst_video_info_from_caps (&info, gst_sample_get_caps (sample)));
  return info.width == 1000 && info.height == 700;
}

/* Then it grows, and all is agreed on anew. */
static void
test_read_where_there_is_no_other (AloqaScreenRig *rig, gconstpointer words)
{
  g_autoptr (GstSample) sample = NULL;

  assert_seen_in (rig, "dmabuf");
  aloqa_screen_rig_tell (rig, "size 1000 700\n");
  aloqa_test_wait_until (is_larger_seen, rig);
  sample = aloqa_screen_rig_dup_newest (rig);
  assert_content (sample, 700);
}

static gboolean
is_unlinked (gpointer user_data)
{
  return aloqa_test_session_count_links (aloqa_screen_rig_get_session (), "virtual-screen") == 0;
}

static void
test_asked_before_it_is_read (AloqaScreenRig *rig, gconstpointer words)
{
  set_card (BUSY_CARD);
  assert_seen_in (rig, "dmabuf");
  aloqa_screen_close (rig->screen);
  aloqa_test_wait_until (is_unlinked, NULL);
  g_assert_cmpuint (n_begun, >=, 2);
  g_assert_cmpuint (n_begun, ==, n_finished);
}

static void
test_shared_memory_is_taken_where_there_are_both (AloqaScreenRig *rig, gconstpointer words)
{
  assert_seen_in (rig, "shared");
}

/* The first pictures are forgiven. */
static gboolean
has_ended (gpointer user_data)
{
  AloqaScreenRig *rig = user_data;

  if (rig->end == NULL)
    aloqa_screen_rig_tell (rig, "change\n");
  return rig->end != NULL;
}

/* The person is told why nothing is seen. */
static void
assert_refused (AloqaScreenRig *rig, const char *reason)
{
  aloqa_screen_rig_look (rig);
  aloqa_test_wait_until (has_ended, rig);
  g_test_message ("%s", rig->end->message);
  g_assert_error (rig->end, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_FAILED);
  g_assert_nonnull (strstr (rig->end->message, reason));
  g_assert_cmpuint (aloqa_feed_log_get_n (rig->sent.log), ==, 0);
}

/* Nothing is read that does not lie in the memory. */
static void
test_impossible_picture_is_refused (AloqaScreenRig *rig, gconstpointer words)
{
  assert_refused (rig, " bytes");
}

static void
test_broken_one_is_told (AloqaScreenRig *rig, gconstpointer words)
{
  set_card (BROKEN_CARD);
  assert_refused (rig, "does not let its memory be read");
}

static void
test_tiles_alone_are_told (AloqaScreenRig *rig, gconstpointer words)
{
  aloqa_screen_rig_look (rig);
  aloqa_test_wait_until (has_ended, rig);
  g_assert_error (rig->end, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_UNREADABLE);
}

static gboolean
is_asked (gpointer user_data)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);

  return n_asked > 0;
}

static void
hang (void)
{
  n_asked = 0;
  set_card (HUNG_CARD);
}

static void
test_hung_one_does_not_hold_the_program (AloqaScreenRig *rig, gconstpointer words)
{
  hang ();
  aloqa_screen_rig_look (rig);
  aloqa_test_wait_until (is_asked, NULL);

  aloqa_screen_set_inlet (rig->screen, NULL);
  aloqa_screen_set_inlet (rig->screen, rig->sent.inlet);
  aloqa_screen_close (rig->screen);
  g_assert_finalize_object (g_steal_pointer (&rig->screen));
  aloqa_test_drain ();

  set_card (NO_CARD);
  aloqa_test_wait_until (is_unlinked, NULL);
  g_assert_cmpuint (aloqa_feed_log_get_n (rig->sent.log), ==, 0);
}

static void
count_frame (GstSample *sample, gpointer n_told)
{
  g_atomic_int_inc ((gint *) n_told);
}

static void
count_failure (GError *error, gpointer n_told)
{
  g_atomic_int_inc ((gint *) n_told);
  g_error_free (error);
}

static void
count_running (gboolean is_running, gpointer n_told)
{
  g_atomic_int_inc ((gint *) n_told);
}

/* Not of the picture either that was being copied. */
static void
test_nothing_is_told_after_the_end (AloqaScreenRig *rig, gconstpointer words)
{
  static const AloqaPipewireStreamFuncs funcs = { count_frame, count_failure, count_running };
  const AloqaPipewireTarget target = { .node_id = aloqa_screen_rig_read_node_id (rig), .fd = -1 };
  GstVideoInfo wanted = { .fps_n = 30 };
  g_autoptr (GError) error = NULL;
  AloqaPipewireStream *stream;
  gint n_told = 0, n_told_before;

  hang ();
  stream = aloqa_pipewire_stream_new (&target, &wanted, &funcs, &n_told, &error);
  g_assert_no_error (error);
  aloqa_pipewire_stream_set_active (stream, TRUE);
  aloqa_test_wait_until (is_asked, NULL);
  aloqa_pipewire_stream_free (stream);
  n_told_before = g_atomic_int_get (&n_told);

  set_card (NO_CARD);
  aloqa_test_wait_until (is_unlinked, NULL);
  g_assert_cmpint (g_atomic_int_get (&n_told), ==, n_told_before);
}

static void
add_tests (void)
{
  static const struct {
    const char *path, *words;
    void (*test) (AloqaScreenRig *rig, gconstpointer words);
  } cases[] = {
    { "read-where-there-is-no-other", "dmabuf begin 5000", test_read_where_there_is_no_other },
    { "asked-before-it-is-read", "dmabuf", test_asked_before_it_is_read },
    { "shared-memory-is-taken-where-there-are-both", "both",
      test_shared_memory_is_taken_where_there_are_both },
    { "shared-memory-is-taken-where-there-are-only-tiles", "both tiled",
      test_shared_memory_is_taken_where_there_are_both },
    { "tiles-alone-are-told", "dmabuf tiled", test_tiles_alone_are_told },
    { "broken-one-is-told", "dmabuf", test_broken_one_is_told },
    { "hung-one-does-not-hold-the-program", "dmabuf", test_hung_one_does_not_hold_the_program },
    { "nothing-is-told-after-the-end", "dmabuf", test_nothing_is_told_after_the_end },
    { "impossible-picture-is-refused/no-stride", "dmabuf stride 12",
      test_impossible_picture_is_refused },
    { "impossible-picture-is-refused/backward-stride", "dmabuf stride -3264",
      test_impossible_picture_is_refused },
    { "impossible-picture-is-refused/endless-stride", "dmabuf stride 2147483647",
      test_impossible_picture_is_refused },
    { "impossible-picture-is-refused/end-beyond-memory", "dmabuf offset 65536",
      test_impossible_picture_is_refused },
    { "impossible-picture-is-refused/begin-beyond-memory", "dmabuf offset 4294967295",
      test_impossible_picture_is_refused },
    { "impossible-picture-is-refused/small-memory", "dmabuf small",
      test_impossible_picture_is_refused },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strconcat ("/media/screen-card/", cases[i].path, NULL);

    g_test_add (path, AloqaScreenRig, cases[i].words, aloqa_screen_rig_set_up, cases[i].test,
                tear_down);
  }
}

int
main (int argc, char **argv)
{
  return aloqa_screen_rig_main (argc, argv, add_tests);
}
