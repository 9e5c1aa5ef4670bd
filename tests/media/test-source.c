/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/test-source.h"

G_DEFINE_TYPE (TestSource, test_source, ALOQA_TYPE_SOURCE)
G_DEFINE_TYPE (TestFiller, test_filler, test_source_get_type ())
G_DEFINE_TYPE (TestScreen, test_screen, test_source_get_type ())

#define TEST_SOURCE(object) ((TestSource *) (object))

static void
test_source_open (AloqaSource *source, AloqaInlet *inlet)
{
  TEST_SOURCE (source)->inlet = aloqa_inlet_ref (inlet);
}

static void
test_source_close (AloqaSource *source)
{
  TEST_SOURCE (source)->n_closed++;
}

static gboolean
test_source_may_be_silent (AloqaSource *source)
{
  return TEST_SOURCE (source)->may_be_silent;
}

static gboolean
test_source_is_in_way_of (AloqaSource *source, AloqaSource *next)
{
  return TEST_SOURCE (source)->is_in_way;
}

static void
test_source_finalize (GObject *object)
{
  g_assert_cmpuint (TEST_SOURCE (object)->n_closed, ==, 1);
  g_clear_pointer (&TEST_SOURCE (object)->inlet, aloqa_inlet_unref);

  G_OBJECT_CLASS (test_source_parent_class)->finalize (object);
}

static void
test_source_class_init (TestSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_source_finalize;
  ALOQA_SOURCE_CLASS (klass)->open = test_source_open;
  ALOQA_SOURCE_CLASS (klass)->close = test_source_close;
  ALOQA_SOURCE_CLASS (klass)->may_be_silent = test_source_may_be_silent;
  ALOQA_SOURCE_CLASS (klass)->is_in_way_of = test_source_is_in_way_of;
}

static void
test_filler_class_init (TestFillerClass *klass)
{
  ALOQA_SOURCE_CLASS (klass)->is_generated = TRUE;
}

static void
test_screen_class_init (TestScreenClass *klass)
{
  ALOQA_SOURCE_CLASS (klass)->stands_alone = TRUE;
}

static void
test_source_init (TestSource *self)
{
}

static void
test_filler_init (TestFiller *self)
{
}

static void
test_screen_init (TestScreen *self)
{
}
