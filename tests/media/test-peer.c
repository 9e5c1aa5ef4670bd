/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/media.h"
#include "media/peer-pair.h"
#include "support/support.h"

static void
test_connects (void)
{
  AloqaPeerConfig caller = ALOQA_PEER_CONFIG_INIT;
  AloqaPeerConfig callee = ALOQA_PEER_CONFIG_INIT;
  g_autoptr (PeerPair) pair = NULL;

  callee.role = ALOQA_PEER_CALLEE;
  pair = peer_pair_new (&caller, &callee);
  peer_pair_start_source (pair, 640, 480);
  peer_pair_connect (pair);
  peer_pair_wait_connected (pair);
  peer_pair_wait_media (pair, 20, 20);
  g_print ("%s\n%s\n", pair->offer, pair->answer);
  g_print ("connected %ld %ld first %ld %ld\n", pair->caller.connected_us - pair->start_us,
           pair->callee.connected_us - pair->start_us, pair->caller.first_video_us - pair->start_us,
           pair->callee.first_video_us - pair->start_us);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  gst_init (&argc, &argv);
  aloqa_media_warm_up ();
  g_test_add_func ("/peer/connects", test_connects);
  return g_test_run ();
}
