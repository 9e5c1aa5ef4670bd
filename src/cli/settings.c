/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/settings.h"

#include "protocol/ice-server.h"

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

  set_string (&settings->video_source, options->video_source);
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
add_list (GPtrArray *servers, const char *text, GError **error)
{
  g_autoptr (GPtrArray) list = aloqa_ice_server_parse_list (text, -1, NULL, error);

  if (list == NULL)
    return FALSE;

  for (guint i = 0; i < list->len; i++)
    g_ptr_array_add (servers, aloqa_ice_server_ref (list->pdata[i]));
  return TRUE;
}

static gboolean
add_file (GPtrArray *servers, const char *path, GError **error)
{
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, error) && add_list (servers, text, error);
}

/**
 * aloqa_options_load_ice_servers:
 * @servers: (out) (nullable): the STUN and TURN servers that the person named; %NULL for none named
 * @error: #GFileError or #AloqaProtocolError
 *
 * Returns: whether what was named makes sense
 */
gboolean
aloqa_options_load_ice_servers (const AloqaOptions *options, GPtrArray **servers, GError **error)
{
  g_autoptr (GPtrArray) list =
      g_ptr_array_new_with_free_func ((GDestroyNotify) aloqa_ice_server_unref);
  const char *from_environment = g_getenv ("ALOQA_ICE_SERVERS");

  *servers = NULL;
  for (guint i = 0; options->ice_urls != NULL && options->ice_urls[i] != NULL; i++) {
    AloqaIceServer *server = aloqa_ice_server_new (options->ice_urls[i], NULL, NULL, error);

    if (server == NULL)
      return FALSE;
    g_ptr_array_add (list, server);
  }
  if (options->ice_file != NULL && !add_file (list, options->ice_file, error))
    return FALSE;
  if (options->ice_file == NULL && options->ice_urls == NULL && from_environment != NULL &&
      !add_list (list, from_environment, error))
    return FALSE;

  if (options->ice_file != NULL || options->ice_urls != NULL || from_environment != NULL)
    *servers = g_steal_pointer (&list);
  return TRUE;
}
