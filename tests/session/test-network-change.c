/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/calls-rig.h"

#include "media/media.h"
#include "support/media-run.h"
#include "support/own-network.h"

#define SKIPPED 77

typedef struct {
  AloqaLiveCall *call;
  AloqaCallMedia *media; /* only to compare */
} Wanted;

static gboolean
has_other_media (gpointer user_data)
{
  Wanted *wanted = user_data;
  AloqaCallMedia *media = aloqa_live_call_get_media (wanted->call);

  return media != NULL && media != wanted->media;
}

/* Whoever shows a call has to learn of it. */
static void
media_changed_cb (AloqaLiveCall *call, AloqaCallMedia **told)
{
  *told = aloqa_live_call_get_media (call);
}

static void
test_call_that_rings_is_warmed_for_the_new_network (CallsRig *rig, gconstpointer data)
{
  Wanted wanted = { calls_rig_ring (rig), NULL };
  g_autoptr (AloqaCallMedia) first = NULL;
  AloqaCallMedia *told = NULL;

  g_signal_connect (wanted.call, "media-changed", G_CALLBACK (media_changed_cb), &told);
  aloqa_test_wait_until (has_other_media, &wanted);
  first = g_object_ref (aloqa_live_call_get_media (wanted.call));
  wanted.media = first;
  g_assert_true (aloqa_call_controller_set_speaker (aloqa_session_get_controller (rig->session),
                                                    "file:/dev/null", NULL));
  g_assert_true (aloqa_test_ip ("route replace default dev lo src 10.9.8.1"));
  aloqa_test_wait_until (has_other_media, &wanted);
  g_assert_cmpint (aloqa_live_call_get_phase (wanted.call), ==, ALOQA_PHASE_INCOMING);
  /* What was chosen for the media before. */
  g_assert_cmpstr (aloqa_call_media_get_speaker (aloqa_live_call_get_media (wanted.call)), ==,
                   "file:/dev/null");
  g_assert_true (told == aloqa_live_call_get_media (wanted.call));
  g_signal_handlers_disconnect_by_data (wanted.call, &told);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  if (!aloqa_test_enter_own_network ()) {
    g_printerr ("No network namespace can be made here, or ip is not installed\n");
    return SKIPPED;
  }

  g_setenv ("GIO_USE_NETWORK_MONITOR", "netlink", TRUE);
  aloqa_test_init (&argc, &argv);
  aloqa_media_init (&error);
  g_assert_no_error (error);
  g_test_add ("/session/network-change/call-that-rings-is-warmed-for-the-new-network", CallsRig,
              NULL, calls_rig_set_up, test_call_that_rings_is_warmed_for_the_new_network,
              calls_rig_tear_down);
  return aloqa_test_run_media ();
}
