/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/echo-follower.h"

G_BEGIN_DECLS

/*
 * Takes a follower from one kind of echo reference to the other and back (media/echo-reference.h), and
 * what is heard with it: the one is known before it is played, the other only afterwards.
 */
typedef struct _AloqaEchoCrossing AloqaEchoCrossing;

AloqaEchoCrossing *aloqa_echo_crossing_new (AloqaEchoFollower *follower, AloqaEchoNow get_now);
void aloqa_echo_crossing_free (AloqaEchoCrossing *self);
void aloqa_echo_crossing_work (AloqaEchoCrossing *self, gint16 *heard, gsize n_samples);

G_END_DECLS
