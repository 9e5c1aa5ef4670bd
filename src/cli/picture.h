/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/call-media.h"

G_BEGIN_DECLS

void aloqa_picture_save (AloqaCallMedia *media, const char *path);

G_END_DECLS
