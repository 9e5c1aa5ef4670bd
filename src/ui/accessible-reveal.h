/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* The button that shows a password is said as what it does (libadwaita 1.2 has a picture alone). */
void aloqa_accessible_reveal_name (AdwPasswordEntryRow *row);

G_END_DECLS
