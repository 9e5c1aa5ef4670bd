/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/source.h"

G_BEGIN_DECLS

/* A source that does what the test tells it; one that is made by the program; one that stands alone. */
typedef struct {
  AloqaSource parent_instance;
  AloqaInlet *inlet;
  guint n_closed;
  gboolean may_be_silent, is_in_way;
} TestSource;

typedef AloqaSourceClass TestSourceClass, TestFillerClass, TestScreenClass;
typedef TestSource TestFiller, TestScreen;

GType test_source_get_type (void);
GType test_filler_get_type (void);
GType test_screen_get_type (void);

G_END_DECLS
