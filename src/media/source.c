/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/source.h"

G_DEFINE_ABSTRACT_TYPE (AloqaSource, aloqa_source, G_TYPE_OBJECT)

static void
aloqa_source_class_init (AloqaSourceClass *klass)
{
}

static void
aloqa_source_init (AloqaSource *self)
{
}

void
aloqa_source_open (AloqaSource *self, AloqaInlet *inlet)
{
  ALOQA_SOURCE_GET_CLASS (self)->open (self, inlet);
}

void
aloqa_source_close (AloqaSource *self)
{
  ALOQA_SOURCE_GET_CLASS (self)->close (self);
}

gboolean
aloqa_source_may_be_silent (AloqaSource *self)
{
  AloqaSourceClass *klass = ALOQA_SOURCE_GET_CLASS (self);

  return klass->may_be_silent != NULL && klass->may_be_silent (self);
}

gboolean
aloqa_source_is_generated (AloqaSource *self)
{
  return ALOQA_SOURCE_GET_CLASS (self)->is_generated;
}

/* Returns: whether @self is to be closed before @next is opened, and not with its first frame */
gboolean
aloqa_source_ends_before (AloqaSource *self, AloqaSource *next)
{
  AloqaSourceClass *klass = ALOQA_SOURCE_GET_CLASS (self);

  return klass->stands_alone || ALOQA_SOURCE_GET_CLASS (next)->stands_alone ||
         (klass->is_in_way_of != NULL && klass->is_in_way_of (self, next));
}
