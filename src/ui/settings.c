/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/settings.h"

#include <string.h>

/* "camera" for the default one, "camera:ID" for a chosen one; likewise for what is heard. */
static char *
name_device (GSettings *settings, const char *key, const char *kind)
{
  g_autofree char *id = g_settings_get_string (settings, key);

  return *id == '\0' ? g_strdup (kind) : g_strconcat (kind, ":", id, NULL);
}

static AloqaAudioProcessing
get_processing (GSettings *settings)
{
  static const struct {
    const char *key;
    AloqaAudioProcessing flag;
  } switches[] = {
    { "echo-cancellation", ALOQA_AUDIO_PROCESSING_ECHO_CANCEL },
    { "noise-suppression", ALOQA_AUDIO_PROCESSING_NOISE },
    { "gain-control", ALOQA_AUDIO_PROCESSING_GAIN },
  };
  AloqaAudioProcessing processing = ALOQA_AUDIO_PROCESSING_NONE;

  for (gsize i = 0; i < G_N_ELEMENTS (switches); i++) {
    if (g_settings_get_boolean (settings, switches[i].key))
      processing |= switches[i].flag;
  }
  return processing;
}

static void
take_string (char **field, char *value)
{
  g_free (*field);
  *field = value;
}

/* Returns: (transfer full): where it rings, when it rings */
char *
aloqa_settings_name_ring_sink (GSettings *settings)
{
  return name_device (settings, "ring-device", "speaker");
}

/* Returns: (transfer full) */
AloqaMediaSettings *
aloqa_settings_build_media (GSettings *settings)
{
  AloqaMediaSettings *media = aloqa_media_settings_new ();

  take_string (&media->video_source, name_device (settings, "camera", "camera"));
  take_string (&media->audio_source, name_device (settings, "microphone", "mic"));
  take_string (&media->audio_sink, name_device (settings, "speaker", "speaker"));
  take_string (&media->ring_sink, aloqa_settings_name_ring_sink (settings));
  media->ring = (AloqaRing) g_settings_get_enum (settings, "ringtone");
  media->ring_volume = g_settings_get_double (settings, "ring-volume");
  media->processing = get_processing (settings);
  media->max_kbps = g_settings_get_uint (settings, "max-kbps");
  media->is_relay_only = g_settings_get_boolean (settings, "relay-only");
  return media;
}

/**
 * aloqa_settings_keep_device:
 * @source: as AloqaMediaSettings has it: "mic", "camera:ID", …
 */
void
aloqa_settings_keep_device (GSettings *settings, AloqaDeviceKind kind, const char *source)
{
  static const char *const keys[ALOQA_DEVICE_N_KINDS] = {
    [ALOQA_DEVICE_CAMERA] = "camera",
    [ALOQA_DEVICE_MICROPHONE] = "microphone",
    [ALOQA_DEVICE_SPEAKER] = "speaker",
  };
  const char *id = strchr (source, ':');

  g_settings_set_string (settings, keys[kind], id != NULL ? id + 1 : "");
}

gboolean
aloqa_settings_is_plain_http_allowed (GSettings *settings, const char *server)
{
  g_auto (GStrv) servers = g_settings_get_strv (settings, "plain-http-servers");

  return g_strv_contains ((const char *const *) servers, server);
}

/* For good, and for this server alone: the person said so. */
void
aloqa_settings_allow_plain_http (GSettings *settings, const char *server)
{
  g_auto (GStrv) servers = g_settings_get_strv (settings, "plain-http-servers");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) longer = NULL;

  if (g_strv_contains ((const char *const *) servers, server))
    return;
  g_strv_builder_addv (builder, (const char **) servers);
  g_strv_builder_add (builder, server);
  longer = g_strv_builder_end (builder);
  g_settings_set_strv (settings, "plain-http-servers", (const char *const *) longer);
}

AloqaDialProtocol
aloqa_settings_get_protocol (GSettings *settings)
{
  static const AloqaDialProtocol protocols[] = { ALOQA_DIAL_AUTO, ALOQA_DIAL_NEW,
                                                 ALOQA_DIAL_LEGACY };

  return protocols[g_settings_get_enum (settings, "protocol")];
}
