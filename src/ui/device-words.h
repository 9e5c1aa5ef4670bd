/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/device-follower.h"

G_BEGIN_DECLS

/* What is said of a device that comes or goes during a call, in the reader's language. */
char *aloqa_device_words_for_news (AloqaDeviceNews news, const char *role, const char *name,
                                   const char *instead);
const char *aloqa_device_words_for_missing (guint kinds);
char *aloqa_device_words_for_choice (GListModel *devices, guint i);
char *aloqa_device_words_for_default (GListModel *devices);

G_END_DECLS
