/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/settings.h"

#define ECHO_DELAY_MS 500

static AloqaVideoCodec
get_codec (const AloqaOptions *options)
{
  if (g_str_equal (options->codec, "VP9"))
    return ALOQA_VIDEO_CODEC_VP9;
  return g_str_equal (options->codec, "H264") ? ALOQA_VIDEO_CODEC_H264 : ALOQA_VIDEO_CODEC_VP8;
}

static void
set_string (char **value, const char *text)
{
  g_free (*value);
  *value = g_strdup (text);
}

/**
 * aloqa_options_build_settings:
 *
 * Returns: (transfer full): the media settings of @options
 */
AloqaMediaSettings *
aloqa_options_build_settings (const AloqaOptions *options)
{
  AloqaMediaSettings *settings = aloqa_media_settings_new ();

  /* A screen is asked for once there is a call; behind it is no camera. */
  set_string (&settings->video_source,
              aloqa_options_share_screen (options) ? "black" : options->video_source);
  set_string (&settings->audio_source, options->audio_source);
  set_string (&settings->audio_sink, options->audio_sink);
  /* Rings where it would play; a file is no place to ring. */
  set_string (&settings->ring_sink,
              g_str_has_prefix (options->audio_sink, "speaker") ? options->audio_sink : "null");
  settings->processing = (options->has_echo_cancel ? ALOQA_AUDIO_PROCESSING_ECHO_CANCEL : 0) |
                         (options->has_noise_suppression ? ALOQA_AUDIO_PROCESSING_NOISE : 0) |
                         (options->has_gain_control ? ALOQA_AUDIO_PROCESSING_GAIN : 0);
  settings->width_px = (guint) options->width_px;
  settings->height_px = (guint) options->height_px;
  settings->fps = (guint) options->fps;
  settings->video_codec = get_codec (options);
  settings->max_kbps = (guint) options->bitrate_kbps;
  settings->is_relay_only = options->is_relay_only;
  settings->echo_delay_ms = options->is_echo ? ECHO_DELAY_MS : 0;
  return settings;
}

static gboolean
add_ice_servers (const AloqaOptions *options, AloqaServerChoice *choice, GError **error)
{
  const char *json = options->ice_urls == NULL ? g_getenv ("ALOQA_ICE_SERVERS") : NULL;
  g_autofree char *file = NULL;

  for (guint i = 0; options->ice_urls != NULL && options->ice_urls[i] != NULL; i++) {
    if (!aloqa_server_choice_add_ice_url (choice, options->ice_urls[i], error))
      return FALSE;
  }
  if (options->ice_file != NULL) {
    if (!g_file_get_contents (options->ice_file, &file, NULL, error))
      return FALSE;
    json = file;
  }

  return json == NULL || aloqa_server_choice_add_ice_list (choice, json, error);
}

/**
 * aloqa_options_choose_server:
 * @error: what is wrong with an option, for people
 *
 * Returns: (transfer full) (nullable): the server that @options and the environment name
 */
AloqaServerChoice *
aloqa_options_choose_server (const AloqaOptions *options, GError **error)
{
  g_autoptr (AloqaServerChoice) choice =
      aloqa_server_choice_new (options->server, g_getenv ("WS_URL"), options->is_plain_http_allowed,
                               options->ca_file, error);

  if (choice == NULL || !add_ice_servers (options, choice, error))
    return NULL;

  return g_steal_pointer (&choice);
}
