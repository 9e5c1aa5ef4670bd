/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define ALOQA_TYPE_APPLICATION (aloqa_application_get_type ())
G_DECLARE_FINAL_TYPE (AloqaApplication, aloqa_application, ALOQA, APPLICATION, AdwApplication)

/* The program: one of it runs for each person, and a second launch talks to the first. */
AloqaApplication *aloqa_application_new (void);

G_END_DECLS
