/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "call/arbiter.h"
#include "media/tone.h"
#include "session/call-controller.h"
#include "session/deadlines.h"
#include "session/event-queue.h"
#include "session/live-call-private.h"

G_BEGIN_DECLS

/* What the controller's files share: the object, its effects, and the legs of its calls. */
struct _AloqaCallController {
  GObject parent_instance;

  AloqaConnection *connection;
  AloqaArbiter *arbiter;
  AloqaDeadlines *deadlines;
  AloqaMediaSettings *settings;
  AloqaLocalMedia *local;
  AloqaTone *tone;
  AloqaToneKind tone_kind;           /* the last that was started */
  gboolean do_not_disturb;           /* nothing rings aloud */
  AloqaDeviceFollower *tone_speaker; /* active while a tone plays */
  GPtrArray *ice_servers;            /* or NULL */
  GTlsDatabase *trust;               /* or NULL */

  GPtrArray *calls;              /* of AloqaLiveCall */
  GPtrArray *closing;            /* of AloqaCallMedia */
  AloqaContact *dialled;         /* the last one, or NULL */
  guint devices_call;            /* whose the devices are, 0 for nobody's */
  AloqaPathDiagnosis *diagnosis; /* of the call that is connecting, or NULL */
  guint diagnosed_call;
  guint newest_leg;    /* of any call */
  GError *media_error; /* why no call can have media, or NULL */

  AloqaEventQueue *events; /* an effect's consequences wait for the next turn */
  gboolean is_running;
};

/* call-controller.c */
void aloqa_call_controller_handle (const AloqaCallEvent *event, gpointer controller);
AloqaLiveCall *aloqa_call_controller_find (AloqaCallController *self, guint number);
void aloqa_call_controller_announce (AloqaCallController *self, AloqaLiveCall *call);
void aloqa_call_controller_announce_missed (AloqaCallController *self, AloqaContact *contact,
                                            AloqaCallKind kind);
void aloqa_call_controller_announce_idle (AloqaCallController *self);

/* controller-effects.c */
void aloqa_call_controller_place_tone (AloqaCallController *self);
void aloqa_call_controller_apply_speaker (AloqaCallController *self, AloqaLiveCall *call);
void aloqa_call_controller_silence_ringing (AloqaCallController *self);
void aloqa_call_controller_run_effect (AloqaCallController *self, const AloqaEffect *effect);

/* controller-legs.c */
void aloqa_call_controller_start_leg (AloqaCallController *self, AloqaLiveCall *call, guint leg,
                                      const AloqaPeerConfig *config);
void aloqa_call_controller_stop_leg (AloqaCallController *self, AloqaLiveCall *call, guint leg);

G_END_DECLS
