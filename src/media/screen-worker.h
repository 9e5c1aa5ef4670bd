/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/inlet.h"
#include "media/screen-content.h"

G_BEGIN_DECLS

/*
 * The thread between what a screen gives and what is sent of it: takes the newest picture whenever
 * one is due, converts it, and repeats it while nothing changes. Nothing is looked at without an inlet.
 */
typedef struct _AloqaScreenWorker AloqaScreenWorker;

/* What of it the person should know; compared as a whole. */
typedef struct {
  AloqaScreenMode mode; /* never AUTO */
  guint width_px, height_px;
  gboolean is_stalled; /* frozen, and not just still */
} AloqaScreenStatus;

/* Called on the worker's thread. */
typedef void (*AloqaScreenStatusFunc) (const AloqaScreenStatus *status, gpointer user_data);

AloqaScreenWorker *aloqa_screen_worker_new (guint max_fps, gint64 stall_limit_us,
                                            AloqaScreenStatusFunc func, gpointer user_data);
void aloqa_screen_worker_free (AloqaScreenWorker *self);
void aloqa_screen_worker_take (AloqaScreenWorker *self, GstSample *sample);
void aloqa_screen_worker_set_running (AloqaScreenWorker *self, gboolean is_running);
void aloqa_screen_worker_set_steady (AloqaScreenWorker *self);
void aloqa_screen_worker_set_mode (AloqaScreenWorker *self, AloqaScreenMode mode);
void aloqa_screen_worker_set_inlet (AloqaScreenWorker *self, AloqaInlet *inlet);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaScreenWorker, aloqa_screen_worker_free)

G_END_DECLS
