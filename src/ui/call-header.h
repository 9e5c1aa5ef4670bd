/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/call-quality.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ALOQA_TYPE_CALL_HEADER (aloqa_call_header_get_type ())
G_DECLARE_FINAL_TYPE (AloqaCallHeader, aloqa_call_header, ALOQA, CALL_HEADER, GtkWidget)

/* The top of a call: the lock, the quality, name and timer, a menu, the window's own buttons. */
void aloqa_call_header_set_title (AloqaCallHeader *self, const char *title, const char *subtitle);
void aloqa_call_header_set_secure (AloqaCallHeader *self, gboolean is_secure);
void aloqa_call_header_set_quality (AloqaCallHeader *self, AloqaQuality quality);
void aloqa_call_header_set_compact (AloqaCallHeader *self, gboolean is_compact);
gboolean aloqa_call_header_is_busy (AloqaCallHeader *self);

G_END_DECLS
