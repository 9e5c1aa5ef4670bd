/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/echo-reference.h"

G_BEGIN_DECLS

/*
 * From one kind of echo reference to the other (media/echo-reference.h): finds the voice in the whole,
 * to the sample, so that a canceller may go over without learning the room anew.
 */
typedef struct _AloqaEchoBridge AloqaEchoBridge;

AloqaEchoBridge *aloqa_echo_bridge_new (GstClockTime begin);
void aloqa_echo_bridge_free (AloqaEchoBridge *self);
gboolean aloqa_echo_bridge_compare (AloqaEchoBridge *self, gsize n_samples);
gboolean aloqa_echo_bridge_map (AloqaEchoBridge *self, AloqaEchoReferenceKind to, gint64 *index);

G_END_DECLS
