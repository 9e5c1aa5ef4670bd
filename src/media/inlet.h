/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/feed.h"

G_BEGIN_DECLS

/*
 * A gate before a feed that lets one of several sources through: the one that is current, until the
 * next one's first frame is there. An inlet is one source's way to the gate. Both are shared
 * between threads, and outlive whoever made them as long as a thread holds them.
 */
typedef struct _AloqaGate AloqaGate;
typedef struct _AloqaInlet AloqaInlet;

/* Both are called on the main thread with the gate's owner, while that lives. */
typedef struct {
  void (*switched) (gpointer owner, guint inlet_id);
  void (*failed) (gpointer owner, guint inlet_id, const GError *error);
} AloqaGateFuncs;

AloqaGate *aloqa_gate_new (AloqaFeed *feed, const AloqaGateFuncs *funcs, gpointer owner);
AloqaGate *aloqa_gate_ref (AloqaGate *self);
void aloqa_gate_unref (AloqaGate *self);
AloqaInlet *aloqa_gate_add_inlet (AloqaGate *self, guint *inlet_id);
AloqaInlet *aloqa_gate_add_open_inlet (AloqaGate *self);
void aloqa_gate_shut (AloqaGate *self);
gboolean aloqa_gate_is_current (AloqaGate *self, guint inlet_id);
guint64 aloqa_gate_get_n_frames (AloqaGate *self);

AloqaInlet *aloqa_inlet_ref (AloqaInlet *self);
void aloqa_inlet_unref (gpointer self);
void aloqa_inlet_push (AloqaInlet *self, GstBuffer *buffer, GstCaps *caps);
void aloqa_inlet_fail (AloqaInlet *self, GError *error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaGate, aloqa_gate_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaInlet, aloqa_inlet_unref)

G_END_DECLS
