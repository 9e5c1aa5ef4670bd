/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#define GST_USE_UNSTABLE_API
#include <gst/gst.h>
#include <gst/webrtc/webrtc.h>

#include "media/peer-engine.h"
#include "media/peer-feedback.h"
#include "media/peer-gate.h"
#include "media/peer-playout.h"
#include "media/peer-reports.h"
#include "media/peer-receiver.h"
#include "media/peer-sender.h"
#include "media/turn-tls.h"

G_BEGIN_DECLS

typedef struct _AloqaNegotiationLock AloqaNegotiationLock;

/* Shared by the peer-engine-….c files and their tests alone. */
struct _AloqaPeerEngine {
  AloqaHop *hop;
  AloqaHopFunc handler;
  AloqaNegotiationLock *negotiation_lock; /* shared with negotiations, which may outlive us */

  GstElement *pipeline;
  GstElement *webrtc;
  GstElement *rtpbin;
  guint bus_watch_id;
  GPtrArray *tunnels; /* of AloqaTurnTls */

  AloqaPeerGate *gate;
  AloqaPeerPlayout *playout;
  AloqaPeerReports *reports;
  AloqaPeerFeedback *feedback;
  guint min_kbps; /* of video */
  guint camera_max_kbps;
  guint screen_max_kbps;
  gint max_kbps;    /* of what is shown now; atomic */
  gint target_kbps; /* of video; atomic */
  AloqaPeerSender *audio_sender;
  AloqaPeerSender *video_sender;
  AloqaPeerReceiver *audio_receiver;
  AloqaPeerReceiver *video_receiver;
  gint64 sound_lost; /* packets of it that were missing at sound_lost_us */
  gint64 sound_lost_us;
  gboolean is_sound_repaired;
  AloqaFeed *remote_audio;
  AloqaFeed *remote_video;
};

AloqaPeerEvent *aloqa_peer_event_new (AloqaPeerEventType type);
void aloqa_peer_event_free (gpointer event);
void aloqa_peer_engine_tell (AloqaPeerEngine *self, AloqaPeerEvent *event);
void aloqa_peer_engine_tell_type (AloqaPeerEngine *self, AloqaPeerEventType type);

void aloqa_peer_engine_set_up_ice (AloqaPeerEngine *self, const AloqaPeerConfig *config);
AloqaNegotiationLock *aloqa_negotiation_lock_new (void);
void aloqa_negotiation_lock_unref (AloqaNegotiationLock *self);
void aloqa_peer_engine_end_negotiation (AloqaPeerEngine *self);
void aloqa_peer_engine_watch_elements (AloqaPeerEngine *self);

G_END_DECLS
