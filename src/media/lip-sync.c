/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/lip-sync.h"

/*
 * What nobody notices: up to 45 ms of sound ahead of its picture, and 125 ms of sound after it, as it
 * is with whoever stands a few steps away (ITU-R BT.1359). Of the latter a speaker takes its part.
 */
#define MAX_AHEAD_MS 40
#define MAX_BEHIND_MS 60

/**
 * aloqa_lip_sync_balance:
 *
 * Neither stream waits for the other where the difference goes unnoticed: a picture is captured in
 * no time, a packet of sound is 20 ms of it. Where pictures need far more time than sound, as when
 * they have to be sent again, the sound goes ahead as far as it may.
 *
 * Returns: what to hold the streams back for
 */
AloqaLipSyncDelays
aloqa_lip_sync_balance (const AloqaLipSyncStream *audio, const AloqaLipSyncStream *video)
{
  gint least_audio_ms = audio->needed_ms - audio->offset_ms;
  gint least_video_ms = video->needed_ms - video->offset_ms;
  AloqaLipSyncDelays delays;

  delays.audio_ms = MAX (least_audio_ms, MIN (least_video_ms, least_audio_ms + MAX_AHEAD_MS));
  delays.video_ms = MIN (MAX (least_video_ms, delays.audio_ms - MAX_BEHIND_MS), delays.audio_ms);
  return delays;
}
