/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * What our speakers were given to play in the last seconds, kept for the echo cancellers of all
 * microphones, on whatever device: mono samples at 48 kHz that are counted from the first one on.
 *
 * There are two kinds. The voice is what we play ourselves, and known some time before a speaker plays
 * it. Of all who play at once one writes it: the one that was made the writer last. The whole is what a
 * speaker plays of all programs, and known only when it was played; it is there at times.
 */
typedef enum {
  ALOQA_ECHO_REFERENCE_VOICE,
  ALOQA_ECHO_REFERENCE_WHOLE,
} AloqaEchoReferenceKind;
#define ALOQA_ECHO_REFERENCE_N_KINDS 2

#define ALOQA_ECHO_REFERENCE_MAX_MS 2500 /* what is older is forgotten */

void aloqa_echo_reference_acquire (void);
void aloqa_echo_reference_release (void);
void aloqa_echo_reference_set_writer (AloqaEchoReferenceKind kind, gconstpointer writer);
void aloqa_echo_reference_clear_writer (AloqaEchoReferenceKind kind, gconstpointer writer);
void aloqa_echo_reference_push_voice (gconstpointer writer, GstSample *sample);
void aloqa_echo_reference_push_whole (gconstpointer writer, GstClockTime begin,
                                      const gint16 *samples, gsize n_samples);

AloqaEchoReferenceKind aloqa_echo_reference_get_kind (void);
gboolean aloqa_echo_reference_find (AloqaEchoReferenceKind kind, GstClockTime time, gint64 *index);
void aloqa_echo_reference_read (AloqaEchoReferenceKind kind, gint64 index, gint16 *samples,
                                gsize n_samples);

G_END_DECLS
