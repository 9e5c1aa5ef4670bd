/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One thing that a call needs of GStreamer. */
typedef struct {
  const char *group; /* "VP8", "VP9", "H264", "Opus"; "Connection", "Sound", "Files" for the rest */
  const char *element;  /* GStreamer's name of it */
  const char *package;  /* Debian's package that has it */
  gboolean is_required; /* no call without it */
} AloqaCodecPart;

const AloqaCodecPart *aloqa_codecs_get_parts (gsize *n_parts);
gboolean aloqa_codecs_has_part (const AloqaCodecPart *part);
gboolean aloqa_codecs_check_group (const char *group, GError **error);
gboolean aloqa_codecs_check_required (GError **error);

G_END_DECLS
