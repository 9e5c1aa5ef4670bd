/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/message.h"
#include "server/hub.h"

G_BEGIN_DECLS

/* What works here; each is announced, and used between two ends that both have it. */
#define ALOQA_SERVER_FEATURES                                                                      \
  (ALOQA_FEATURE_CALL_ID | ALOQA_FEATURE_RINGING | ALOQA_FEATURE_UNAVAILABLE |                     \
   ALOQA_FEATURE_BUSY | ALOQA_FEATURE_PRESENCE | ALOQA_FEATURE_MULTI_DEVICE |                      \
   ALOQA_FEATURE_REPLACE)

/* A frame for somebody. */
typedef struct {
  AloqaDevice *device;
  AloqaMessage
      *message; /* or NULL: this connection is to be closed, for a newer one has its place */
} AloqaDelivery;

/*
 * Who is in which call with whom, and who gets which frame, decided without touching a socket: the
 * sender's words in, deliveries out.
 */
typedef struct _AloqaRelay AloqaRelay;

AloqaRelay *aloqa_relay_new (AloqaHub *hub);
void aloqa_relay_free (AloqaRelay *self);
AloqaMessage *aloqa_relay_greet (AloqaRelay *self, const AloqaDevice *device);
gboolean
aloqa_relay_is_new_call (AloqaRelay *self, const AloqaDevice *sender, const AloqaMessage *message);
GArray *aloqa_relay_pass (AloqaRelay *self, AloqaDevice *sender, const AloqaMessage *message,
                          const AloqaCaller *caller, gboolean exists, gint64 now_us);
void aloqa_relay_leave (AloqaRelay *self, AloqaDevice *device, gint64 now_us);
GArray *aloqa_relay_tick (AloqaRelay *self, gint64 now_us);
gboolean aloqa_relay_is_urgent (AloqaRelay *self);
GPtrArray *aloqa_relay_find_callers (AloqaRelay *self);
guint aloqa_relay_get_n_calls (AloqaRelay *self);
guint aloqa_relay_get_n_unanswered (AloqaRelay *self);

AloqaMessage *aloqa_relay_make_error (const char *code, const char *text, const char *field,
                                      gint64 retry_after_ms);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaRelay, aloqa_relay_free)

G_END_DECLS
