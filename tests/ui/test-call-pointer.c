/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/call-view.h"

#include "ui/call-rig.h"
#include "ui/display.h"
#include "ui/video-view.h"

#include <gdk/x11/gdkx.h>

/* A call under a real pointer, which xdotool moves. */
typedef struct {
  CallRig rig;
  GtkWidget *corner;
} Fixture;

static gboolean
is_seen (gpointer widget)
{
  return gtk_widget_get_mapped (widget) && gtk_widget_get_opacity (widget) == 1;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  call_rig_set_up_view (&fixture->rig, data);
  fixture->corner = call_rig_find (fixture->rig.view, "AloqaCallCorner");
  call_rig_start_contact (&fixture->rig, NULL);
  call_rig_show (&fixture->rig, fixture->rig.view, 640, 480);
  call_rig_dial (&fixture->rig, ALOQA_CALL_VIDEO);
  call_rig_await_phase (&fixture->rig, ALOQA_PHASE_CONNECTED);
  aloqa_test_wait_until (is_seen, fixture->corner);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  call_rig_tear_down (&fixture->rig, data);
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_wait_check_finish (G_SUBPROCESS (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

static gboolean
is_true (gpointer user_data)
{
  return *(gboolean *) user_data;
}

/* Takes @command over, whose words are apart by one space. */
static void
run (char *command)
{
  g_autofree char *text = command;
  g_auto (GStrv) argv = g_strsplit (text, " ", -1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process =
      g_subprocess_newv ((const char *const *) argv, G_SUBPROCESS_FLAGS_NONE, &error);
  gboolean is_done = FALSE;

  g_assert_no_error (error);
  g_subprocess_wait_check_async (process, NULL, done_cb, &is_done);
  aloqa_test_wait_until (is_true, &is_done);
}

/* The pointer goes to a place on @widget, given in parts of its size. */
static void
point_at (Fixture *fixture, GtkWidget *widget, double part_x, double part_y)
{
  GtkNative *native = GTK_NATIVE (fixture->rig.window);
  double x, y, surface_x, surface_y;

  gtk_widget_translate_coordinates (widget, GTK_WIDGET (native),
                                    gtk_widget_get_width (widget) * part_x,
                                    gtk_widget_get_height (widget) * part_y, &x, &y);
  gtk_native_get_surface_transform (native, &surface_x, &surface_y);
  run (g_strdup_printf ("xdotool mousemove --window %lu %d %d",
                        gdk_x11_surface_get_xid (gtk_native_get_surface (native)),
                        (int) (x + surface_x), (int) (y + surface_y)));
}

static gboolean
is_at_top_left (gpointer user_data)
{
  Fixture *fixture = user_data;
  graphene_rect_t bounds;

  return gtk_widget_compute_bounds (fixture->corner, fixture->rig.view, &bounds) &&
         bounds.origin.x < 20 && bounds.origin.y < 80;
}

static void
test_own_picture_is_dragged_to_another_corner (Fixture *fixture, gconstpointer data)
{
  g_assert_false (is_at_top_left (fixture));
  point_at (fixture, fixture->corner, 0.5, 0.5);
  run (g_strdup ("xdotool mousedown 1"));
  point_at (fixture, fixture->rig.view, 0.6, 0.5);
  point_at (fixture, fixture->rig.view, 0.3, 0.3);
  run (g_strdup ("xdotool mouseup 1"));
  aloqa_test_wait_until (is_at_top_left, fixture);
}

static gboolean
is_swapped (gpointer view)
{
  gboolean is_on;

  g_object_get (view, "swapped", &is_on, NULL);
  return is_on;
}

static void
test_click_on_own_picture_swaps (Fixture *fixture, gconstpointer data)
{
  point_at (fixture, fixture->corner, 0.3, 0.7);
  run (g_strdup ("xdotool click 1"));
  aloqa_test_wait_until (is_swapped, fixture->rig.view);
}

static gboolean
is_fullscreen (gpointer window)
{
  return gtk_window_is_fullscreen (window);
}

static void
test_double_click_fills_the_screen (Fixture *fixture, gconstpointer data)
{
  point_at (fixture, fixture->rig.view, 0.4, 0.5);
  run (g_strdup ("xdotool click --repeat 2 --delay 50 1"));
  aloqa_test_wait_until (is_fullscreen, fixture->rig.window);
}

static gboolean
is_muted (gpointer call)
{
  return aloqa_live_call_get_flow (call)->is_muted;
}

static gboolean
is_over (gpointer call)
{
  return aloqa_live_call_get_phase (call) == ALOQA_PHASE_ENDED;
}

/* A key from anywhere, on a desktop that never tells of its release; the call is muted. */
static void
assert_presses_begin_and_end (AloqaLiveCall *call)
{
  const AloqaFlow *flow = aloqa_live_call_get_flow (call);

  for (guint i = 0; i < 4; i++) {
    aloqa_live_call_set_talking (call, TRUE);
    g_assert_cmpint (flow->is_muted, ==, i % 2);
  }

  /* The button mutes as well, and the next press begins anew. */
  aloqa_live_call_set_talking (call, TRUE);
  aloqa_live_call_set_muted (call, TRUE);
  aloqa_live_call_set_talking (call, TRUE);
  g_assert_false (flow->is_muted);
}

static void
test_keys_reach_the_call (Fixture *fixture, gconstpointer data)
{
  run (g_strdup ("xdotool key ctrl+d"));
  aloqa_test_wait_until (is_muted, fixture->rig.call);
  assert_presses_begin_and_end (fixture->rig.call);
  run (g_strdup ("xdotool key ctrl+w"));
  aloqa_test_wait_until (is_over, fixture->rig.call);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/ui/call-pointer/" name, Fixture, NULL, set_up, func, tear_down)

static void
skip (void)
{
  g_test_skip ("openbox or xdotool is not installed");
}

static void
add_tests (GSubprocess *display)
{
  g_autofree char *xdotool = g_find_program_in_path ("xdotool");

  if (!display_has_window_manager (display) || xdotool == NULL) {
    g_test_add_func ("/ui/call-pointer", skip);
    return;
  }
  ADD ("own-picture-is-dragged-to-another-corner", test_own_picture_is_dragged_to_another_corner);
  ADD ("click-on-own-picture-swaps", test_click_on_own_picture_swaps);
  ADD ("double-click-fills-the-screen", test_double_click_fills_the_screen);
  ADD ("keys-reach-the-call", test_keys_reach_the_call);
}

int
main (int argc, char **argv)
{
  return call_rig_run_tests (argc, argv, add_tests);
}
