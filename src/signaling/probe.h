/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/clock.h"

G_BEGIN_DECLS

/*
 * When to ask whether the connection is alive, and when to give it up. One question is out at a
 * time. A plain struct in its owner: set what is above the line, leave the rest zero, and stop it
 * before the owner goes.
 */
typedef struct {
  AloqaClock *clock;                /* not owned */
  void (*send) (gpointer owner);    /* a probe goes out now */
  void (*give_up) (gpointer owner); /* no echo came; the probe has stopped */
  gpointer owner;
  /* ---- */
  guint next_timer;
  gint64 next_us; /* when it fires */
  guint limit_timer;
  gboolean is_out;
} AloqaProbe;

void aloqa_probe_start (AloqaProbe *self);
void aloqa_probe_stop (AloqaProbe *self);
void aloqa_probe_hurry (AloqaProbe *self);
gboolean aloqa_probe_note_echo (AloqaProbe *self);
void aloqa_probe_wait_on (AloqaProbe *self);

G_END_DECLS
