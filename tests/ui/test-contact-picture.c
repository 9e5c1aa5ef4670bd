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

static void
add_tests (void)
{
  g_test_add ("/ui/contact-picture/at-hand-for-the-next-row-of-somebody", RosterRig, NULL,
              roster_rig_set_up, test_picture_is_at_hand_for_the_next_row_of_somebody,
              roster_rig_tear_down);
  g_test_add ("/ui/contact-picture/those-looked-at-last-are-kept", RosterRig, NULL,
              roster_rig_set_up, test_those_looked_at_last_are_kept, roster_rig_tear_down);
}

int
main (int argc, char **argv)
{
  return display_run_tests (argc, argv, add_tests);
}
