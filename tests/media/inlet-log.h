/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/feed-log.h"
#include "media/inlet.h"

G_BEGIN_DECLS

/* A feed's only inlet, and what came through it. */
typedef struct {
  AloqaFeed *feed;
  AloqaGate *gate;
  AloqaInlet *inlet;
  AloqaFeedLog *log;
} AloqaInletLog;

void aloqa_inlet_log_init (AloqaInletLog *self);
void aloqa_inlet_log_clear (AloqaInletLog *self);

G_END_DECLS
