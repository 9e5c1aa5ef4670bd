/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/*
 * The one way from a thread of GStreamer or PipeWire to the main thread. A hop holds its object
 * weakly, and takes a strong reference on the main thread only: an object is never finalized on a
 * media thread because a callback was the last to hold it.
 */
typedef struct _AloqaHop AloqaHop;

typedef void (*AloqaHopFunc) (gpointer object, gpointer payload);

AloqaHop *aloqa_hop_new (gpointer object);
AloqaHop *aloqa_hop_ref (AloqaHop *self);
void aloqa_hop_unref (gpointer self);
void aloqa_hop_unref_closure (gpointer self, GClosure *closure);
void aloqa_hop_call (AloqaHop *self, AloqaHopFunc func, gpointer payload,
                     GDestroyNotify destroy_payload);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaHop, aloqa_hop_unref)

G_END_DECLS
