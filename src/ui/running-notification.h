/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/local-media.h"
#include "session/live-call.h"

G_BEGIN_DECLS

const char *aloqa_running_notification_get_words (AloqaLiveCall *call, AloqaLocalMedia *local);
GNotification *aloqa_running_notification_new (AloqaLiveCall *call, const char *words);

G_END_DECLS
