/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/calls-rig.h"

#include "media/media.h"

#include <sched.h>

#define SKIPPED 77

typedef struct {
  AloqaLiveCall *call;
  AloqaCallMedia *media; /* only to compare */
} Wanted;

static gboolean
run (const char *command)
{
  g_auto (GStrv) argv = g_strsplit (command, " ", -1);
  int status;

  return g_spawn_sync (NULL, argv, NULL,
                       G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL |
                           G_SPAWN_STDERR_TO_DEV_NULL,
                       NULL, NULL, NULL, NULL, &status, NULL) &&
         status == 0;
}

static gboolean
has_other_media (gpointer user_data)
{
  Wanted *wanted = user_data;
  AloqaCallMedia *media = aloqa_live_call_get_media (wanted->call);

  return media != NULL && media != wanted->media;
}

static void
test_call_that_rings_is_warmed_for_the_new_network (CallsRig *rig, gconstpointer data)
{
  Wanted wanted = { calls_rig_ring (rig), NULL };
  g_autoptr (AloqaCallMedia) first = NULL;

  aloqa_test_wait_until (has_other_media, &wanted);
  first = g_object_ref (aloqa_live_call_get_media (wanted.call));
  wanted.media = first;
  g_assert_true (run ("ip route replace default dev lo src 10.9.8.1"));
  aloqa_test_wait_until (has_other_media, &wanted);
  g_assert_cmpint (aloqa_live_call_get_phase (wanted.call), ==, ALOQA_PHASE_INCOMING);
}

/* Before anything makes a thread, for a namespace of users is for whole programs. */
static gboolean
enter_own_network (void)
{
  return (unshare (CLONE_NEWNET) == 0 || unshare (CLONE_NEWUSER | CLONE_NEWNET) == 0) &&
         run ("ip link set lo up") && run ("ip addr add 10.9.8.1/32 dev lo");
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  if (!enter_own_network ()) {
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
  return g_test_run ();
}
