/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/call-view.h"

#include "ui/call-rig.h"
#include "ui/running-notification.h"

static void
assert_state (CallRig *rig, const char *property, gboolean expected)
{
  gboolean is_on;

  g_object_get (rig->view, property, &is_on, NULL);
  g_assert_cmpint (is_on, ==, expected);
}

static AloqaLocalMedia *
get_local (CallRig *rig)
{
  return aloqa_call_controller_get_local_media (aloqa_session_get_controller (rig->session));
}

static AloqaScreenShare *
get_share (CallRig *rig)
{
  return aloqa_local_media_get_share (get_local (rig));
}

/* Behind a closed window. */
static void
assert_notified (CallRig *rig, const char *beginning)
{
  const char *words = aloqa_running_notification_get_words (rig->call, get_local (rig));

  g_test_message ("%s", words);
  g_assert_true (g_str_has_prefix (words, beginning));
}

static gboolean
is_shared (gpointer share)
{
  AloqaScreen *screen = aloqa_screen_share_get_screen (share);
  guint width_px = 0, height_px;

  if (screen != NULL)
    aloqa_screen_get_size (screen, &width_px, &height_px);
  return width_px > 0;
}

/* On X, where no portal is needed. */
static void
test_shared_screen_is_said_and_ended (CallRig *rig, gconstpointer data)
{
  AloqaScreenShare *share = get_share (rig);
  GtkWidget *bar = call_rig_find (rig->view, "AloqaCallShareBar");
  g_autoptr (GdkTexture) shot = NULL;
  g_autofree char *mode = NULL;
  int width_px;

  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/invalid", TRUE);
  call_rig_start_contact (rig, NULL);
  call_rig_show (rig, rig->view, 640, 480);
  call_rig_dial (rig, ALOQA_CALL_VIDEO);
  call_rig_await_phase (rig, ALOQA_PHASE_CONNECTED);
  g_assert_false (gtk_widget_get_visible (bar));

  gtk_widget_activate_action (rig->view, "call.share", NULL);
  aloqa_test_wait_until (is_shared, share);
  call_rig_await_words (rig->view, "You are sharing your screen");
  assert_state (rig, "sharing", TRUE);
  assert_notified (rig, "You are sharing your screen");
  aloqa_live_call_set_held (rig->call, TRUE);
  assert_notified (rig, "On hold");
  aloqa_live_call_set_held (rig->call, FALSE);
  assert_notified (rig, "You are sharing your screen");
  gtk_widget_activate_action (rig->view, "call.share-mode", "s", "smooth");
  g_assert_cmpint (aloqa_screen_share_get_mode (share), ==, ALOQA_SCREEN_SMOOTH);
  g_object_get (rig->view, "share-mode", &mode, NULL);
  g_assert_cmpstr (mode, ==, "smooth");
  g_assert_true (gtk_widget_get_mapped (call_rig_find_tooltip (bar, "Share Computer Sound")));
  gtk_widget_activate_action (rig->view, "call.share-sound", NULL);
  assert_state (rig, "share-sound", TRUE);
  gtk_widget_measure (bar, GTK_ORIENTATION_HORIZONTAL, -1, &width_px, NULL, NULL, NULL);
  g_assert_cmpint (width_px, <=, 340); /* in the narrowest window */
  shot = call_rig_shoot (rig, "call-sharing");

  gtk_widget_activate_action (rig->view, "call.share", NULL);
  g_assert_cmpint (aloqa_screen_share_get_state (share), ==, ALOQA_SHARE_OFF);
  g_assert_false (gtk_widget_get_visible (bar));
  assert_state (rig, "sharing", FALSE);
  assert_state (rig, "share-sound", FALSE); /* the next one is silent again */
  aloqa_live_call_set_video (rig->call, FALSE);
  aloqa_live_call_set_muted (rig->call, TRUE);
  assert_notified (rig, "You are neither seen nor heard");
}

static void
test_audio_call_has_no_screen_to_share (CallRig *rig, gconstpointer data)
{
  call_rig_start_contact (rig, NULL);
  call_rig_show (rig, rig->view, 640, 480);
  call_rig_dial (rig, ALOQA_CALL_AUDIO);
  call_rig_await_phase (rig, ALOQA_PHASE_CONNECTED);
  gtk_widget_activate_action (rig->view, "call.share", NULL);
  assert_state (rig, "sharing", FALSE);
  g_assert_nonnull (
      call_rig_find_tooltip (rig->view, "A screen can be shared in a video call only"));
}

#define ADD(name, func)                                                                            \
  g_test_add ("/ui/call-share/" name, CallRig, NULL, call_rig_set_up_view, func, call_rig_tear_down)

static void
add_tests (GSubprocess *display)
{
  ADD ("shared-screen-is-said-and-ended", test_shared_screen_is_said_and_ended);
  ADD ("audio-call-has-no-screen-to-share", test_audio_call_has_no_screen_to_share);
}

int
main (int argc, char **argv)
{
  return call_rig_run_tests (argc, argv, add_tests);
}
