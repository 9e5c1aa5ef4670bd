/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  ALOQA_COMMAND_CALL,
  ALOQA_COMMAND_ANSWER,
  ALOQA_COMMAND_CONTACTS,
  ALOQA_COMMAND_DEVICES,
  ALOQA_COMMAND_DOCTOR,
} AloqaCommand;

/* What the command line asks for, checked. Numbers that were not given are 0. */
typedef struct {
  AloqaCommand command;
  char *peer; /* CALL only: a user name or an id */

  char *server; /* or NULL */
  char *user;   /* or NULL */
  char *password_file;
  char *ca_file;
  gboolean is_plain_http_allowed;
  gboolean is_json;
  gboolean is_verbose;

  char *video_source;
  char *audio_source;
  char *audio_sink;
  int width_px;
  int height_px;
  int fps;
  char *codec; /* "VP8", "VP9" or "H264" */
  int bitrate_kbps;
  GStrv ice_urls; /* or NULL */
  char *ice_file;
  gboolean is_relay_only;
  gboolean has_echo_cancel, has_noise_suppression, has_gain_control;
  char *snapshot;
  int stats_interval_ms;

  gboolean is_audio_only;
  char *protocol; /* "auto", "new" or "legacy" */
  double duration_s;
  int ring_timeout_s;
  int n_repeats;
  gboolean is_reject;
  int delay_ms;
  gboolean is_once;
  gboolean is_echo;
} AloqaOptions;

AloqaOptions *aloqa_options_parse (GStrv arguments, GError **error);
gboolean aloqa_options_share_screen (const AloqaOptions *self);
void aloqa_options_free (AloqaOptions *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaOptions, aloqa_options_free)

G_END_DECLS
