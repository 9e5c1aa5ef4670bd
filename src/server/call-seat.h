/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server/device.h"

G_BEGIN_DECLS

/*
 * One side of a call: which device of a user is in it. A client without multi_device is not told
 * apart from its user's other such clients: the newest of them gets everything, as ever.
 */
typedef struct {
  gboolean is_taken;      /* the callee's is not while it rings */
  AloqaDevice *device;    /* not owned; or NULL: it has gone, and may come back */
  AloqaFeatures features; /* of the device, also while that is away */
  char *name;             /* or NULL */
  gint64 away_us;         /* since when nobody is there; 0: somebody is */
  GQueue held;            /* of AloqaMessage: for a device that is away */
} AloqaCallSeat;

void aloqa_call_seat_clear (AloqaCallSeat *self);
void aloqa_call_seat_take (AloqaCallSeat *self, AloqaDevice *device);
gboolean aloqa_call_seat_is_single (const AloqaCallSeat *self);
gboolean aloqa_call_seat_fits (const AloqaCallSeat *self, const AloqaDevice *device);
gboolean aloqa_call_seat_waits_for (const AloqaCallSeat *self, const AloqaDevice *device);
void aloqa_call_seat_hold (AloqaCallSeat *self, AloqaMessage *message);

G_END_DECLS
