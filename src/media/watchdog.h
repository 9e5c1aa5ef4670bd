/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Tells from how much has arrived whether anybody is still there. A vanished peer is noticed by
 * nothing else: ICE stays "connected" for more than a minute. A plain struct: start it, then feed it
 * the count a few times a second.
 */
#define ALOQA_WATCHDOG_SILENT_US (5 * G_USEC_PER_SEC)
#define ALOQA_WATCHDOG_DEAD_US (15 * G_USEC_PER_SEC)

typedef enum {
  ALOQA_WATCHDOG_ALIVE,
  ALOQA_WATCHDOG_SILENT, /* nothing for 5 s */
  ALOQA_WATCHDOG_DEAD,   /* nothing for 15 s */
} AloqaWatchdogState;

typedef struct {
  AloqaWatchdogState state;
  guint64 bytes;
  gint64 last_us; /* when bytes last grew */
} AloqaWatchdog;

void aloqa_watchdog_start (AloqaWatchdog *self, guint64 bytes, gint64 now_us);
gboolean aloqa_watchdog_update (AloqaWatchdog *self, guint64 bytes, gint64 now_us);

G_END_DECLS
