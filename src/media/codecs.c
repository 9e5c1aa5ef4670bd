/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/codecs.h"

#include "media/media.h"

#include <gst/gst.h>

/* By what a person would look for; the first one missing of a group is the one that is named. */
static const AloqaCodecPart parts[] = {
  { "Connection", "webrtcbin", "gstreamer1.0-plugins-bad", TRUE },
  { "Connection", "nicesrc", "gstreamer1.0-nice", TRUE },
  { "Connection", "dtlsdec", "gstreamer1.0-plugins-bad", TRUE },
  { "Connection", "srtpdec", "gstreamer1.0-plugins-bad", TRUE },
  { "Connection", "rtpbin", "gstreamer1.0-plugins-good", TRUE },
  { "Opus", "opusenc", "gstreamer1.0-plugins-base", TRUE },
  { "Opus", "opusdec", "gstreamer1.0-plugins-base", TRUE },
  { "Opus", "rtpopuspay", "gstreamer1.0-plugins-good", TRUE },
  { "VP8", "vp8enc", "gstreamer1.0-plugins-good", TRUE },
  { "VP8", "vp8dec", "gstreamer1.0-plugins-good", TRUE },
  { "VP8", "rtpvp8pay", "gstreamer1.0-plugins-good", TRUE },
  { "VP9", "vp9enc", "gstreamer1.0-plugins-good", FALSE },
  { "VP9", "vp9dec", "gstreamer1.0-plugins-good", FALSE },
  { "VP9", "rtpvp9pay", "gstreamer1.0-plugins-good", FALSE },
  { "H264", "x264enc", "gstreamer1.0-plugins-ugly", FALSE },
  { "H264", "avdec_h264", "gstreamer1.0-libav", FALSE },
  { "H264", "h264parse", "gstreamer1.0-plugins-bad", FALSE },
  { "H264", "rtph264pay", "gstreamer1.0-plugins-good", FALSE },
  { "Sound", "pulsesrc", "gstreamer1.0-pulseaudio", TRUE },
  { "Sound", "pulsesink", "gstreamer1.0-pulseaudio", TRUE },
  { "Sound", "audioconvert", "gstreamer1.0-plugins-base", TRUE },
  { "Sound", "audioresample", "gstreamer1.0-plugins-base", TRUE },
  { "Sound", "appsrc", "gstreamer1.0-plugins-base", TRUE },
  { "Voice", "webrtcdsp", "gstreamer1.0-plugins-bad", FALSE },
  { "Camera", "videoconvertscale", "gstreamer1.0-plugins-base", TRUE },
  { "Camera", "decodebin", "gstreamer1.0-plugins-base", TRUE },
  { "Camera", "jpegdec", "gstreamer1.0-plugins-good", FALSE },
  { "Camera", "v4l2src", "gstreamer1.0-plugins-good", FALSE },
  { "Files", "uridecodebin", "gstreamer1.0-plugins-base", FALSE },
  { "Files", "wavenc", "gstreamer1.0-plugins-good", FALSE },
  { "Files", "pngenc", "gstreamer1.0-plugins-good", FALSE },
};

static gboolean
check_part (const AloqaCodecPart *part, GError **error)
{
  if (aloqa_codecs_has_part (part))
    return TRUE;

  g_set_error (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_MISSING_PART,
               "GStreamer's “%s” (%s) is not installed; on Debian it is in the package %s",
               part->element, part->group, part->package);
  return FALSE;
}

/**
 * aloqa_codecs_get_parts:
 * @n_parts: (out): how many
 *
 * Returns: (array length=n_parts) (transfer none): everything that a call may use, by group
 */
const AloqaCodecPart *
aloqa_codecs_get_parts (gsize *n_parts)
{
  *n_parts = G_N_ELEMENTS (parts);
  return parts;
}

/**
 * aloqa_codecs_has_part:
 *
 * Returns: whether it is installed; its plugin is not loaded for that
 */
gboolean
aloqa_codecs_has_part (const AloqaCodecPart *part)
{
  g_autoptr (GstElementFactory) factory = gst_element_factory_find (part->element);

  return factory != NULL;
}

/**
 * aloqa_codecs_check_group:
 * @group: "VP8", "VP9", "H264", "Opus", "Connection", "Sound", "Voice", "Camera" or "Files"
 * @error: ALOQA_MEDIA_ERROR_BAD_NAME, ALOQA_MEDIA_ERROR_MISSING_PART
 *
 * Returns: whether all parts of @group are installed
 */
gboolean
aloqa_codecs_check_group (const char *group, GError **error)
{
  gboolean is_known = FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++) {
    if (!g_str_equal (parts[i].group, group))
      continue;
    if (!check_part (&parts[i], error))
      return FALSE;
    is_known = TRUE;
  }

  if (!is_known)
    g_set_error (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_BAD_NAME,
                 "“%s” is no codec that Aloqa knows; it knows VP8, VP9, H264 and Opus", group);
  return is_known;
}

/**
 * aloqa_codecs_check_required:
 * @error: ALOQA_MEDIA_ERROR_MISSING_PART
 *
 * Returns: whether everything is installed that every call needs
 */
gboolean
aloqa_codecs_check_required (GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++) {
    if (parts[i].is_required && !check_part (&parts[i], error))
      return FALSE;
  }

  return TRUE;
}
