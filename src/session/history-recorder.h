/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/call-controller.h"
#include "session/history.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_HISTORY_RECORDER (aloqa_history_recorder_get_type ())
G_DECLARE_FINAL_TYPE (AloqaHistoryRecorder, aloqa_history_recorder, ALOQA, HISTORY_RECORDER,
                      GObject)

/* Writes a controller's calls into a history, those that never rang here too. */
AloqaHistoryRecorder *
aloqa_history_recorder_new (AloqaHistory *history, AloqaCallController *controller);
AloqaOutcome aloqa_history_recorder_judge (gboolean is_incoming, const AloqaCallEnd *end);

G_END_DECLS
