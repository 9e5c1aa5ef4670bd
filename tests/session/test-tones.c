/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/calls-rig.h"

#include "media/media.h"
#include "session/call-controller-private.h"
#include "support/media-run.h"

#include <glib/gstdio.h>

/* Where what rings is heard: files stand for the speakers. */
typedef struct {
  CallsRig rig;
  char *ring, *call;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (AloqaMediaSettings) settings = calls_rig_make_settings ();

  calls_rig_set_up (&f->rig, data);
  f->ring = g_build_filename (f->rig.folder, "ring.wav", NULL);
  f->call = g_build_filename (f->rig.folder, "call.wav", NULL);
  g_free (settings->ring_sink);
  g_free (settings->audio_sink);
  settings->ring_sink = g_strconcat ("file:", f->ring, NULL);
  settings->audio_sink = g_strconcat ("file:", f->call, NULL);
  aloqa_session_set_media_settings (f->rig.session, settings);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  calls_rig_tear_down (&f->rig, data);
  g_free (f->ring);
  g_free (f->call);
}

static gboolean
is_heard (gpointer path)
{
  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
test_who_is_called_hears_it_where_it_rings (Fixture *f, gconstpointer data)
{
  calls_rig_ring (&f->rig);
  aloqa_test_wait_until (is_heard, f->ring);
  g_assert_false (is_heard (f->call));
}

/* The same as the voice that it waits for. */
static void
test_who_calls_hears_it_where_the_call_is (Fixture *f, gconstpointer data)
{
  g_autoptr (AloqaContact) vali = aloqa_contact_new (3, "vali", "Vali", NULL);

  aloqa_call_controller_dial (aloqa_session_get_controller (f->rig.session), vali, ALOQA_CALL_AUDIO,
                              ALOQA_DIAL_NEW, 0);
  aloqa_test_wait_until (is_heard, f->call);
  g_assert_false (is_heard (f->ring));
}

static void
test_nothing_rings_for_who_must_not_be_disturbed (Fixture *f, gconstpointer data)
{
  AloqaCallController *controller = aloqa_session_get_controller (f->rig.session);
  g_autoptr (AloqaContact) guli = aloqa_contact_new (9, "guli", "Guli", NULL);

  aloqa_call_controller_set_do_not_disturb (controller, TRUE);
  g_assert_true (aloqa_live_call_is_unseen (calls_rig_ring (&f->rig)));
  aloqa_call_controller_dial (controller, guli, ALOQA_CALL_AUDIO, ALOQA_DIAL_NEW, 0);
  aloqa_test_wait_until (is_heard, f->call);
  g_assert_false (is_heard (f->ring));
}

/* The connection is lost for a moment: what rings is stopped, and begun again. */
static void
test_what_was_silenced_stays_so_when_the_server_is_back (Fixture *f, gconstpointer data)
{
  AloqaCallController *controller = aloqa_session_get_controller (f->rig.session);
  const AloqaCallEvent lost = { .type = ALOQA_CALL_EVENT_SIGNALLING_LOST };
  const AloqaCallEvent back = { .type = ALOQA_CALL_EVENT_SIGNALLING_CONNECTED };
  g_autoptr (AloqaContact) guli = aloqa_contact_new (9, "guli", "Guli", NULL);
  AloqaLiveCall *call = calls_rig_ring (&f->rig);

  aloqa_test_wait_until (is_heard, f->ring);
  aloqa_call_controller_set_do_not_disturb (controller, TRUE);
  g_assert_cmpint (g_unlink (f->ring), ==, 0);
  aloqa_call_controller_handle (&lost, controller);
  aloqa_call_controller_handle (&back, controller);
  g_assert_cmpint (aloqa_live_call_get_phase (call), ==, ALOQA_PHASE_INCOMING);
  aloqa_live_call_hang_up (call);
  aloqa_call_controller_dial (controller, guli, ALOQA_CALL_AUDIO, ALOQA_DIAL_NEW, 0);
  aloqa_test_wait_until (is_heard, f->call);
  g_assert_false (is_heard (f->ring));
}

#define ADD(name, func) g_test_add ("/session/tones/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  aloqa_test_init (&argc, &argv);
  aloqa_media_init (&error);
  g_assert_no_error (error);
  ADD ("who-is-called-hears-it-where-it-rings", test_who_is_called_hears_it_where_it_rings);
  ADD ("who-calls-hears-it-where-the-call-is", test_who_calls_hears_it_where_the_call_is);
  ADD ("nothing-rings-for-who-must-not-be-disturbed",
       test_nothing_rings_for_who_must_not_be_disturbed);
  ADD ("what-was-silenced-stays-so-when-the-server-is-back",
       test_what_was_silenced_stays_so_when_the_server_is_back);
  return aloqa_test_run_media ();
}
