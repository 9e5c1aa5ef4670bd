/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void aloqa_row_button_name (GtkWidget *button, const char *text);

G_END_DECLS
