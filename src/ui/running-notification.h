/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/live-call.h"

G_BEGIN_DECLS

GNotification *aloqa_running_notification_new (AloqaLiveCall *call);

G_END_DECLS
