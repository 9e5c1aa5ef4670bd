/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/lip-sync.h"

/*
 * What nobody notices (ITU-R BT.1359): up to 45 ms of sound ahead of its picture, and 125 ms of sound
 * after it, as it is with whoever stands a few steps away. 60 of the 125: the speaker's buffer is the
 * rest.
 */
#define MAX_AHEAD_MS 40
#define MAX_BEHIND_MS 60
/* How much longer than it has to sound waits so that nobody notices: who talks with somebody notices the
 * wait for an answer as well. */
#define MAX_WAIT_MS 40
/* What people put up with (BT.1359 as well), and how much longer sound waits for that where pictures take
 * the longer way: of a longer wait people begin to talk at the same time (ITU-T G.114). */
#define MAX_BORNE_AHEAD_MS 90
#define MAX_BORNE_WAIT_MS 150

/* When sound is due. Pictures come at @arrival_ms at the earliest, and bear their jitter at @video_ms. */
static gint
get_audio_ms (gint least_ms, gint arrival_ms, gint video_ms)
{
  gint unnoticed_ms = MIN (video_ms - MAX_AHEAD_MS, least_ms + MAX_WAIT_MS);
  gint borne_ms = MIN (arrival_ms - MAX_BORNE_AHEAD_MS, least_ms + MAX_BORNE_WAIT_MS);

  return MAX (least_ms, MAX (unnoticed_ms, borne_ms));
}

/**
 * aloqa_lip_sync_balance:
 *
 * Neither stream waits for the other where the difference goes unnoticed, or where the other is not
 * there. Where pictures need far more time than sound, as when they have to be sent again, sound
 * waits some of it, and pictures are shown as soon as they are there: both are as early as may be.
 *
 * Returns: what to hold the streams back for
 */
AloqaLipSyncDelays
aloqa_lip_sync_balance (const AloqaLipSyncStream *audio, const AloqaLipSyncStream *video)
{
  gint least_audio_ms = audio->needed_ms - audio->offset_ms;
  gint least_video_ms = video->needed_ms - video->offset_ms;
  gint audio_ms;
  gint video_ms;

  if (!audio->is_there || !video->is_there)
    return (AloqaLipSyncDelays){ audio->needed_ms, video->needed_ms };

  audio_ms = get_audio_ms (least_audio_ms, -video->offset_ms, least_video_ms);
  video_ms = CLAMP (least_video_ms, audio_ms - MAX_BEHIND_MS, audio_ms + MAX_AHEAD_MS);
  return (AloqaLipSyncDelays){ audio_ms + audio->offset_ms, MAX (video_ms + video->offset_ms, 0) };
}
