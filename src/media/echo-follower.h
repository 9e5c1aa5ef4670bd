/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/echo-reference.h"

G_BEGIN_DECLS

/*
 * Finds in the echo reference (media/echo-reference.h), sample for sample, what the speakers played of
 * what a microphone hears: at the delay that media/echo-delay.h finds, and along with the drift of the
 * two devices' clocks.
 */
typedef struct _AloqaEchoFollower AloqaEchoFollower;

/* Returns: the time of media/timeline.h */
typedef GstClockTime (*AloqaEchoNow) (void);

AloqaEchoFollower *aloqa_echo_follower_new (AloqaEchoNow get_now, gboolean is_agile);
void aloqa_echo_follower_free (AloqaEchoFollower *self);
void aloqa_echo_follower_fill (AloqaEchoFollower *self, gint16 *played, const gint16 *heard,
                               gsize n_samples);

AloqaEchoReferenceKind aloqa_echo_follower_get_kind (AloqaEchoFollower *self);
gboolean aloqa_echo_follower_get_position (AloqaEchoFollower *self, gint64 *position);
void aloqa_echo_follower_cross (AloqaEchoFollower *self, AloqaEchoReferenceKind to,
                                const gint64 *position, gsize n_samples);

G_END_DECLS
