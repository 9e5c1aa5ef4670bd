/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/lip-sync.h"

#include "support/support.h"

typedef struct {
  const char *name;
  AloqaLipSyncStream audio;
  AloqaLipSyncStream video;
  AloqaLipSyncDelays delays;
} Case;

static const Case cases[] = {
  /* A packet of sound is on its way 20 ms after the picture of its beginning. */
  { "picture-does-not-wait-for-a-packet-of-sound", { TRUE, 15, 0 }, { TRUE, 4, 22 }, { 15, 4 } },
  { "picture-waits-for-sound-that-is-far-behind",
    { TRUE, 150, 0 },
    { TRUE, 4, 22 },
    { 150, 90 + 22 } },
  { "sound-goes-ahead-unnoticed/of-jitter", { TRUE, 15, 0 }, { TRUE, 45, 0 }, { 15, 45 } },
  { "sound-goes-ahead-unnoticed/of-a-longer-way", { TRUE, 15, 30 }, { TRUE, 5, 0 }, { 15, 5 } },
  { "sound-waits-for-a-picture/of-jitter", { TRUE, 15, 0 }, { TRUE, 80, 0 }, { 40, 80 } },
  { "sound-waits-for-a-picture/of-a-longer-way", { TRUE, 15, 60 }, { TRUE, 5, 0 }, { 25, 5 } },
  { "sound-waits-no-longer-than-it-has-to", { TRUE, 15, 0 }, { TRUE, 300, 0 }, { 55, 95 } },
  /* Nothing is shown before it is there. */
  { "sound-waits-longer-for-pictures-on-a-longer-way/as-people-bear-it",
    { TRUE, 15, 200 },
    { TRUE, 5, 0 },
    { 110, 0 } },
  { "sound-waits-longer-for-pictures-on-a-longer-way/as-one-can-talk",
    { TRUE, 15, 400 },
    { TRUE, 5, 0 },
    { 165, 0 } },
  { "nobody-waits-for-who-is-not-there/pictures", { TRUE, 15, 0 }, { FALSE, 300, 0 }, { 15, 300 } },
  { "nobody-waits-for-who-is-not-there/sound", { FALSE, 150, 0 }, { TRUE, 4, 22 }, { 150, 4 } },
};

static void
test_balance (gconstpointer data)
{
  const Case *row = data;
  AloqaLipSyncDelays delays = aloqa_lip_sync_balance (&row->audio, &row->video);

  g_assert_cmpint (delays.audio_ms, ==, row->delays.audio_ms);
  g_assert_cmpint (delays.video_ms, ==, row->delays.video_ms);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strconcat ("/lip-sync/", cases[i].name, NULL);

    g_test_add_data_func (path, &cases[i], test_balance);
  }
  return g_test_run ();
}
