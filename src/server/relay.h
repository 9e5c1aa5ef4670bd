/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/message.h"
#include "server/call-book.h"

G_BEGIN_DECLS

/* What works here; each is announced, and used between two ends that both have it. */
#define ALOQA_SERVER_FEATURES                                                                      \
  (ALOQA_FEATURE_CALL_ID | ALOQA_FEATURE_RINGING | ALOQA_FEATURE_UNAVAILABLE | ALOQA_FEATURE_BUSY)

/* One connection, as far as the relay is concerned. */
typedef struct {
  gint64 user_id;
  AloqaFeatures features; /* what it has announced and we know; 0 for an old client */
  char *name;             /* what it calls itself; or NULL */
} AloqaDevice;

/* The other user of a frame. */
typedef struct {
  GPtrArray *devices; /* of AloqaDevice, the newest last; or NULL: offline */
  gboolean exists;    /* matters only where there are no devices */
} AloqaReceiver;

/* A frame for somebody. */
typedef struct {
  AloqaDevice *device;
  AloqaMessage *message;
} AloqaDelivery;

/*
 * Who gets which frame, decided without touching a socket: the sender's words in, deliveries out.
 */
typedef struct _AloqaRelay AloqaRelay;

AloqaRelay *aloqa_relay_new (void);
void aloqa_relay_free (AloqaRelay *self);
AloqaMessage *aloqa_relay_greet (AloqaRelay *self, const AloqaDevice *device);
gboolean
aloqa_relay_is_new_call (AloqaRelay *self, const AloqaDevice *sender, const AloqaMessage *message);
GArray *aloqa_relay_pass (AloqaRelay *self, AloqaDevice *sender, const AloqaMessage *message,
                          const AloqaCaller *caller, const AloqaReceiver *receiver, gint64 now_us);

AloqaMessage *aloqa_relay_make_error (const char *code, const char *text, const char *field,
                                      gint64 retry_after_ms);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaRelay, aloqa_relay_free)

G_END_DECLS
