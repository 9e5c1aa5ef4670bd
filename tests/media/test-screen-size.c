/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The largest and the smallest that can be shared, and how many pictures lie ready of it. */
#include "media/screen-rig.h"

#include "media/media.h"
#include "media/picture.h"

#include "support/support.h"

static const struct {
  const char *words;
  guint width_px, height_px; /* as sent */
} sizes[] = {
  { "size 5120 2880", 2560, 1440 },
  { "size 8192 600", 2560, 188 },
  { "size 1366 768", 1366, 768 },
  { "size 1 1", 16, 16 }, /* what an encoder takes */
};

static void
test_any_size_is_sent (AloqaScreenRig *rig, gconstpointer words)
{
  g_autoptr (GstSample) sample = NULL;

  aloqa_screen_rig_look (rig);
  aloqa_feed_log_wait (rig->sent.log, 1);
  g_assert_no_error (rig->end);
  sample = aloqa_screen_rig_dup_newest (rig);
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++) {
    if (g_str_equal (sizes[i].words, words))
      aloqa_picture_assert_size (sample, sizes[i].width_px, sizes[i].height_px);
  }
}

static gboolean
has_ended (gpointer user_data)
{
  return ((AloqaScreenRig *) user_data)->end != NULL;
}

/* Nobody waits for a picture that can never come. */
static void
test_too_large_is_told (AloqaScreenRig *rig, gconstpointer words)
{
  aloqa_screen_rig_look (rig);
  aloqa_test_wait_until (has_ended, rig);
  g_assert_error (rig->end, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_UNREADABLE);
  g_assert_cmpuint (aloqa_feed_log_get_n (rig->sent.log), ==, 0);
}

static guint64
read_n_buffers (AloqaScreenRig *rig)
{
  g_autofree char *number = NULL;

  aloqa_screen_rig_look (rig);
  number = aloqa_screen_rig_read_word (rig, "buffers");
  return g_ascii_strtoull (number, NULL, 10);
}

static void
test_four_pictures_have_room (AloqaScreenRig *rig, gconstpointer words)
{
  g_assert_cmpuint (read_n_buffers (rig), >=, 4);
}

static void
test_two_pictures_are_enough_where_there_are_no_more (AloqaScreenRig *rig, gconstpointer words)
{
  g_assert_cmpuint (read_n_buffers (rig), ==, 2);
  aloqa_screen_rig_assert_each_is_seen (rig);
}

static void
add (const char *name, const char *words, void (*test) (AloqaScreenRig *rig, gconstpointer words))
{
  g_autofree char *path = g_strconcat ("/media/screen-size/", name, NULL);

  g_test_add (path, AloqaScreenRig, words, aloqa_screen_rig_set_up, test,
              aloqa_screen_rig_tear_down);
}

static void
add_tests (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autofree char *name = g_strdelimit (g_strdup (sizes[i].words), " ", '-');
    g_autofree char *whole = g_strconcat ("any-size-is-sent/", name, NULL);

    add (whole, sizes[i].words, test_any_size_is_sent);
  }
  add ("too-large-is-told", "size 8194 600", test_too_large_is_told);
  add ("four-pictures-have-room", NULL, test_four_pictures_have_room);
  add ("four-pictures-have-room/in-a-card", "dmabuf", test_four_pictures_have_room);
  add ("two-pictures-are-enough-where-there-are-no-more", "buffers 2",
       test_two_pictures_are_enough_where_there_are_no_more);
}

int
main (int argc, char **argv)
{
  return aloqa_screen_rig_main (argc, argv, add_tests);
}
