/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/media.h"
#include "media/peer-engine-private.h"
#include "media/peer-private.h"
#include "peer-pair.h"
#include "support/media-run.h"
#include "support/support.h"

#include <nice/agent.h>

static GObject *
dup_agent (AloqaPeerEngine *engine)
{
  g_autoptr (GObject) ice = NULL;
  GObject *agent;

  g_object_get (engine->webrtc, "ice-agent", &ice, NULL);
  g_object_get (ice, "agent", &agent, NULL);
  return agent;
}

/* Where no two own addresses meet, libnice would else wait 8 s for all the others to fail. */
static void
test_the_first_path_that_works_is_taken (void)
{
  AloqaPeerConfig config = ALOQA_PEER_CONFIG_INIT;
  AloqaPeerEngine engine = { 0 };
  g_autoptr (GObject) agent = NULL;
  g_autofree char *mode = NULL;
  g_auto (GValue) value = G_VALUE_INIT;

  engine.webrtc = gst_object_ref_sink (gst_element_factory_make ("webrtcbin", NULL));
  aloqa_peer_engine_set_up_ice (&engine, &config);
  agent = dup_agent (&engine);
  g_object_get_property (agent, "nomination-mode", &value);
  mode = gst_value_serialize (&value);
  g_assert_cmpstr (mode, ==, "aggressive");
  gst_clear_object (&engine.webrtc);
}

/* As another thread of libnice's may tell it, which was held up. */
static void
test_a_state_that_is_told_late_does_no_harm (void)
{
  AloqaPeerConfig caller = ALOQA_PEER_CONFIG_INIT;
  AloqaPeerConfig callee = ALOQA_PEER_CONFIG_INIT;
  g_autoptr (PeerPair) pair = NULL;
  g_autoptr (GObject) agent = NULL;

  callee.role = ALOQA_PEER_CALLEE;
  pair = peer_pair_new (&caller, &callee);
  peer_pair_start_source (pair, 160, 120);
  peer_pair_connect (pair);
  peer_pair_wait_connected (pair);
  agent = dup_agent (pair->caller.peer->engine);
  g_signal_emit_by_name (agent, "component-state-changed", 1, NICE_COMPONENT_TYPE_RTP,
                         NICE_COMPONENT_STATE_CONNECTING);
  peer_pair_wait_media (pair, 20, 20);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  aloqa_media_init (NULL);
  g_test_add_func ("/media/peer-ice/the-first-path-that-works-is-taken",
                   test_the_first_path_that_works_is_taken);
  g_test_add_func ("/media/peer-ice/a-state-that-is-told-late-does-no-harm",
                   test_a_state_that_is_told_late_does_no_harm);
  return aloqa_test_run_media ();
}
