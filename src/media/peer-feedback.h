/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

#include "base/clock.h"

G_BEGIN_DECLS

/* Turns webrtcbin's transport-wide feedback into what the encoder may spend. */
typedef struct _AloqaPeerFeedback AloqaPeerFeedback;

/* Called on a streaming thread with a new estimate of what the network carries. */
typedef void (*AloqaPeerFeedbackFunc) (guint kbps, gpointer user_data);

AloqaPeerFeedback *
aloqa_peer_feedback_new (AloqaClock *clock, guint initial_kbps, guint min_kbps, guint max_kbps,
                         AloqaPeerFeedbackFunc func, gpointer user_data);
void aloqa_peer_feedback_free (AloqaPeerFeedback *self);
void aloqa_peer_feedback_watch (AloqaPeerFeedback *self, GstPad *pad);
guint aloqa_peer_feedback_get_kbps (AloqaPeerFeedback *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaPeerFeedback, aloqa_peer_feedback_free)

G_END_DECLS
