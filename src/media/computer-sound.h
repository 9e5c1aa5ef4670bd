/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/hop.h"

G_BEGIN_DECLS

/*
 * What the other programs of this computer play, mixed to one: to be sent along with a shared screen.
 * Programs are followed as they come and go. Ours are left out, or the other side would hear itself;
 * and so are loops and filters, which only play what another one has played. When the sound server
 * ends, it is looked for again.
 */
typedef struct _AloqaComputerSound AloqaComputerSound;

AloqaComputerSound *aloqa_computer_sound_new (AloqaHop *hop, AloqaHopFunc failed);
void aloqa_computer_sound_fill (AloqaComputerSound *self, gint16 *samples);
void aloqa_computer_sound_free (AloqaComputerSound *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaComputerSound, aloqa_computer_sound_free)

G_END_DECLS
