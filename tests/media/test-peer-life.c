/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/peer-pair.h"
#include "support/media-run.h"
#include "support/support.h"

/* How long GLib keeps an idle thread of its pool is not our matter: it gets time to end. */
#define MAX_THREADS_LEFT 0

static guint
count_entries (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  g_assert_nonnull (dir);
  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

typedef struct {
  guint n_threads;
  guint n_descriptors;
} Resources;

static Resources
get_resources (void)
{
  g_thread_pool_stop_unused_threads ();
  return (Resources){ count_entries ("/proc/self/task"), count_entries ("/proc/self/fd") };
}

static gboolean
is_back (gpointer user_data)
{
  Resources *before = user_data;
  Resources now = get_resources ();

  return now.n_threads <= before->n_threads && now.n_descriptors <= before->n_descriptors;
}

static PeerPair *
new_pair (void)
{
  AloqaPeerConfig caller = ALOQA_PEER_CONFIG_INIT;
  AloqaPeerConfig callee = ALOQA_PEER_CONFIG_INIT;

  callee.role = ALOQA_PEER_CALLEE;
  return peer_pair_new (&caller, &callee);
}

static void
call_once (void)
{
  g_autoptr (PeerPair) pair = new_pair ();

  peer_pair_start_source (pair, 160, 120);
  peer_pair_connect (pair);
  peer_pair_wait_connected (pair);
  peer_pair_wait_media (pair, 3, 3);
}

static void
test_leaves_nothing (void)
{
  Resources before;

  call_once ();
  before = get_resources ();
  for (guint i = 0; i < 15; i++)
    call_once ();
  aloqa_test_wait_until (is_back, &before);
}

static void
expire_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

static gboolean
is_set (gpointer user_data)
{
  return *(gboolean *) user_data;
}

/* Closed at another moment each time, from before anything happened to well into the call. */
static void
test_closes_at_every_step (void)
{
  Resources before;

  call_once ();
  before = get_resources ();
  for (guint delay_ms = 0; delay_ms <= 120; delay_ms += 2) {
    g_autoptr (PeerPair) pair = new_pair ();
    gboolean is_over = FALSE;

    peer_pair_start_source (pair, 160, 120);
    peer_pair_connect (pair);
    g_timeout_add_once (delay_ms, expire_cb, &is_over);
    aloqa_test_wait_until (is_set, &is_over);
  }
  aloqa_test_wait_until (is_back, &before);
}

#define CAMERA_KBPS 100
#define SCREEN_KBPS 130

static guint
get_target_kbps (PeerPair *pair)
{
  AloqaPeerStats stats;

  aloqa_peer_get_stats (pair->caller.peer, &stats);
  return stats.target_kbps;
}

static gboolean
has_screen_rate (gpointer pair)
{
  g_assert_cmpuint (get_target_kbps (pair), <=, SCREEN_KBPS);
  return get_target_kbps (pair) == SCREEN_KBPS;
}

static gboolean
has_camera_rate (gpointer pair)
{
  return get_target_kbps (pair) == CAMERA_KBPS;
}

/* A screen to be read may take more than a camera, up to a limit of its own. */
static void
test_screen_has_a_limit_of_its_own (void)
{
  AloqaPeerConfig caller = ALOQA_PEER_CONFIG_INIT;
  AloqaPeerConfig callee = ALOQA_PEER_CONFIG_INIT;
  g_autoptr (PeerPair) pair = NULL;

  callee.role = ALOQA_PEER_CALLEE;
  caller.max_kbps = CAMERA_KBPS;
  caller.max_screen_kbps = SCREEN_KBPS;
  pair = peer_pair_new (&caller, &callee);
  peer_pair_start_source (pair, 320, 240);
  peer_pair_connect (pair);
  peer_pair_wait_media (pair, 20, 20);
  g_assert_cmpuint (get_target_kbps (pair), <=, CAMERA_KBPS);
  aloqa_peer_set_content (pair->caller.peer, ALOQA_VIDEO_CONTENT_TEXT);
  aloqa_test_wait_until (has_screen_rate, pair);
  aloqa_peer_set_content (pair->caller.peer, ALOQA_VIDEO_CONTENT_CAMERA);
  aloqa_test_wait_until (has_camera_rate, pair);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  gst_init (&argc, &argv);
  g_test_add_func ("/peer-life/leaves-nothing", test_leaves_nothing);
  g_test_add_func ("/peer-life/closes-at-every-step", test_closes_at_every_step);
  g_test_add_func ("/peer-life/screen-has-a-limit-of-its-own", test_screen_has_a_limit_of_its_own);
  return aloqa_test_run_media ();
}
