/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Hides the pages of a stack that are not in front from screen readers, too: GTK 4.8 does not, and
 * they would read out what is not there. */
void aloqa_accessible_pages_follow (GtkStack *stack);
void aloqa_accessible_pages_follow_views (AdwViewStack *stack);

G_END_DECLS
