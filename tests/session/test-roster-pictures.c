/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/roster-rig.h"

typedef struct {
  guint n_done;
  GBytes *bytes;
  GError *error;
} Answer;

static AloqaContact *
make_contact (const char *picture)
{
  return aloqa_contact_new (3, "vali", NULL, picture);
}

static void
set_picture (RosterRig *rig, const char *name, guint status, gsize n_bytes)
{
  g_autofree char *path = g_strconcat ("/uploads/", name, NULL);
  g_autofree char *body = g_strnfill (n_bytes, *name);

  aloqa_fake_server_answer (rig->server, path, status, body);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  g_clear_pointer (&answer->bytes, g_bytes_unref);
  g_clear_error (&answer->error);
  answer->bytes = aloqa_roster_load_picture_finish (ALOQA_ROSTER (source), result, &answer->error);
  answer->n_done++;
}

static gboolean
is_done (gpointer answer)
{
  return ((Answer *) answer)->n_done > 0;
}

static void
clear_answer (Answer *answer)
{
  g_clear_pointer (&answer->bytes, g_bytes_unref);
  g_clear_error (&answer->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Answer, clear_answer)

static gsize
load (RosterRig *rig, const char *picture)
{
  g_autoptr (AloqaContact) contact = make_contact (picture);
  g_auto (Answer) answer = { 0 };

  aloqa_roster_load_picture_async (rig->roster, contact, NULL, loaded_cb, &answer);
  aloqa_test_wait_until (is_done, &answer);
  g_assert_no_error (answer.error);
  return answer.bytes != NULL ? g_bytes_get_size (answer.bytes) : 0;
}

/* Returns: whether the picture, which is larger, does not come from the server once more */
static gboolean
is_kept (RosterRig *rig, const char *picture)
{
  set_picture (rig, picture, 200, 1);
  return load (rig, picture) > 1;
}

static void
test_picture_is_fetched_once (RosterRig *rig, gconstpointer data)
{
  roster_rig_start_ready (rig, "3 vali Vali Aliyev vali.png");
  set_picture (rig, "vali.png", 200, 1000);
  g_assert_cmpuint (load (rig, "vali.png"), ==, 1000);

  set_picture (rig, "vali.png", 500, 1);
  g_assert_cmpuint (load (rig, "vali.png"), ==, 1000);
}

static void
test_many_who_wait_get_one_fetch (RosterRig *rig, gconstpointer data)
{
  g_autoptr (AloqaContact) contact = make_contact ("vali.png");
  Answer answers[20] = { 0 };

  roster_rig_start_ready (rig, "3 vali");
  set_picture (rig, "vali.png", 200, 10);
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    aloqa_roster_load_picture_async (rig->roster, contact, NULL, loaded_cb, &answers[i]);
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++) {
    aloqa_test_wait_until (is_done, &answers[i]);
    g_assert_cmpuint (g_bytes_get_size (answers[i].bytes), ==, 10);
    g_assert_true (answers[i].bytes == answers[0].bytes);
  }
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    clear_answer (&answers[i]);
}

static void
test_no_picture_is_no_error (RosterRig *rig, gconstpointer data)
{
  roster_rig_start_ready (rig, "3 vali");
  g_assert_cmpuint (load (rig, NULL), ==, 0);

  /* Gone from the server: that is remembered until people are loaded again. */
  g_assert_cmpuint (load (rig, "gone.png"), ==, 0);
  set_picture (rig, "gone.png", 200, 5);
  g_assert_cmpuint (load (rig, "gone.png"), ==, 0);
  aloqa_roster_refresh (rig->roster);
  roster_rig_await_idle (rig);
  g_assert_cmpuint (load (rig, "gone.png"), ==, 5);
}

static void
test_failure_is_told_and_tried_again (RosterRig *rig, gconstpointer data)
{
  g_autoptr (AloqaContact) contact = make_contact ("vali.png");
  g_auto (Answer) answer = { 0 };

  roster_rig_start_ready (rig, "3 vali");
  set_picture (rig, "vali.png", 503, 1);
  aloqa_roster_load_picture_async (rig->roster, contact, NULL, loaded_cb, &answer);
  aloqa_test_wait_until (is_done, &answer);
  g_assert_error (answer.error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_SERVER_FAILED);

  set_picture (rig, "vali.png", 200, 9);
  g_assert_cmpuint (load (rig, "vali.png"), ==, 9);
}

/* Each is some 250 KiB: forty of them are over the limit, and the ones that were not used go. */
static void
test_memory_is_bounded (RosterRig *rig, gconstpointer data)
{
  roster_rig_start_ready (rig, "3 vali");
  for (guint i = 0; i < 40; i++) {
    g_autofree char *name = g_strdup_printf ("%u.png", i);

    set_picture (rig, name, 200, 250 * 1024);
    load (rig, name);
    g_assert_true (is_kept (rig, "0.png"));
  }
  g_assert_false (is_kept (rig, "1.png"));
  g_assert_false (is_kept (rig, "5.png"));
  g_assert_true (is_kept (rig, "10.png"));
  g_assert_true (is_kept (rig, "39.png"));
}

/* A row that was scrolled past costs nothing more; the ones that are looked at come. */
static void
test_cancelled_are_not_fetched (RosterRig *rig, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Answer answers[30] = { 0 };

  roster_rig_start_ready (rig, "3 vali");
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++) {
    g_autofree char *name = g_strdup_printf ("%u.png", i);
    g_autoptr (AloqaContact) contact = make_contact (name);

    set_picture (rig, name, 200, 10);
    aloqa_roster_load_picture_async (rig->roster, contact, i % 2 == 0 ? cancellable : NULL,
                                     loaded_cb, &answers[i]);
  }
  g_cancellable_cancel (cancellable);
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++) {
    aloqa_test_wait_until (is_done, &answers[i]);
    if (i % 2 == 0)
      g_assert_error (answers[i].error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    else
      g_assert_no_error (answers[i].error);
    clear_answer (&answers[i]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++) {
    g_autofree char *name = g_strdup_printf ("%u.png", i);

    /* Of those that were given up, only the few that had begun. */
    g_assert_cmpint (is_kept (rig, name), ==, i % 2 == 1 || i < 4);
  }
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  ROSTER_ADD ("pictures/picture-is-fetched-once", test_picture_is_fetched_once);
  ROSTER_ADD ("pictures/many-who-wait-get-one-fetch", test_many_who_wait_get_one_fetch);
  ROSTER_ADD ("pictures/no-picture-is-no-error", test_no_picture_is_no_error);
  ROSTER_ADD ("pictures/failure-is-told-and-tried-again", test_failure_is_told_and_tried_again);
  ROSTER_ADD ("pictures/memory-is-bounded", test_memory_is_bounded);
  ROSTER_ADD ("pictures/cancelled-are-not-fetched", test_cancelled_are_not_fetched);
  return g_test_run ();
}
