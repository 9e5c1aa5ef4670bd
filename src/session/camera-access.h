/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How this program gets at cameras. To be called before anything looks for devices. */
void aloqa_camera_access_init (void);
void aloqa_camera_access_use_portal (gboolean uses_portal);
gboolean aloqa_camera_access_hides_cameras (void);

G_END_DECLS
