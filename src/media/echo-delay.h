/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * How much later a microphone hears what a speaker was given, found by comparing the two sounds.
 * Both come in pairs of samples at 48 kHz. Pure; one thread at a time.
 */
#define ALOQA_ECHO_DELAY_MAX_MS 400

typedef struct _AloqaEchoDelay AloqaEchoDelay;

AloqaEchoDelay *aloqa_echo_delay_new (void);
void aloqa_echo_delay_free (AloqaEchoDelay *self);
void aloqa_echo_delay_reset (AloqaEchoDelay *self);
void aloqa_echo_delay_add (AloqaEchoDelay *self, const gint16 *played, const gint16 *heard,
                           gsize n_samples);
gboolean aloqa_echo_delay_get (AloqaEchoDelay *self, gsize *delay_samples);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaEchoDelay, aloqa_echo_delay_free)

G_END_DECLS
