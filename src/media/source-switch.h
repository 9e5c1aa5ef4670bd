/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/clock.h"
#include "media/source.h"

G_BEGIN_DECLS

/*
 * What two captures have in common: one source plays into a feed, another takes over without a gap.
 *
 * A source that has to be opened (a camera, a file) takes over with its first frame, the one before
 * goes on until then. One that the program makes itself takes over at once, and what was before is
 * shut out before aloqa_source_switch_set() returns: with "black", no further frame of the camera.
 * Shut out is as well what may not be seen together with the next one, or stands in its way; a filler
 * plays in between, where there is one.
 *
 * Signals, on the main thread:
 *   switched (const char *name)          the source of this name plays; the one before is closed
 *   failed (const char *name, GError *)  it could not be opened, broke, or gave nothing for
 *     seconds. What it was to replace plays on, if it can; else nothing plays now. Only of the
 *     source that was set last
 *
 * Main thread only.
 */
#define ALOQA_TYPE_SOURCE_SWITCH (aloqa_source_switch_get_type ())
G_DECLARE_FINAL_TYPE (AloqaSourceSwitch, aloqa_source_switch, ALOQA, SOURCE_SWITCH, GObject)

/* Returns: (transfer full): a new generated source */
typedef AloqaSource *(*AloqaSourceMaker) (gpointer user_data);

AloqaSourceSwitch *aloqa_source_switch_new (AloqaFeed *feed, AloqaClock *clock);
void aloqa_source_switch_set_filler (AloqaSourceSwitch *self, AloqaSourceMaker make_filler,
                                     gpointer user_data);
void aloqa_source_switch_set (AloqaSourceSwitch *self, AloqaSource *source, const char *name);
const char *aloqa_source_switch_get_name (AloqaSourceSwitch *self);
void aloqa_source_switch_close (AloqaSourceSwitch *self);

G_END_DECLS
