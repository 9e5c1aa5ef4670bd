/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * One picture, ready to be painted: opaque BGRA, rows without gaps. It never changes, and any thread
 * may hold it.
 */
typedef struct _AloqaVideoPicture AloqaVideoPicture;

AloqaVideoPicture *aloqa_video_picture_new (int width_px, int height_px, GBytes *bytes);
void aloqa_video_picture_free (AloqaVideoPicture *self);
int aloqa_video_picture_get_width (AloqaVideoPicture *self);
int aloqa_video_picture_get_height (AloqaVideoPicture *self);
GBytes *aloqa_video_picture_get_bytes (AloqaVideoPicture *self);
GdkTexture *aloqa_video_picture_get_texture (AloqaVideoPicture *self);
void aloqa_video_picture_snapshot (AloqaVideoPicture *self, GtkSnapshot *snapshot, double width,
                                   double height);
void aloqa_video_picture_snapshot_in_software (AloqaVideoPicture *self, GtkSnapshot *snapshot,
                                               double width, double height);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaVideoPicture, aloqa_video_picture_free)

G_END_DECLS
