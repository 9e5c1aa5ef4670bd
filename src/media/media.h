/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * ALOQA_MEDIA_ERROR_BAD_NAME: a source, sink or codec that this folder does not know by that name
 * ALOQA_MEDIA_ERROR_NOT_FOUND: no such camera, microphone, speaker, file or sound server
 * ALOQA_MEDIA_ERROR_BUSY: the device is held by another program
 * ALOQA_MEDIA_ERROR_DENIED: the system does not let this program use the device or file
 * ALOQA_MEDIA_ERROR_GONE: the device was unplugged, or its daemon ended, while it was in use
 * ALOQA_MEDIA_ERROR_MISSING_PART: a plugin of GStreamer is not installed; the message says which
 * ALOQA_MEDIA_ERROR_FAILED: anything else; the message says what
 * ALOQA_MEDIA_ERROR_UNREADABLE: a screen has its pictures in no format and memory that can be read here
 */
typedef enum {
  ALOQA_MEDIA_ERROR_BAD_NAME,
  ALOQA_MEDIA_ERROR_NOT_FOUND,
  ALOQA_MEDIA_ERROR_BUSY,
  ALOQA_MEDIA_ERROR_DENIED,
  ALOQA_MEDIA_ERROR_GONE,
  ALOQA_MEDIA_ERROR_MISSING_PART,
  ALOQA_MEDIA_ERROR_FAILED,
  ALOQA_MEDIA_ERROR_UNREADABLE,
} AloqaMediaError;

#define ALOQA_MEDIA_ERROR (aloqa_media_error_quark ())
GQuark aloqa_media_error_quark (void);
gboolean aloqa_media_error_is_passing (const GError *error);

void aloqa_media_limit_arenas (void);
gboolean aloqa_media_init (GError **error);
void aloqa_media_warm_up (void);
void aloqa_media_finish (void);

G_END_DECLS
