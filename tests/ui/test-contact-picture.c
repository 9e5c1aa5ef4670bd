/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/contact-picture.h"

#include "session/roster-rig.h"
#include "ui/display.h"

typedef struct {
  gboolean is_done;
  GdkTexture *texture;
  GError *error;
} Answer;

static AloqaContact *
make_contact (const char *picture)
{
  return aloqa_contact_new (3, "vali", NULL, picture);
}

/* A picture of one pixel. */
static void
serve (RosterRig *rig, const char *name)
{
  static const char bitmap[] = "P3 1 1 255 200 100 50\n";
  g_autofree char *path = g_strconcat ("/uploads/", name, NULL);

  aloqa_fake_server_answer (rig->server, path, 200, bitmap);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  answer->texture = aloqa_contact_picture_load_finish (result, &answer->error);
  answer->is_done = TRUE;
}

static gboolean
is_done (gpointer answer)
{
  return ((Answer *) answer)->is_done;
}

static void
load (RosterRig *rig, const char *picture)
{
  g_autoptr (AloqaContact) contact = make_contact (picture);
  Answer answer = { 0 };

  aloqa_contact_picture_load_async (rig->roster, contact, NULL, loaded_cb, &answer);
  aloqa_test_wait_until (is_done, &answer);
  g_assert_no_error (answer.error);
  g_assert_nonnull (answer.texture);
  g_object_unref (answer.texture);
}

static gboolean
is_kept (RosterRig *rig, const char *picture)
{
  g_autoptr (AloqaContact) contact = make_contact (picture);

  return aloqa_contact_picture_peek (rig->roster, contact) != NULL;
}

static void
test_picture_is_at_hand_for_the_next_row_of_somebody (RosterRig *rig, gconstpointer data)
{
  roster_rig_start_ready (rig, "3 vali");
  serve (rig, "vali.ppm");
  g_assert_false (is_kept (rig, "vali.ppm"));
  load (rig, "vali.ppm");
  g_assert_true (is_kept (rig, "vali.ppm"));
  g_assert_false (is_kept (rig, NULL));
}

static void
test_those_looked_at_last_are_kept (RosterRig *rig, gconstpointer data)
{
  roster_rig_start_ready (rig, "3 vali");
  serve (rig, "vali.ppm");
  load (rig, "vali.ppm");
  for (guint i = 0; i < 300; i++) {
    g_autofree char *name = g_strdup_printf ("%u.ppm", i);

    serve (rig, name);
    load (rig, name);
    g_assert_true (is_kept (rig, "vali.ppm"));
  }
  g_assert_false (is_kept (rig, "0.ppm"));
  g_assert_true (is_kept (rig, "299.ppm"));
}

/* A row of pixels, a format that is not scaled while it is decoded. */
static void
serve_wide (RosterRig *rig, const char *name, guint width_px)
{
  g_autofree char *path = g_strconcat ("/uploads/", name, NULL);
  g_autoptr (GString) bitmap = g_string_new (NULL);

  g_string_printf (bitmap, "P3 %u 1 255\n", width_px);
  for (guint i = 0; i < width_px; i++)
    g_string_append (bitmap, "200 100 50\n");
  aloqa_fake_server_answer (rig->server, path, 200, bitmap->str);
}

static void
test_too_large_a_picture_is_refused (RosterRig *rig, gconstpointer data)
{
  g_autoptr (AloqaContact) contact = make_contact ("larger.ppm");
  Answer answer = { 0 };

  roster_rig_start_ready (rig, "3 vali");
  serve_wide (rig, "large.ppm", 4096);
  load (rig, "large.ppm");
  serve_wide (rig, "larger.ppm", 4097);
  aloqa_contact_picture_load_async (rig->roster, contact, NULL, loaded_cb, &answer);
  aloqa_test_wait_until (is_done, &answer);
  g_assert_nonnull (answer.error);
  g_assert_null (answer.texture);
  g_clear_error (&answer.error);
}

/* Stands before the library's own; those that would decode at once wait for each other here. */
static struct {
  GMutex mutex;
  GCond entered;
  guint n_inside, most_inside, n_awaited;
} decoding;

gboolean
gdk_pixbuf_loader_write_bytes (GdkPixbufLoader *loader, GBytes *bytes, GError **error)
{
  gint64 deadline_us = g_get_monotonic_time () + 100 * G_TIME_SPAN_MILLISECOND;
  gsize length;
  const guchar *data = g_bytes_get_data (bytes, &length);
  gboolean is_written;

  g_mutex_lock (&decoding.mutex);
  decoding.n_inside++;
  decoding.most_inside = MAX (decoding.most_inside, decoding.n_inside);
  g_cond_broadcast (&decoding.entered);
  while (decoding.most_inside < decoding.n_awaited &&
         g_cond_wait_until (&decoding.entered, &decoding.mutex, deadline_us))
    continue;
  g_mutex_unlock (&decoding.mutex);
  is_written = gdk_pixbuf_loader_write (loader, data, length, error);
  g_mutex_lock (&decoding.mutex);
  decoding.n_inside--;
  g_mutex_unlock (&decoding.mutex);
  return is_written;
}

static gboolean
are_done (gpointer user_data)
{
  Answer *answers = user_data;

  return answers[0].is_done && answers[1].is_done && answers[2].is_done;
}

static void
test_one_is_decoded_at_a_time (RosterRig *rig, gconstpointer data)
{
  Answer answers[3] = { 0 };

  decoding.n_awaited = 2;
  decoding.most_inside = 0;
  roster_rig_start_ready (rig, "3 vali");
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++) {
    g_autofree char *name = g_strdup_printf ("%u.ppm", i);
    g_autoptr (AloqaContact) contact = make_contact (name);

    serve (rig, name);
    aloqa_contact_picture_load_async (rig->roster, contact, NULL, loaded_cb, &answers[i]);
  }
  aloqa_test_wait_until (are_done, answers);
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++) {
    g_assert_no_error (answers[i].error);
    g_clear_object (&answers[i].texture);
  }
  g_assert_cmpuint (decoding.most_inside, ==, 1);
  decoding.n_awaited = 0;
}

static void
add_tests (void)
{
  g_test_add ("/ui/contact-picture/at-hand-for-the-next-row-of-somebody", RosterRig, NULL,
              roster_rig_set_up, test_picture_is_at_hand_for_the_next_row_of_somebody,
              roster_rig_tear_down);
  g_test_add ("/ui/contact-picture/those-looked-at-last-are-kept", RosterRig, NULL,
              roster_rig_set_up, test_those_looked_at_last_are_kept, roster_rig_tear_down);
  g_test_add ("/ui/contact-picture/too-large-a-picture-is-refused", RosterRig, NULL,
              roster_rig_set_up, test_too_large_a_picture_is_refused, roster_rig_tear_down);
  g_test_add ("/ui/contact-picture/one-is-decoded-at-a-time", RosterRig, NULL, roster_rig_set_up,
              test_one_is_decoded_at_a_time, roster_rig_tear_down);
}

int
main (int argc, char **argv)
{
  return display_run_tests (argc, argv, add_tests);
}
