/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <pipewire/pipewire.h>

G_BEGIN_DECLS

/*
 * Looks at the formats that a screen's node has. Where it has none of ours nobody tells a stream so: it
 * waits, as it does for a node that rests. All is to be called on the connection's own loop.
 */
typedef struct _AloqaPipewireOffer AloqaPipewireOffer;

typedef void (*AloqaPipewireOfferFunc) (gpointer user_data);

AloqaPipewireOffer *aloqa_pipewire_offer_new (struct pw_core *core, guint32 node_id, guint max_fps,
                                              AloqaPipewireOfferFunc refused, gpointer user_data);
void aloqa_pipewire_offer_free (AloqaPipewireOffer *self);
gboolean aloqa_pipewire_offer_suits (const struct spa_pod *format, guint max_fps);

G_END_DECLS
