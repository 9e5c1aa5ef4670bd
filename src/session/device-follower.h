/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/clock.h"
#include "media/devices.h"
#include "session/device-news.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_DEVICE_FOLLOWER (aloqa_device_follower_get_type ())
G_DECLARE_FINAL_TYPE (AloqaDeviceFollower, aloqa_device_follower, ALOQA, DEVICE_FOLLOWER, GObject)

/*
 * What one role (a camera, a microphone, a speaker) is to use while devices come and go: the device
 * that was chosen as long as it is there and can be used; else the system's default, for sound. A
 * camera has no substitute that a person has not chosen. What was chosen is never changed by this.
 *
 * Signals:
 *   changed ()  aloqa_device_follower_get_source() is to be used from now on; the same as before
 *     where that could not be opened and now may
 *   news (AloqaDeviceNews, const char *name, const char *instead)  for a person; @name is "" where
 *     it was never there, @instead may be %NULL
 *
 * Main thread only.
 */
AloqaDeviceFollower *aloqa_device_follower_new (AloqaDeviceKind kind, const char *fallback);
AloqaDeviceFollower *aloqa_device_follower_new_with_clock (AloqaDeviceKind kind,
                                                           const char *fallback, AloqaClock *clock);
void aloqa_device_follower_set_chosen (AloqaDeviceFollower *self, const char *source);
const char *aloqa_device_follower_get_chosen (AloqaDeviceFollower *self);
const char *aloqa_device_follower_get_source (AloqaDeviceFollower *self);
gboolean aloqa_device_follower_note_failure (AloqaDeviceFollower *self, const GError *error);
void aloqa_device_follower_note_success (AloqaDeviceFollower *self);
gboolean aloqa_device_follower_has_given_up (AloqaDeviceFollower *self);
gboolean aloqa_device_follower_is_left_alone (AloqaDeviceFollower *self);
void aloqa_device_follower_forget_failures (AloqaDeviceFollower *self);
void aloqa_device_follower_set_active (AloqaDeviceFollower *self, gboolean is_active);

G_END_DECLS
