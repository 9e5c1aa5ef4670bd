/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/call-devices.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_CALL_CONTROLS (aloqa_call_controls_get_type ())
G_DECLARE_FINAL_TYPE (AloqaCallControls, aloqa_call_controls, ALOQA, CALL_CONTROLS, GtkWidget)

/* Which of the buttons there are; what they do are the actions "call.…" of the view around them. */
typedef struct {
  gboolean is_running;  /* connected: holding and devices make sense */
  gboolean has_cameras; /* more than one, to switch between */
  gboolean is_muted;
  gboolean is_camera_off;
  gboolean is_held;
  gboolean can_share; /* there are pictures, for the screen to take the place of */
  gboolean is_sharing;
  gboolean is_compact; /* only the three that matter most */
} AloqaControlsState;

void aloqa_call_controls_update (AloqaCallControls *self, const AloqaControlsState *state);
AloqaCallDevices *aloqa_call_controls_get_devices (AloqaCallControls *self);
gboolean aloqa_call_controls_is_busy (AloqaCallControls *self);

G_END_DECLS
