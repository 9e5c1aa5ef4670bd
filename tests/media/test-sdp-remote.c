/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/sdp-remote.h"

#include <string.h>

#include "support/media-run.h"
#include "support/support.h"

/* The browser's first H.264 is baseline (42001f); ours is constrained baseline, which that decodes. */
static void
test_profile_of_h264_is_kept_from_webrtcbin (void)
{
  g_autofree char *text = aloqa_test_read_fixture ("sdp/video_new_chromium_offer.sdp", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaSdpRemote) remote =
      aloqa_sdp_remote_new_offer (text, aloqa_codec_get_video (ALOQA_VIDEO_CODEC_H264), &error);

  g_assert_no_error (error);
  g_assert_nonnull (strstr (remote->video.fmtp, "profile-level-id=42001f"));
  g_assert_null (strstr (remote->text, "profile-level-id"));
  g_assert_nonnull (strstr (remote->text, "packetization-mode=1"));
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  aloqa_test_init (&argc, &argv);
  aloqa_media_init (&error);
  g_assert_no_error (error);
  g_test_add_func ("/media/sdp-remote/profile-of-h264-is-kept-from-webrtcbin",
                   test_profile_of_h264_is_kept_from_webrtcbin);
  return aloqa_test_run_media ();
}
