/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/call-view.h"

#include "ui/call-monitor.h"
#include "ui/call-rig.h"
#include "ui/display.h"
#include "ui/video-view.h"

typedef struct {
  CallRig rig;
  AloqaVideoView *video; /* of the other side */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  call_rig_set_up_view (&fixture->rig, data);
  fixture->video = ALOQA_VIDEO_VIEW (call_rig_find (fixture->rig.view, "AloqaVideoView"));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  call_rig_tear_down (&fixture->rig, data);
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
  call_rig_show (&fixture->rig, fixture->rig.view, 640, 480);
  call_rig_dial (&fixture->rig, ALOQA_CALL_VIDEO);
  aloqa_test_wait_until (shows_picture, fixture->video);
  aloqa_test_wait_until (has_moved_on, &(Progress){ paintable, 30 });
  shot = call_rig_shoot (&fixture->rig, "call-video");
  g_assert_cmpint (gdk_texture_get_width (shot), >, 600);
}

static void
test_ringing_is_said_once_it_rings (Fixture *fixture, gconstpointer data)
{
  call_rig_start_contact (&fixture->rig, (const char *const[]){ "--delay", "60000", NULL });
  call_rig_show (&fixture->rig, fixture->rig.view, 360, 640);
  call_rig_dial (&fixture->rig, ALOQA_CALL_AUDIO);
  g_assert_true (call_rig_says (fixture->rig.view, "Calling…"));
  g_assert_false (call_rig_says (fixture->rig.view, "Ringing…"));
  call_rig_await_phase (&fixture->rig, ALOQA_PHASE_RINGING);
  g_assert_true (call_rig_says (fixture->rig.view, "Ringing…"));
  gtk_widget_activate_action (fixture->rig.view, "call.hang-up", NULL);
  call_rig_await_words (fixture->rig.view, "You cancelled the call.");
  g_assert_false (aloqa_call_view_is_running (ALOQA_CALL_VIEW (fixture->rig.view)));
}

static void
call_again_cb (GtkWidget *view, AloqaContact *contact, int kind, int protocol, guint *n_asked)
{
  g_assert_cmpstr (aloqa_contact_get_username (contact), ==, "echo");
  g_assert_cmpint (kind, ==, ALOQA_CALL_VIDEO);
  g_assert_cmpint (protocol, ==, ALOQA_DIAL_AUTO);
  (*n_asked)++;
}

/* And repeated once more where that was refused: nothing took its place. */
static void
test_declined_call_can_be_repeated (Fixture *fixture, gconstpointer data)
{
  GtkWidget *summary = call_rig_find (fixture->rig.view, "AloqaCallSummary");
  guint n_asked = 0;

  g_signal_connect (fixture->rig.view, "call-again", G_CALLBACK (call_again_cb), &n_asked);
  call_rig_start_contact (&fixture->rig, (const char *const[]){ "--reject", NULL });
  call_rig_show (&fixture->rig, fixture->rig.view, 360, 640);
  call_rig_dial (&fixture->rig, ALOQA_CALL_VIDEO);
  call_rig_await_words (fixture->rig.view, "declined.");
  for (guint i = 1; i <= 2; i++) {
    g_signal_emit_by_name (summary, "call-again");
    g_assert_cmpuint (n_asked, ==, i);
    g_assert_true (call_rig_says (fixture->rig.view, "declined."));
  }
  aloqa_call_view_set_call (ALOQA_CALL_VIEW (fixture->rig.view), NULL);
  g_signal_emit_by_name (summary, "call-again");
  g_assert_cmpuint (n_asked, ==, 2);
}

static gboolean
shows_no_picture (gpointer video)
{
  return aloqa_video_view_is_blank (video);
}

static void
test_camera_that_is_off_shows_the_avatar (Fixture *fixture, gconstpointer data)
{
  call_rig_start_contact (&fixture->rig, NULL);
  call_rig_show (&fixture->rig, fixture->rig.view, 640, 480);
  call_rig_dial (&fixture->rig, ALOQA_CALL_VIDEO);
  aloqa_test_wait_until (shows_picture, fixture->video);
  g_assert_false (call_rig_says (fixture->rig.view, "Their camera is off"));
  call_rig_tell_contact (&fixture->rig, "video off");
  aloqa_test_wait_until (shows_no_picture, fixture->video);
  call_rig_await_words (fixture->rig.view, "Their camera is off");
  call_rig_tell_contact (&fixture->rig, "video on");
  aloqa_test_wait_until (shows_picture, fixture->video);
}

static void
assert_state (Fixture *fixture, const char *property, gboolean expected)
{
  gboolean is_on;

  g_object_get (fixture->rig.view, property, &is_on, NULL);
  g_assert_cmpint (is_on, ==, expected);
}

static void
test_controls_reach_the_call (Fixture *fixture, gconstpointer data)
{
  const AloqaFlow *flow;

  call_rig_start_contact (&fixture->rig, NULL);
  call_rig_show (&fixture->rig, fixture->rig.view, 640, 480);
  call_rig_dial (&fixture->rig, ALOQA_CALL_VIDEO);
  call_rig_await_phase (&fixture->rig, ALOQA_PHASE_CONNECTED);
  flow = aloqa_live_call_get_flow (fixture->rig.call);

  gtk_widget_activate_action (fixture->rig.view, "call.toggle-mute", NULL);
  g_assert_true (flow->is_muted);
  assert_state (fixture, "muted", TRUE);
  gtk_widget_activate_action (fixture->rig.view, "call.toggle-camera", NULL);
  g_assert_false (flow->send_video);
  assert_state (fixture, "camera-off", TRUE);
  gtk_widget_activate_action (fixture->rig.view, "call.toggle-hold", NULL);
  g_assert_true (flow->is_held);
  call_rig_await_words (fixture->rig.view, "On hold");
  gtk_widget_activate_action (fixture->rig.view, "call.toggle-hold", NULL);
  gtk_widget_activate_action (fixture->rig.view, "call.toggle-mute", NULL);
  assert_state (fixture, "held", FALSE);
  assert_state (fixture, "muted", FALSE);
}

static void
test_silent_microphone_is_told (Fixture *fixture, gconstpointer data)
{
  AloqaLocalMedia *local =
      aloqa_call_controller_get_local_media (aloqa_session_get_controller (fixture->rig.session));
  g_autoptr (GError) error = NULL;

  call_rig_start_contact (&fixture->rig, NULL);
  call_rig_show (&fixture->rig, fixture->rig.view, 360, 640);
  call_rig_dial (&fixture->rig, ALOQA_CALL_AUDIO);
  call_rig_await_phase (&fixture->rig, ALOQA_PHASE_CONNECTED);
  aloqa_local_media_set_audio_source (local, "silence", &error);
  g_assert_no_error (error);
  call_rig_await_words (fixture->rig.view, "Your microphone is silent.");
  aloqa_local_media_set_audio_source (local, "test", &error);
  g_assert_no_error (error);
  call_rig_await_no_words (fixture->rig.view, "Your microphone is silent.");
}

static gboolean
says_no_microphone (gpointer monitor)
{
  return aloqa_call_monitor_get_hint (monitor) == ALOQA_HINT_NO_MICROPHONE;
}

static gboolean
says_no_more (gpointer monitor)
{
  return !says_no_microphone (monitor);
}

/* The hint for it stays for longer than silence is looked at before that is told. */
static void
test_no_microphone_is_not_a_silent_one (Fixture *fixture, gconstpointer data)
{
  AloqaLocalMedia *local =
      aloqa_call_controller_get_local_media (aloqa_session_get_controller (fixture->rig.session));
  g_autoptr (AloqaCallMonitor) monitor = NULL;
  g_autoptr (GError) error = NULL;

  aloqa_local_media_set_audio_source (local, "mic:none that is here", &error);
  g_assert_no_error (error);
  call_rig_start_contact (&fixture->rig, NULL);
  call_rig_show (&fixture->rig, fixture->rig.view, 360, 640);
  call_rig_dial (&fixture->rig, ALOQA_CALL_AUDIO);
  call_rig_await_phase (&fixture->rig, ALOQA_PHASE_CONNECTED);
  monitor = aloqa_call_monitor_new (fixture->rig.call, local);
  aloqa_test_wait_until (says_no_microphone, monitor);
  aloqa_test_wait_until (says_no_more, monitor);
  g_assert_cmpint (aloqa_call_monitor_get_hint (monitor), !=, ALOQA_HINT_MICROPHONE_SILENT);
}

static void
level_cb (double *level_db, double latest_db)
{
  *level_db = latest_db;
}

static gboolean
is_heard (gpointer level_db)
{
  return *(double *) level_db > -50;
}

static gboolean
is_quiet (gpointer level_db)
{
  return *(double *) level_db <= ALOQA_AUDIO_METER_FLOOR_DB;
}

/* The ring around the avatar must not stay as it was in the last moment before. */
static void
test_nobody_is_heard_on_hold (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AloqaCallMonitor) monitor = NULL;
  double level_db = ALOQA_AUDIO_METER_FLOOR_DB;

  call_rig_start_contact (&fixture->rig, NULL);
  call_rig_show (&fixture->rig, fixture->rig.view, 360, 640);
  call_rig_dial (&fixture->rig, ALOQA_CALL_AUDIO);
  monitor = aloqa_call_monitor_new (fixture->rig.call, NULL);
  g_signal_connect_swapped (monitor, "level", G_CALLBACK (level_cb), &level_db);
  aloqa_test_wait_until (is_heard, &level_db);
  gtk_widget_activate_action (fixture->rig.view, "call.toggle-hold", NULL);
  aloqa_test_wait_until (is_quiet, &level_db);
}

static gboolean
is_unseen (gpointer widget)
{
  return gtk_widget_get_opacity (widget) == 0;
}

static gboolean
is_seen (gpointer widget)
{
  return gtk_widget_get_visible (widget) && gtk_widget_get_opacity (widget) == 1;
}

static void
test_missing_camera_is_told_and_leaves_no_hole (Fixture *fixture, gconstpointer data)
{
  AloqaLocalMedia *local =
      aloqa_call_controller_get_local_media (aloqa_session_get_controller (fixture->rig.session));
  GtkWidget *corner = call_rig_find (fixture->rig.view, "AloqaCallCorner");
  g_autoptr (GError) error = NULL;

  call_rig_start_contact (&fixture->rig, NULL);
  call_rig_show (&fixture->rig, fixture->rig.view, 360, 640);
  call_rig_dial (&fixture->rig, ALOQA_CALL_VIDEO);
  aloqa_test_wait_until (is_seen, corner);
  aloqa_local_media_set_video_source (local, "camera:no-such-camera", &error);
  g_assert_no_error (error);
  call_rig_await_words (fixture->rig.view, "No camera was found.");
  aloqa_test_wait_until (is_unseen, corner);
}

static void
test_small_window_is_put_back (Fixture *fixture, gconstpointer data)
{
  int width_px, height_px;

  call_rig_start_contact (&fixture->rig, NULL);
  call_rig_show (&fixture->rig, fixture->rig.view, 640, 480);
  gtk_widget_set_size_request (GTK_WIDGET (fixture->rig.window), 360, 300);
  call_rig_dial (&fixture->rig, ALOQA_CALL_VIDEO);
  aloqa_test_wait_until (shows_picture, fixture->video);
  gtk_widget_activate_action (fixture->rig.view, "call.compact", NULL);
  assert_state (fixture, "compact", TRUE);
  gtk_window_get_default_size (fixture->rig.window, &width_px, &height_px);
  g_assert_cmpint (width_px, <, 360);
  gtk_widget_activate_action (fixture->rig.view, "call.hang-up", NULL);
  assert_state (fixture, "compact", FALSE);
  gtk_widget_get_size_request (GTK_WIDGET (fixture->rig.window), &width_px, &height_px);
  g_assert_cmpint (width_px, ==, 360);
  g_assert_cmpint (height_px, ==, 300);
}

static gboolean
has_received_more (gpointer user_data)
{
  AloqaCallStats stats;
  static guint n_frames;

  aloqa_call_media_take_stats (user_data, &stats);
  n_frames += stats.video.n_frames;
  return n_frames > 20;
}

static void
test_hidden_window_costs_nothing (Fixture *fixture, gconstpointer data)
{
  AloqaVideoPaintable *paintable = aloqa_video_view_get_paintable (fixture->video);
  guint64 n_converted;

  call_rig_start_contact (&fixture->rig, NULL);
  call_rig_show (&fixture->rig, fixture->rig.view, 640, 480);
  call_rig_dial (&fixture->rig, ALOQA_CALL_VIDEO);
  aloqa_test_wait_until (shows_picture, fixture->video);
  gtk_widget_set_visible (GTK_WIDGET (fixture->rig.window), FALSE);
  n_converted = aloqa_video_paintable_get_n_converted (paintable);
  aloqa_test_wait_until (has_received_more, aloqa_live_call_get_media (fixture->rig.call));
  /* One may have been under way. */
  g_assert_cmpuint (aloqa_video_paintable_get_n_converted (paintable), <=, n_converted + 1);
  gtk_widget_set_visible (GTK_WIDGET (fixture->rig.window), TRUE);
  aloqa_test_wait_until (has_moved_on, &(Progress){ paintable, n_converted + 10 });
}

/* As the keyboard does it: GTK has no other way in for a test than its controllers. */
static gboolean
press (Fixture *fixture, guint keyval, gboolean is_down)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (fixture->rig.view);
  gboolean is_handled = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++) {
    g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

    if (!GTK_IS_EVENT_CONTROLLER_KEY (controller))
      continue;
    if (is_down)
      g_signal_emit_by_name (controller, "key-pressed", keyval, 0, 0, &is_handled);
    else
      g_signal_emit_by_name (controller, "key-released", keyval, 0, 0);
  }
  return is_handled;
}

static void
test_space_talks_while_muted (Fixture *fixture, gconstpointer data)
{
  const AloqaFlow *flow;

  call_rig_start_contact (&fixture->rig, NULL);
  call_rig_show (&fixture->rig, fixture->rig.view, 640, 480);
  call_rig_dial (&fixture->rig, ALOQA_CALL_AUDIO);
  call_rig_await_phase (&fixture->rig, ALOQA_PHASE_CONNECTED);
  flow = aloqa_live_call_get_flow (fixture->rig.call);

  g_assert_false (press (fixture, GDK_KEY_space, TRUE)); /* not muted: it is the button's */
  press (fixture, GDK_KEY_space, FALSE);
  g_assert_false (flow->is_muted);

  aloqa_live_call_set_muted (fixture->rig.call, TRUE);
  g_assert_true (press (fixture, GDK_KEY_space, TRUE));
  g_assert_false (flow->is_muted);
  g_assert_true (press (fixture, GDK_KEY_space, TRUE)); /* it repeats while held */
  g_assert_false (flow->is_muted);
  press (fixture, GDK_KEY_space, FALSE);
  g_assert_true (flow->is_muted);
}

static gboolean
are_controls_hidden (gpointer view)
{
  GtkWidget *controls = call_rig_find (view, "AloqaCallControls");

  return !gtk_revealer_get_reveal_child (GTK_REVEALER (gtk_widget_get_parent (controls)));
}

static gboolean
is_fullscreen (gpointer window)
{
  return gtk_window_is_fullscreen (window);
}

static gboolean
is_no_fullscreen (gpointer window)
{
  return !gtk_window_is_fullscreen (window);
}

static void
test_controls_hide_in_full_screen_and_come_back (Fixture *fixture, gconstpointer data)
{
  call_rig_start_contact (&fixture->rig, NULL);
  call_rig_show (&fixture->rig, fixture->rig.view, 640, 480);
  call_rig_dial (&fixture->rig, ALOQA_CALL_VIDEO);
  aloqa_test_wait_until (shows_picture, fixture->video);
  gtk_widget_activate_action (fixture->rig.view, "call.fullscreen", NULL);
  aloqa_test_wait_until (is_fullscreen, fixture->rig.window);
  press (fixture, GDK_KEY_Shift_L, TRUE);
  g_assert_false (are_controls_hidden (fixture->rig.view));
  aloqa_test_wait_until (are_controls_hidden, fixture->rig.view);
  press (fixture, GDK_KEY_Shift_L, TRUE);
  g_assert_false (are_controls_hidden (fixture->rig.view));
  gtk_widget_activate_action (fixture->rig.view, "call.hang-up", NULL);
  aloqa_test_wait_until (is_no_fullscreen, fixture->rig.window);
}

/* Everything that is an icon only. */
static gboolean
needs_name (GtkWidget *widget)
{
  if (gtk_widget_get_ancestor (widget, GTK_TYPE_WINDOW_CONTROLS) != NULL ||
      g_str_equal (G_OBJECT_TYPE_NAME (gtk_widget_get_parent (widget)), "AdwBackButton"))
    return FALSE; /* GTK's and Adwaita's own */
  if (GTK_IS_BUTTON (widget))
    return gtk_button_get_label (GTK_BUTTON (widget)) == NULL &&
           !GTK_IS_MENU_BUTTON (gtk_widget_get_parent (widget));
  return GTK_IS_MENU_BUTTON (widget);
}

static guint
count_named (GtkWidget *widget)
{
  guint n_named = 0;

  if (needs_name (widget)) {
    g_test_message ("%s “%s”", G_OBJECT_TYPE_NAME (widget), gtk_widget_get_tooltip_text (widget));
    g_assert_true (
        gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL));
    g_assert_nonnull (gtk_widget_get_tooltip_text (widget));
    n_named++;
  }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n_named += count_named (child);
  return n_named;
}

static void
test_every_control_has_a_name_and_a_tooltip (Fixture *fixture, gconstpointer data)
{
  call_rig_show (&fixture->rig, fixture->rig.view, 640, 480);
  g_assert_cmpuint (count_named (fixture->rig.view), >=, 10);
}

#define ADD(name, func) g_test_add ("/ui/call-view/" name, Fixture, NULL, set_up, func, tear_down)

static void
add_tests (GSubprocess *display)
{
  ADD ("remote-picture-moves", test_remote_picture_moves);
  ADD ("ringing-is-said-once-it-rings", test_ringing_is_said_once_it_rings);
  ADD ("declined-call-can-be-repeated", test_declined_call_can_be_repeated);
  ADD ("camera-that-is-off-shows-the-avatar", test_camera_that_is_off_shows_the_avatar);
  ADD ("controls-reach-the-call", test_controls_reach_the_call);
  ADD ("silent-microphone-is-told", test_silent_microphone_is_told);
  ADD ("no-microphone-is-not-a-silent-one", test_no_microphone_is_not_a_silent_one);
  ADD ("nobody-is-heard-on-hold", test_nobody_is_heard_on_hold);
  ADD ("missing-camera-is-told-and-leaves-no-hole", test_missing_camera_is_told_and_leaves_no_hole);
  ADD ("small-window-is-put-back", test_small_window_is_put_back);
  ADD ("hidden-window-costs-nothing", test_hidden_window_costs_nothing);
  ADD ("space-talks-while-muted", test_space_talks_while_muted);
  if (display_has_window_manager (display))
    ADD ("controls-hide-in-full-screen-and-come-back",
         test_controls_hide_in_full_screen_and_come_back);
  ADD ("every-control-has-a-name-and-a-tooltip", test_every_control_has_a_name_and_a_tooltip);
}

int
main (int argc, char **argv)
{
  return call_rig_run_tests (argc, argv, add_tests);
}
