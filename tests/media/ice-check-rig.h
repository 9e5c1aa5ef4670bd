/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fakes/fake-clock.h"
#include "media/ice-check.h"
#include "support/support.h"

G_BEGIN_DECLS

/*
 * Checks of a server as the user ali, one after the other, in a time that stands still: what a busy
 * machine takes is not what is tested.
 */
typedef struct {
  AloqaClock *clock;
  GCancellable *cancellable;

  /* Of the last check. */
  gboolean is_over;
  AloqaIceCheckResult *result;
  GError *error;
} IceRig;

void ice_rig_set_up (IceRig *rig);
void ice_rig_tear_down (IceRig *rig);
void ice_rig_begin (IceRig *rig, const char *url, const char *credential, GTlsDatabase *trust);
void ice_rig_finish (IceRig *rig);
void ice_rig_advance_ms (IceRig *rig, gint64 duration_ms);
void ice_rig_assert_failed (IceRig *rig, AloqaIceCheckError code);

G_END_DECLS
