/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/call-book.h"
#include "server/relay.h"

G_BEGIN_DECLS

/* Shared by relay.c (what is said), relay-send.c (to whom) and relay-life.c (who comes and goes). */
struct _AloqaRelay {
  AloqaHub *hub; /* not owned */
  AloqaCallBook *book;
  gboolean is_urgent; /* somebody is away from a call that rings */
};

/* relay-send.c */
GArray *aloqa_relay_new_deliveries (void);
void aloqa_relay_deliver (GArray *deliveries, AloqaDevice *device, AloqaMessage *message);
AloqaDevice *aloqa_relay_find_single (AloqaRelay *self, gint64 user_id);
GPtrArray *aloqa_relay_find_ringable (AloqaRelay *self, gint64 user_id);
void aloqa_relay_forward (AloqaRelay *self, AloqaCallEntry *call, const AloqaMessage *message,
                          gint64 from, GArray *deliveries);
void aloqa_relay_send_ring (AloqaCallEntry *call, const AloqaMessage *message, AloqaDevice *device,
                            GArray *deliveries);
void aloqa_relay_send_end (AloqaRelay *self, AloqaCallEntry *call, gint64 from,
                           AloqaEndReason reason, GArray *deliveries);
void aloqa_relay_stop_others (AloqaCallEntry *call, const AloqaDevice *except,
                              AloqaEndReason reason, GArray *deliveries);
AloqaMessage *aloqa_relay_make_unavailable (const AloqaCallEntry *call, const AloqaDevice *device,
                                            AloqaUnavailableReason reason);

/* relay-life.c */
void aloqa_relay_learn_hello (AloqaRelay *self, AloqaDevice *device, const AloqaMessage *message,
                              GArray *deliveries);

G_END_DECLS
