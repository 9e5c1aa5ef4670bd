/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/media.h"
#include "media/peer-engine-private.h"
#include "media/peer-pair.h"
#include "media/peer-private.h"
#include "support/media-run.h"
#include "support/support.h"

static PeerPair *
start_pair (UdpProxy *proxy, gboolean has_video)
{
  AloqaPeerConfig caller = ALOQA_PEER_CONFIG_INIT;
  AloqaPeerConfig callee = ALOQA_PEER_CONFIG_INIT;
  PeerPair *pair;

  caller.has_video = has_video;
  callee.role = ALOQA_PEER_CALLEE;
  pair = peer_pair_new (&caller, &callee);
  peer_pair_set_proxy (pair, proxy);
  peer_pair_start_source (pair, 320, 240);
  peer_pair_connect (pair);
  peer_pair_wait_media (pair, 5, has_video ? 5 : 0);
  return pair;
}

static gboolean
has_lost_pictures (gpointer user_data)
{
  AloqaPeerStats stats;

  aloqa_peer_get_stats (((PeerPair *) user_data)->callee.peer, &stats);
  return stats.video.packets_lost_in > 20;
}

static void
test_pictures_come_back (void)
{
  g_autoptr (UdpProxy) proxy = udp_proxy_new ();
  g_autoptr (PeerPair) pair = start_pair (proxy, TRUE);

  /* Half of it: more than sending again can mend, so pictures break, and a new one is asked for. */
  udp_proxy_set_loss (proxy, UDP_PROXY_FROM_CALLER, 50);
  aloqa_test_wait_until (has_lost_pictures, pair);
  udp_proxy_set_loss (proxy, UDP_PROXY_FROM_CALLER, 0);
  peer_pair_wait_media (pair, 10, 20);
}

static gboolean
is_sound_repaired (gpointer user_data)
{
  PeerPair *pair = user_data;
  g_autoptr (GstIterator) decoders = gst_bin_iterate_all_by_element_factory_name (
      GST_BIN (pair->callee.peer->engine->pipeline), "opusdec");
  g_auto (GValue) item = G_VALUE_INIT;
  gboolean is_repaired;

  g_assert_cmpint (gst_iterator_next (decoders, &item), ==, GST_ITERATOR_OK);
  g_object_get (g_value_get_object (&item), "use-inband-fec", &is_repaired, NULL);
  return is_repaired;
}

/* It takes longer then, for which there is no reason before. */
static void
test_sound_is_repaired_once_it_gets_lost (void)
{
  g_autoptr (UdpProxy) proxy = udp_proxy_new ();
  g_autoptr (PeerPair) pair = start_pair (proxy, FALSE);
  AloqaPeerStats stats;

  g_assert_false (is_sound_repaired (pair));
  udp_proxy_set_loss (proxy, UDP_PROXY_FROM_CALLER, 20);
  aloqa_test_wait_until (is_sound_repaired, pair);
  aloqa_peer_get_stats (pair->callee.peer, &stats);
  g_assert_cmpuint (stats.audio.jitter_buffer_ms, >=, 10 + ALOQA_PEER_RECEIVER_REPAIR_MS);
  peer_pair_wait_media (pair, 20, 0);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  gst_init (&argc, &argv);
  aloqa_media_warm_up ();
  g_test_add_func ("/peer-playout/pictures-come-back", test_pictures_come_back);
  g_test_add_func ("/peer-playout/sound-is-repaired-once-it-gets-lost",
                   test_sound_is_repaired_once_it_gets_lost);
  return aloqa_test_run_media ();
}
