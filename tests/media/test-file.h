/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A media file that a GStreamer pipeline makes, in a folder of its own; both go with it. */
typedef struct _AloqaTestFile AloqaTestFile;

AloqaTestFile *aloqa_test_file_new (const char *name, const char *pipeline);
const char *aloqa_test_file_get_path (AloqaTestFile *self);
void aloqa_test_file_free (AloqaTestFile *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaTestFile, aloqa_test_file_free)

G_END_DECLS
