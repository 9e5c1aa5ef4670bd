/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/calls.h"

#include "media/media.h"
#include "session/calls-rig.h"
#include "support/media-run.h"
#include "ui/installation.h"

#define GULI "\"caller\":{\"id\":9,\"username\":\"guli\",\"first_name\":null,\"last_name\":null}"

typedef struct {
  CallsRig rig;
  GSettings *settings;
  AloqaCalls *calls;
  GPtrArray *refused; /* of AloqaLiveCall */
  guint n_missed;
} Fixture;

static void
refused_cb (Fixture *f, AloqaLiveCall *call)
{
  g_ptr_array_add (f->refused, g_object_ref (call));
}

static void
missed_cb (Fixture *f)
{
  f->n_missed++;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  calls_rig_set_up (&f->rig, data);
  f->settings = aloqa_installation_open_settings ();
  g_settings_reset (f->settings, "do-not-disturb");
  f->calls = aloqa_calls_new (f->settings);
  f->refused = g_ptr_array_new_with_free_func (g_object_unref);
  g_signal_connect_swapped (f->calls, "refused", G_CALLBACK (refused_cb), f);
  g_signal_connect_swapped (f->calls, "missed", G_CALLBACK (missed_cb), f);
  aloqa_calls_set_session (f->calls, f->rig.session);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  aloqa_calls_set_session (f->calls, NULL);
  g_assert_finalize_object (f->calls);
  g_object_unref (f->settings);
  g_ptr_array_unref (f->refused);
  calls_rig_tear_down (&f->rig, data);
}

static void
dial (Fixture *f, gint64 id)
{
  g_autoptr (AloqaContact) contact = aloqa_contact_new (id, "somebody", "Somebody", NULL);

  aloqa_calls_dial (f->calls, contact, ALOQA_CALL_AUDIO, ALOQA_DIAL_NEW);
}

/* Returns: (transfer none): what is spoken in, with this one */
static AloqaLiveCall *
check_running (Fixture *f, gint64 id)
{
  AloqaLiveCall *call = aloqa_calls_get_running (f->calls);

  g_assert_nonnull (call);
  g_assert_cmpint (aloqa_contact_get_id (aloqa_live_call_get_contact (call)), ==, id);
  g_assert_cmpint (aloqa_live_call_get_phase (call), !=, ALOQA_PHASE_ENDED);
  return call;
}

static void
check_refused (Fixture *f, guint n, AloqaEnded reason)
{
  g_assert_cmpuint (f->refused->len, ==, n);
  g_assert_cmpint (aloqa_live_call_get_end (f->refused->pdata[n - 1])->reason, ==, reason);
}

static gboolean
is_over (gpointer user_data)
{
  return aloqa_live_call_get_phase (user_data) == ALOQA_PHASE_ENDED;
}

/* Its microphone is open: there must always be a way to hang up. */
static void
test_dialling_during_a_call_keeps_it (Fixture *f, gconstpointer data)
{
  AloqaLiveCall *call;

  dial (f, 3);
  call = check_running (f, 3);
  dial (f, 9);
  dial (f, 3);
  g_assert_true (check_running (f, 3) == call);
  check_refused (f, 2, ALOQA_ENDED_IN_A_CALL);
  aloqa_calls_hang_up (f->calls);
  g_assert_null (aloqa_calls_get_running (f->calls));
  g_assert_cmpuint (f->refused->len, ==, 2);
}

static void
test_dialling_while_it_rings_keeps_that (Fixture *f, gconstpointer data)
{
  AloqaLiveCall *call = calls_rig_ring (&f->rig);

  dial (f, 9);
  g_assert_true (aloqa_calls_get_ringing (f->calls) == call);
  g_assert_null (aloqa_calls_get_running (f->calls));
  check_refused (f, 1, ALOQA_ENDED_IN_A_CALL);
  dial (f, 3);
  g_assert_true (check_running (f, 3) == call);
  g_assert_null (aloqa_calls_get_ringing (f->calls));
}

static void
test_answering_and_declining (Fixture *f, gconstpointer data)
{
  AloqaLiveCall *call = calls_rig_ring (&f->rig);

  aloqa_calls_decline (f->calls);
  g_assert_true (is_over (call));
  g_assert_null (aloqa_calls_get_ringing (f->calls));
  call = calls_rig_ring (&f->rig);
  aloqa_calls_answer (f->calls, TRUE);
  g_assert_null (aloqa_calls_get_ringing (f->calls));
  g_assert_true (check_running (f, 3) == call);
  g_assert_cmpuint (f->refused->len, ==, 0);
}

static AloqaLiveCall *
ring_unseen (Fixture *f)
{
  AloqaLiveCall *call;

  g_settings_set_boolean (f->settings, "do-not-disturb", TRUE);
  call = calls_rig_ring (&f->rig);
  g_assert_true (aloqa_live_call_is_unseen (call));
  g_assert_null (aloqa_calls_get_ringing (f->calls));
  g_assert_null (aloqa_calls_get_running (f->calls));
  return call;
}

static void
test_unseen_call_is_missed (Fixture *f, gconstpointer data)
{
  AloqaLiveCall *call = ring_unseen (f);

  calls_rig_send (&f->rig, "{\"type\":\"call_end\",\"from\":3}");
  aloqa_test_wait_until (is_over, call);
  g_assert_cmpuint (f->n_missed, ==, 1);
  g_settings_set_boolean (f->settings, "do-not-disturb", FALSE);
  call = calls_rig_ring (&f->rig);
  g_assert_true (aloqa_calls_get_ringing (f->calls) == call);
}

static void
test_somebody_is_dialled_while_it_rings_unseen (Fixture *f, gconstpointer data)
{
  AloqaLiveCall *unseen = ring_unseen (f), *call;

  dial (f, 9);
  call = check_running (f, 9);
  calls_rig_send (&f->rig, "{\"type\":\"call_end\",\"from\":3}");
  aloqa_test_wait_until (is_over, unseen);
  g_assert_true (check_running (f, 9) == call);
  g_assert_cmpuint (f->refused->len, ==, 0);
}

static void
test_dialling_who_rings_unseen_shows_that_call (Fixture *f, gconstpointer data)
{
  AloqaLiveCall *call = ring_unseen (f);

  dial (f, 3);
  g_assert_true (check_running (f, 3) == call);
  aloqa_calls_hang_up (f->calls);
  g_assert_true (is_over (call));
  g_assert_null (aloqa_calls_get_running (f->calls));
}

static gboolean
has_missed (gpointer user_data)
{
  return ((Fixture *) user_data)->n_missed > 0;
}

/* Who calls beside a call is turned away, and there is nothing of it to be seen. */
static void
test_a_call_beside_another_shows_nothing (Fixture *f, gconstpointer data)
{
  AloqaLiveCall *call;

  dial (f, 3);
  call = check_running (f, 3);
  calls_rig_send (&f->rig,
                  "{\"type\":\"call_request\",\"from\":9,\"call_type\":\"audio\"," GULI "}");
  aloqa_test_wait_until (has_missed, f);
  g_assert_true (check_running (f, 3) == call);
  g_assert_null (aloqa_calls_get_ringing (f->calls));
}

#define ADD(name, func) g_test_add ("/ui/calls/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  aloqa_test_init (&argc, &argv);
  aloqa_media_init (&error);
  g_assert_no_error (error);
  ADD ("dialling-during-a-call-keeps-it", test_dialling_during_a_call_keeps_it);
  ADD ("dialling-while-it-rings-keeps-that", test_dialling_while_it_rings_keeps_that);
  ADD ("answering-and-declining", test_answering_and_declining);
  ADD ("unseen-call-is-missed", test_unseen_call_is_missed);
  ADD ("somebody-is-dialled-while-it-rings-unseen", test_somebody_is_dialled_while_it_rings_unseen);
  ADD ("dialling-who-rings-unseen-shows-that-call", test_dialling_who_rings_unseen_shows_that_call);
  ADD ("a-call-beside-another-shows-nothing", test_a_call_beside_another_shows_nothing);
  return aloqa_test_run_media ();
}
