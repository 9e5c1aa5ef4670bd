/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

AdwToast *aloqa_toast_new (GtkWidget *window, const char *text);
void aloqa_toast_set_text (AdwToast *toast, const char *text);

G_END_DECLS
