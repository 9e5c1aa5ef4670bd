/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/call-controls.h"
#include "ui/call-gestures.h"
#include "ui/call-header.h"
#include "ui/call-monitor.h"
#include "ui/call-share-bar.h"
#include "ui/call-stage.h"
#include "ui/call-summary.h"
#include "ui/call-view.h"
#include "ui/call-window-mode.h"

G_BEGIN_DECLS

/* What the view's files share: the object with its wishes, and how it shows a call. */
struct _AloqaCallView {
  GtkWidget parent_instance;

  GtkStack *pages;
  AloqaCallStage *stage;
  GtkRevealer *header_revealer;
  AloqaCallHeader *header;
  AloqaCallShareBar *share_bar;
  GtkRevealer *hint_revealer;
  GtkLabel *hint;
  GtkRevealer *controls_revealer;
  AloqaCallControls *controls;
  AloqaCallSummary *summary;

  AloqaSession *session;     /* or NULL */
  AloqaLiveCall *call;       /* or NULL */
  AloqaCallMonitor *monitor; /* of the call, or NULL */
  AloqaCallGestures *gestures;
  AloqaCallWindowMode *mode;
  char *title;
  GPtrArray *messages; /* that are shown now */
  guint messages_id;   /* takes them away */
  guint missing;       /* what one of them says is missing: 1 << AloqaDeviceKind */
  gboolean is_idle;    /* nobody has moved for a while */
  guint timer_id;      /* while connected */
  guint close_id;      /* closes by itself, where there is nothing to be read */
};

/* call-view.c */
AloqaRoster *aloqa_call_view_get_roster (AloqaCallView *self);
AloqaLocalMedia *aloqa_call_view_get_local (AloqaCallView *self);

/* call-view-share.c */
AloqaScreenShare *aloqa_call_view_get_share (AloqaCallView *self);
gboolean aloqa_call_view_is_sharing (AloqaCallView *self);
const char *aloqa_call_view_get_share_mode (AloqaCallView *self);
gboolean aloqa_call_view_get_share_sound (AloqaCallView *self);
void aloqa_call_view_set_sharing (AloqaCallView *self, gboolean is_on);
void aloqa_call_view_set_share_mode (AloqaCallView *self, const char *name);
void aloqa_call_view_set_share_sound (AloqaCallView *self, gboolean is_on);

/* call-view-show.c */
void aloqa_call_view_show_all (AloqaCallView *self);
void aloqa_call_view_show_hint (AloqaCallView *self);
void aloqa_call_view_show_chrome (AloqaCallView *self);
void aloqa_call_view_show_timer (AloqaCallView *self);
void aloqa_call_view_show_summary (AloqaCallView *self);

/* call-view-follow.c */
void aloqa_call_view_say (AloqaCallView *self, const char *message);
void aloqa_call_view_begin (AloqaCallView *self);
void aloqa_call_view_clear (AloqaCallView *self);
void aloqa_call_view_follow_parts (AloqaCallView *self);

/* call-view-wishes.c */
void aloqa_call_view_install_actions (GtkWidgetClass *widget_class);
void aloqa_call_view_take_wishes (AloqaCallView *self);

G_END_DECLS
