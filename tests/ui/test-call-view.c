/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/call-view.h"

#include "media/media.h"
#include "ui/call-rig.h"
#include "ui/video-view.h"

typedef struct {
  CallRig rig;
  GtkWidget *view;
  AloqaVideoView *video; /* of the other side */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  call_rig_set_up (&fixture->rig, data);
  fixture->view = aloqa_call_view_new ();
  aloqa_call_view_set_session (ALOQA_CALL_VIEW (fixture->view), fixture->rig.session);
  fixture->video = ALOQA_VIDEO_VIEW (call_rig_find (fixture->view, "AloqaVideoView"));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  call_rig_tear_down (&fixture->rig, data);
}

static void
dial (Fixture *fixture, AloqaCallKind kind)
{
  call_rig_dial (&fixture->rig, kind);
  aloqa_call_view_set_call (ALOQA_CALL_VIEW (fixture->view), fixture->rig.call);
}

static gboolean
shows_picture (gpointer video)
{
  return !aloqa_video_view_is_blank (video);
}

typedef struct {
  AloqaVideoPaintable *paintable;
  guint64 n_pictures;
} Progress;

static gboolean
has_moved_on (gpointer user_data)
{
  Progress *progress = user_data;

  return aloqa_video_paintable_get_n_converted (progress->paintable) >= progress->n_pictures;
}

static void
test_remote_picture_moves (Fixture *fixture, gconstpointer data)
{
  AloqaVideoPaintable *paintable = aloqa_video_view_get_paintable (fixture->video);
  g_autoptr (GdkTexture) shot = NULL;

  call_rig_start_contact (&fixture->rig, NULL);
  call_rig_show (&fixture->rig, fixture->view, 640, 480);
  dial (fixture, ALOQA_CALL_VIDEO);
  aloqa_test_wait_until (shows_picture, fixture->video);
  aloqa_test_wait_until (has_moved_on, &(Progress){ paintable, 30 });
  shot = call_rig_shoot (&fixture->rig, "call-video");
  g_assert_cmpint (gdk_texture_get_width (shot), >, 600);
}

#define ADD(name, func) g_test_add ("/ui/call-view/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_autofree char *reason = NULL;
  g_autoptr (GSubprocess) display = call_rig_start_display (&reason);
  g_autoptr (GError) error = NULL;
  int status;

  aloqa_test_init (&argc, &argv);
  if (display == NULL) {
    g_print ("1..0 # SKIP no display: %s\n", reason);
    return 0;
  }
  aloqa_media_init (&error);
  g_assert_no_error (error);
  call_rig_init_toolkit ();
  ADD ("remote-picture-moves", test_remote_picture_moves);
  status = g_test_run ();
  g_subprocess_force_exit (display);
  return status;
}
