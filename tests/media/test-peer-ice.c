/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/media.h"
#include "media/peer-engine-private.h"
#include "support/media-run.h"
#include "support/support.h"

/* Where no two own addresses meet, libnice would else wait 8 s for all the others to fail. */
static void
test_the_first_path_that_works_is_taken (void)
{
  AloqaPeerConfig config = ALOQA_PEER_CONFIG_INIT;
  AloqaPeerEngine engine = { 0 };
  g_autoptr (GObject) ice = NULL;
  g_autoptr (GObject) agent = NULL;
  g_autofree char *mode = NULL;
  g_auto (GValue) value = G_VALUE_INIT;

  engine.webrtc = gst_object_ref_sink (gst_element_factory_make ("webrtcbin", NULL));
  aloqa_peer_engine_set_up_ice (&engine, &config);
  g_object_get (engine.webrtc, "ice-agent", &ice, NULL);
  g_object_get (ice, "agent", &agent, NULL);
  g_object_get_property (agent, "nomination-mode", &value);
  mode = gst_value_serialize (&value);
  g_assert_cmpstr (mode, ==, "aggressive");
  gst_clear_object (&engine.webrtc);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  aloqa_media_init (NULL);
  g_test_add_func ("/media/peer-ice/the-first-path-that-works-is-taken",
                   test_the_first_path_that_works_is_taken);
  return aloqa_test_run_media ();
}
