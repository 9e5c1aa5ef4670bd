/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/incoming-notification.h"
#include "ui/incoming-view.h"

#include "ui/call-rig.h"
#include "ui/video-view.h"

/* A page to type in, and over it the card of a call. */
typedef struct {
  CallRig rig;
  GtkWidget *page;
  GtkWidget *entry;
  GtkWidget *view;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  call_rig_set_up (&fixture->rig, data);
  fixture->page = gtk_overlay_new ();
  fixture->entry = gtk_entry_new ();
  fixture->view = aloqa_incoming_view_new ();
  gtk_overlay_set_child (GTK_OVERLAY (fixture->page), fixture->entry);
  gtk_overlay_add_overlay (GTK_OVERLAY (fixture->page), fixture->view);
  aloqa_incoming_view_set_session (ALOQA_INCOMING_VIEW (fixture->view), fixture->rig.session);
  call_rig_show (&fixture->rig, fixture->page, 360, 640);
  gtk_widget_grab_focus (fixture->entry);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  call_rig_tear_down (&fixture->rig, data);
}

static void
ring (Fixture *fixture, const char *const *options)
{
  call_rig_start_caller (&fixture->rig, options);
  call_rig_await_call (&fixture->rig);
  call_rig_await_phase (&fixture->rig, ALOQA_PHASE_INCOMING);
  aloqa_incoming_view_set_call (ALOQA_INCOMING_VIEW (fixture->view), fixture->rig.call);
}

static gboolean
is_shown (Fixture *fixture)
{
  return gtk_widget_get_visible (fixture->view);
}

static gboolean
has_focus (Fixture *fixture)
{
  GtkWidget *focus = gtk_window_get_focus (fixture->rig.window);

  return focus != NULL && gtk_widget_is_ancestor (focus, fixture->entry);
}

static void
test_shows_who_calls_and_takes_no_focus (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GdkTexture) shot = NULL;

  g_assert_false (is_shown (fixture));
  ring (fixture, NULL);
  g_assert_true (is_shown (fixture));
  call_rig_await_words (fixture->view, "Vali");
  g_assert_true (call_rig_says (fixture->view, "Incoming video call"));
  g_assert_true (call_rig_says (fixture->view, "Without Video"));
  g_assert_true (has_focus (fixture));
  call_rig_run (100);
  shot = call_rig_shoot (&fixture->rig, "incoming");
  g_assert_nonnull (shot);
}

static gboolean
is_laid_out (gpointer widget)
{
  return gtk_widget_get_width (widget) > 0;
}

/* What is said of a device may be long, and the window narrow. */
static void
test_long_words_leave_the_buttons_in_the_window (Fixture *fixture, gconstpointer data)
{
  g_autofree char *name = g_strnfill (120, 'x');
  graphene_rect_t card;

  ring (fixture, NULL);
  g_signal_emit_by_name (fixture->rig.call, "device-news", "ring", ALOQA_DEVICE_NEWS_LOST, "",
                         name);
  call_rig_await_words (fixture->view, name);
  aloqa_test_wait_until (is_laid_out, fixture->view);
  call_rig_run (100);
  g_assert_true (
      gtk_widget_compute_bounds (fixture->view, GTK_WIDGET (fixture->rig.window), &card));
  g_assert_cmpfloat (card.origin.x, >=, 0);
  g_assert_cmpfloat (card.origin.x + card.size.width, <=, 360);
}

static void
test_audio_call_offers_no_video (Fixture *fixture, gconstpointer data)
{
  ring (fixture, (const char *const[]){ "--audio", NULL });
  g_assert_true (call_rig_says (fixture->view, "Incoming call"));
  g_assert_false (call_rig_says (fixture->view, "Without Video"));
  gtk_widget_activate_action (fixture->view, "incoming.answer", NULL);
  g_assert_false (is_shown (fixture));
  call_rig_await_phase (&fixture->rig, ALOQA_PHASE_CONNECTED);
}

static void
test_answering_without_video (Fixture *fixture, gconstpointer data)
{
  ring (fixture, NULL);
  gtk_widget_activate_action (fixture->view, "incoming.answer-audio", NULL);
  g_assert_false (is_shown (fixture));
  call_rig_await_phase (&fixture->rig, ALOQA_PHASE_CONNECTED);
  g_assert_false (aloqa_live_call_get_flow (fixture->rig.call)->send_video);
}

static void
test_declining_hides_it_at_once (Fixture *fixture, gconstpointer data)
{
  ring (fixture, NULL);
  gtk_widget_activate_action (fixture->view, "incoming.decline", NULL);
  g_assert_false (is_shown (fixture));
  g_assert_cmpint (aloqa_live_call_get_phase (fixture->rig.call), ==, ALOQA_PHASE_ENDED);
}

static void
test_cancelled_call_disappears (Fixture *fixture, gconstpointer data)
{
  ring (fixture, NULL);
  call_rig_stop_contact (&fixture->rig);
  call_rig_await_phase (&fixture->rig, ALOQA_PHASE_ENDED);
  g_assert_false (is_shown (fixture));
  g_assert_null (aloqa_incoming_view_get_call (ALOQA_INCOMING_VIEW (fixture->view)));
}

static gboolean
shows_picture (gpointer video)
{
  return !aloqa_video_view_is_blank (video);
}

/* Nobody's camera lights up unasked, and the call gets it from the preview. */
static void
test_preview_is_off_until_asked_for (Fixture *fixture, gconstpointer data)
{
  AloqaVideoView *preview = ALOQA_VIDEO_VIEW (call_rig_find (fixture->view, "AloqaVideoView"));
  GtkWidget *button = call_rig_find (fixture->view, "GtkToggleButton");
  g_autoptr (GdkTexture) shot = NULL;

  ring (fixture, NULL);
  g_assert_null (aloqa_video_view_get_feed (preview));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), TRUE);
  aloqa_test_wait_until (shows_picture, preview);
  shot = call_rig_shoot (&fixture->rig, "incoming-preview");
  gtk_widget_activate_action (fixture->view, "incoming.answer", NULL);
  g_assert_null (aloqa_video_view_get_feed (preview));
  call_rig_await_phase (&fixture->rig, ALOQA_PHASE_CONNECTED);
  g_assert_true (aloqa_live_call_get_flow (fixture->rig.call)->send_video);
}

/* However it ends, the camera goes with the card. */
static void
test_a_cancelled_call_takes_the_preview_with_it (Fixture *fixture, gconstpointer data)
{
  AloqaVideoView *preview = ALOQA_VIDEO_VIEW (call_rig_find (fixture->view, "AloqaVideoView"));
  GtkWidget *button = call_rig_find (fixture->view, "GtkToggleButton");

  ring (fixture, NULL);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), TRUE);
  aloqa_test_wait_until (shows_picture, preview);
  call_rig_stop_contact (&fixture->rig);
  call_rig_await_phase (&fixture->rig, ALOQA_PHASE_ENDED);
  g_assert_null (aloqa_video_view_get_feed (preview));
  g_assert_false (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (button)));
}

/* A notification cannot be looked into; that it can be made is what is left. */
static void
test_notification_is_made (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GNotification) notification = NULL;

  ring (fixture, NULL);
  notification = aloqa_incoming_notification_new (fixture->rig.call);
  g_assert_true (G_IS_NOTIFICATION (notification));
}

#define ADD(name, func) g_test_add ("/ui/incoming/" name, Fixture, NULL, set_up, func, tear_down)

static void
add_tests (GSubprocess *display)
{
  ADD ("shows-who-calls-and-takes-no-focus", test_shows_who_calls_and_takes_no_focus);
  ADD ("long-words-leave-the-buttons-in-the-window",
       test_long_words_leave_the_buttons_in_the_window);
  ADD ("audio-call-offers-no-video", test_audio_call_offers_no_video);
  ADD ("answering-without-video", test_answering_without_video);
  ADD ("declining-hides-it-at-once", test_declining_hides_it_at_once);
  ADD ("cancelled-call-disappears", test_cancelled_call_disappears);
  ADD ("preview-is-off-until-asked-for", test_preview_is_off_until_asked_for);
  ADD ("a-cancelled-call-takes-the-preview-with-it",
       test_a_cancelled_call_takes_the_preview_with_it);
  ADD ("notification-is-made", test_notification_is_made);
}

int
main (int argc, char **argv)
{
  return call_rig_run_tests (argc, argv, add_tests);
}
