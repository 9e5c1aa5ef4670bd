/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/inlet.h"

#include <glib-object.h>

G_BEGIN_DECLS

/*
 * One thing that makes frames for a capture: a pattern, a file, a camera, a microphone. It makes
 * nothing before open and nothing after close, and is opened once in its life.
 */
#define ALOQA_TYPE_SOURCE (aloqa_source_get_type ())
G_DECLARE_DERIVABLE_TYPE (AloqaSource, aloqa_source, ALOQA, SOURCE, GObject)

struct _AloqaSourceClass {
  GObjectClass parent_class;

  /* Both on the main thread, and without blocking. The threads of the source get a reference of the
   * inlet, and push into it or tell it that all is over; they may do so still after close. */
  void (*open) (AloqaSource *self, AloqaInlet *inlet);
  void (*close) (AloqaSource *self);

  /* Or NULL. Whether to give nothing for as long as it likes is no failure now: a person who is asked
   * may think, and a screen on which nothing happens may have no picture. */
  gboolean (*may_be_silent) (AloqaSource *self);

  /* Or NULL. Whether @next cannot be opened while this is. */
  gboolean (*is_in_way_of) (AloqaSource *self, AloqaSource *next);

  /* Made by the program itself: there at once, and never breaks. */
  gboolean is_generated;

  /* Nobody is to see more of it, or of what was before it, than was meant for them: neither goes on
   * while the other has no frame yet. */
  gboolean stands_alone;
};

void aloqa_source_open (AloqaSource *self, AloqaInlet *inlet);
void aloqa_source_close (AloqaSource *self);
gboolean aloqa_source_may_be_silent (AloqaSource *self);
gboolean aloqa_source_is_generated (AloqaSource *self);
gboolean aloqa_source_ends_before (AloqaSource *self, AloqaSource *next);

G_END_DECLS
