/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/devices.h"
#include "media/media.h"
#include "media/retiring.h"
#include "media/video-capture.h"
#include "media/video-source-camera.h"
#include "session/camera-access.h"
#include "session/local-media.h"
#include "support/device-run.h"
#include "support/test-bus.h"

#include <string.h>

/*
 * The camera through the real xdg-desktop-portal, on a PipeWire of its own. The backend that would
 * ask the person is this program.
 */
#define PORTAL_PROGRAM "/usr/libexec/xdg-desktop-portal"
#define BACKEND_NAME "org.freedesktop.impl.portal.desktop.fake"

enum { ANSWER_YES, ANSWER_NO, ANSWER_LATER };

static AloqaTestSession *session;
static GDBusConnection *bus;
static guint answer, n_questions;
static GDBusMethodInvocation *question; /* to be answered later */

static const char backend_xml[] =
    "<node><interface name='org.freedesktop.impl.portal.Access'><method name='AccessDialog'>"
    "<arg type='o' direction='in'/><arg type='s' direction='in'/><arg type='s' direction='in'/>"
    "<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='s' direction='in'/>"
    "<arg type='a{sv}' direction='in'/>"
    "<arg type='u' direction='out'/><arg type='a{sv}' direction='out'/>"
    "</method></interface></node>";

static void
give_answer (guint response)
{
  g_dbus_method_invocation_return_value (g_steal_pointer (&question),
                                         g_variant_new ("(ua{sv})", response, NULL));
}

static void
ask_cb (GDBusConnection *connection, const char *sender, const char *path, const char *interface,
        const char *method, GVariant *parameters, GDBusMethodInvocation *invocation,
        gpointer user_data)
{
  n_questions++;
  question = invocation;
  if (answer != ANSWER_LATER)
    give_answer (answer);
}

static gboolean
has_owner (gpointer name)
{
  return aloqa_test_bus_has_owner (bus, name);
}

static void
start_backend (void)
{
  static const GDBusInterfaceVTable vtable = { .method_call = ask_cb };
  g_autoptr (GDBusNodeInfo) info = g_dbus_node_info_new_for_xml (backend_xml, NULL);
  g_autoptr (GError) error = NULL;

  bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  g_assert_no_error (error);
  g_dbus_connection_register_object (bus, "/org/freedesktop/portal/desktop", info->interfaces[0],
                                     &vtable, NULL, NULL, &error);
  g_assert_no_error (error);
  g_bus_own_name_on_connection (bus, BACKEND_NAME, G_BUS_NAME_OWNER_FLAGS_NONE, NULL, NULL, NULL,
                                NULL);
  aloqa_test_wait_until (has_owner, (gpointer) BACKEND_NAME);
}

static void
start_portal (void)
{
  static const char portal[] = "[portal]\nDBusName=" BACKEND_NAME "\n"
                               "Interfaces=org.freedesktop.impl.portal.Access\nUseIn=fake\n";
  g_autofree char *folder = g_build_filename (g_getenv ("HOME"), "portals", NULL);
  g_autofree char *path = g_build_filename (folder, "fake.portal", NULL);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, portal, -1, NULL));
  g_setenv ("XDG_DESKTOP_PORTAL_DIR", folder, TRUE);
  g_setenv ("XDG_CURRENT_DESKTOP", "fake", TRUE);
  aloqa_test_session_spawn (session, (const char *const[]){ PORTAL_PROGRAM, NULL });
  aloqa_test_wait_until (has_owner, (gpointer) "org.freedesktop.portal.Desktop");
}

typedef struct {
  AloqaVideoCapture *capture;
  char *switched;
  GError *error;
} Fixture;

static void
switched_cb (AloqaVideoCapture *capture, const char *source, Fixture *f)
{
  g_free (f->switched);
  f->switched = g_strdup (source);
}

static void
error_cb (AloqaVideoCapture *capture, const GError *error, Fixture *f)
{
  g_clear_error (&f->error);
  f->error = g_error_copy (error);
}

/* The desktop remembers an answer; an error says that there was none. */
static void
forget_answer (void)
{
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
      bus, "org.freedesktop.impl.portal.PermissionStore",
      "/org/freedesktop/impl/portal/PermissionStore", "org.freedesktop.impl.portal.PermissionStore",
      "Delete", g_variant_new ("(ss)", "devices", "camera"), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL,
      NULL);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  forget_answer ();
  n_questions = 0;
  aloqa_camera_access_use_portal (TRUE);
  f->capture = aloqa_video_capture_new (320, 240, 30);
  g_signal_connect (f->capture, "switched", G_CALLBACK (switched_cb), f);
  g_signal_connect (f->capture, "error", G_CALLBACK (error_cb), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->capture);
  aloqa_retiring_wait ();
  aloqa_test_drain ();
  aloqa_camera_access_use_portal (FALSE);
  g_clear_pointer (&f->switched, g_free);
  g_clear_error (&f->error);
}

static gboolean
is_over (gpointer user_data)
{
  Fixture *f = user_data;

  return f->switched != NULL || f->error != NULL;
}

static void
open_camera (Fixture *f)
{
  g_clear_pointer (&f->switched, g_free);
  g_clear_error (&f->error);
  g_assert_true (aloqa_video_capture_set_source (f->capture, "camera", NULL));
  aloqa_video_capture_start (f->capture);
  aloqa_test_wait_until (is_over, f);
}

static void
test_refusal_is_told (Fixture *f, gconstpointer data)
{
  answer = ANSWER_NO;
  open_camera (f);
  g_assert_error (f->error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_DENIED);
  g_assert_nonnull (strstr (f->error->message, "The camera may not be used"));
  g_assert_cmpuint (aloqa_test_session_count_links (session, "cam"), ==, 0);
}

static gboolean
is_ready (gpointer devices)
{
  return aloqa_devices_is_ready (devices);
}

static void
test_nobody_is_asked_for_a_list (Fixture *f, gconstpointer data)
{
  g_autoptr (AloqaDevices) devices = aloqa_devices_new ();

  answer = ANSWER_YES;
  aloqa_test_wait_until (is_ready, devices);
  g_assert_cmpuint (n_questions, ==, 0);
  g_assert_null (aloqa_devices_lookup (devices, ALOQA_DEVICE_CAMERA, ""));
}

static gboolean
is_unlinked (gpointer name)
{
  return aloqa_test_session_count_links (session, name) == 0;
}

static void
test_granted_camera_gives_pictures (Fixture *f, gconstpointer data)
{
  answer = ANSWER_YES;
  for (guint i = 0; i < 2; i++) {
    open_camera (f);
    g_assert_no_error (f->error);
    g_assert_cmpstr (f->switched, ==, "camera");
    aloqa_video_capture_stop (f->capture);
    aloqa_test_wait_until (is_unlinked, (gpointer) "cam");
    g_assert_cmpuint (n_questions, ==, 1);
  }
}

static void
ignore_switch (gpointer owner, guint inlet_id)
{
}

static void
ignore_failure (gpointer owner, guint inlet_id, const GError *error)
{
}

static gboolean
was_asked (gpointer user_data)
{
  return question != NULL;
}

static gboolean
asks_no_more (gpointer source)
{
  return !aloqa_source_may_be_silent (source);
}

static gboolean
is_gone (gpointer weak_pointer)
{
  return *(gpointer *) weak_pointer == NULL;
}

static void
test_camera_asks_until_the_person_has_answered (Fixture *f, gconstpointer data)
{
  static const AloqaGateFuncs funcs = { ignore_switch, ignore_failure };
  AloqaFeed *feed = aloqa_video_capture_get_feed (f->capture);
  g_autoptr (AloqaGate) gate = aloqa_gate_new (feed, &funcs, f->capture);
  guint inlet_id;
  g_autoptr (AloqaInlet) inlet = aloqa_gate_add_inlet (gate, &inlet_id);
  GstVideoInfo info;
  AloqaSource *source;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_I420, 320, 240);
  info.fps_n = 30;
  source = aloqa_video_camera_new ("", &info);
  g_assert_false (aloqa_source_may_be_silent (source));

  answer = ANSWER_LATER;
  aloqa_source_open (source, inlet);
  aloqa_test_wait_until (was_asked, NULL);
  aloqa_test_drain ();
  g_assert_true (aloqa_source_may_be_silent (source));
  give_answer (ANSWER_YES);
  aloqa_test_wait_until (asks_no_more, source);
  aloqa_source_close (source);
  /* It looks for its device until the list is there. */
  g_object_add_weak_pointer (G_OBJECT (source), (gpointer *) &source);
  g_object_unref (source);
  aloqa_test_wait_until (is_gone, &source);
}

/* A whole side of a call, whose camera is refused again and again. */
typedef struct {
  AloqaLocalMedia *local;
  AloqaFlow flow;
  guint n_errors;
  guint n_expected;
} Refusal;

static void
refused_cb (Refusal *refusal, const char *role, const GError *error)
{
  g_assert_cmpstr (role, ==, "camera");
  g_assert_error (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_DENIED);
  refusal->n_errors++;
}

static gboolean
is_refused (gpointer user_data)
{
  Refusal *refusal = user_data;

  return refusal->n_errors == refusal->n_expected;
}

static void
await_refusal (Refusal *refusal)
{
  refusal->n_expected++;
  aloqa_test_wait_until (is_refused, refusal);
}

/* What was asked before is answered before. */
static void
assert_nobody_was_asked (Refusal *refusal, Fixture *f)
{
  open_camera (f);
  aloqa_video_capture_stop (f->capture);
  g_assert_cmpuint (refusal->n_errors, ==, refusal->n_expected);
}

static void
set_video (Refusal *refusal, gboolean is_on, gboolean is_held)
{
  refusal->flow.send_video = is_on && !is_held;
  refusal->flow.is_held = is_held;
  aloqa_local_media_set_flow (refusal->local, &refusal->flow);
}

static void
test_refused_camera_is_asked_for_by_hand_only (Fixture *f, gconstpointer data)
{
  g_autoptr (AloqaMediaSettings) settings = aloqa_media_settings_new ();
  Refusal refusal = { .flow = { .has_video = TRUE, .send_audio = TRUE } };

  answer = ANSWER_NO;
  g_free (settings->video_source);
  settings->video_source = g_strdup ("camera");
  g_free (settings->audio_source);
  settings->audio_source = g_strdup ("silence");
  refusal.local = aloqa_local_media_new (settings);
  g_signal_connect_swapped (refusal.local, "error", G_CALLBACK (refused_cb), &refusal);
  aloqa_local_media_open (refusal.local);
  set_video (&refusal, TRUE, FALSE);
  await_refusal (&refusal);

  refusal.flow.is_muted = TRUE;
  aloqa_local_media_set_flow (refusal.local, &refusal.flow);
  assert_nobody_was_asked (&refusal, f);
  set_video (&refusal, TRUE, TRUE);
  set_video (&refusal, TRUE, FALSE);
  assert_nobody_was_asked (&refusal, f);
  aloqa_local_media_apply_settings (refusal.local, settings);
  assert_nobody_was_asked (&refusal, f);

  set_video (&refusal, FALSE, FALSE);
  set_video (&refusal, TRUE, FALSE);
  await_refusal (&refusal);
  g_assert_true (aloqa_local_media_set_video_source (refusal.local, "camera", NULL));
  await_refusal (&refusal);
  aloqa_local_media_close (refusal.local);
  aloqa_local_media_open (refusal.local);
  set_video (&refusal, TRUE, FALSE);
  await_refusal (&refusal);
  g_assert_finalize_object (refusal.local);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/session/camera-access/" name, Fixture, NULL, set_up, func, tear_down)

static void
add_tests (void)
{
  start_backend ();
  start_portal ();
  aloqa_test_session_add_camera (session, "cam", "Camera", "320x240@30", "I420", "100");
  ADD ("refusal-is-told", test_refusal_is_told);
  ADD ("nobody-is-asked-for-a-list", test_nobody_is_asked_for_a_list);
  ADD ("camera-asks-until-the-person-has-answered", test_camera_asks_until_the_person_has_answered);
  ADD ("refused-camera-is-asked-for-by-hand-only", test_refused_camera_is_asked_for_by_hand_only);
  ADD ("granted-camera-gives-pictures", test_granted_camera_gives_pictures);
}

int
main (int argc, char **argv)
{
  if (!g_file_test (PORTAL_PROGRAM, G_FILE_TEST_IS_EXECUTABLE)) {
    g_print ("1..0 # SKIP xdg-desktop-portal is not installed\n");
    return 77;
  }

  return aloqa_test_run_with_devices (argc, argv, &session, add_tests);
}
