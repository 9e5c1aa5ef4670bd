/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/call-view-private.h"

#include "ui/call-words.h"
#include "ui/when.h"

#include <glib/gi18n.h>

/* What the header and the controls cover of the stage, in logical pixels. */
#define HEADER_PX 48
#define CONTROLS_PX 76
#define COMPACT_CONTROLS_PX 48
#define FIRST_PICTURE_US (2 * G_USEC_PER_SEC)

/* How a call is shown: each function here looks at the call as it is now. */

static const AloqaFlow *
get_flow (AloqaCallView *self)
{
  return aloqa_live_call_get_flow (self->call);
}

static gboolean
is_connected (AloqaCallView *self)
{
  AloqaPhase phase = aloqa_live_call_get_phase (self->call);

  return phase == ALOQA_PHASE_CONNECTED || phase == ALOQA_PHASE_RECONNECTING;
}

/* The picture that is there is not what happens now. */
static gboolean
is_dimmed (AloqaCallView *self)
{
  return get_flow (self)->is_held ||
         aloqa_live_call_get_phase (self->call) == ALOQA_PHASE_RECONNECTING;
}

static char *
make_words (AloqaCallView *self)
{
  AloqaPhase phase = aloqa_live_call_get_phase (self->call);
  AloqaCallKind kind = aloqa_live_call_get_kind (self->call);

  if (phase != ALOQA_PHASE_CONNECTED)
    return g_strdup (
        aloqa_call_words_for_phase (phase, aloqa_live_call_is_incoming (self->call), kind));
  if (get_flow (self)->is_held)
    return g_strdup (_ ("On hold"));
  return aloqa_when_format_duration (aloqa_live_call_get_duration_us (self->call));
}

/* Why there is no picture in a video call; NULL where that needs no saying. */
static const char *
explain_no_picture (AloqaCallView *self)
{
  AloqaCallMedia *media = aloqa_live_call_get_media (self->call);

  if (aloqa_live_call_get_phase (self->call) != ALOQA_PHASE_CONNECTED || is_dimmed (self) ||
      media == NULL || !aloqa_call_media_has_video (media))
    return NULL;
  if (aloqa_call_stage_has_stalled (self->stage))
    return _ ("Their picture has stopped");
  /* The first picture takes its time, too. */
  return aloqa_live_call_get_duration_us (self->call) > FIRST_PICTURE_US ? _ ("Their camera is off")
                                                                         : NULL;
}

static char *
make_card_words (AloqaCallView *self, const char *words)
{
  const char *explanation = explain_no_picture (self);

  return explanation != NULL ? g_strdup_printf ("%s\n%s", words, explanation) : g_strdup (words);
}

/* Name and timer stand on the card, or, where a picture hides that, in the header. */
void
aloqa_call_view_show_timer (AloqaCallView *self)
{
  gboolean in_header = aloqa_call_stage_shows_picture (self->stage) ||
                       aloqa_call_window_mode_is_compact (self->mode);
  g_autofree char *words = make_words (self);
  g_autofree char *card_words = make_card_words (self, words);

  aloqa_call_stage_set_words (self->stage, is_dimmed (self) || !in_header ? card_words : words);
  aloqa_call_header_set_title (self->header, in_header ? self->title : "", in_header ? words : "");
}

/* What has just happened, or else what the person should know; in a small window the last of it. */
static char *
make_notice (AloqaCallView *self)
{
  AloqaCallHint hint =
      self->monitor != NULL ? aloqa_call_monitor_get_hint (self->monitor) : ALOQA_HINT_NONE;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) lines = NULL;

  if (self->messages->len == 0)
    return g_strdup (aloqa_call_hint_get_words (hint));
  if (aloqa_call_window_mode_is_compact (self->mode))
    return g_strdup (self->messages->pdata[self->messages->len - 1]);
  for (guint i = 0; i < self->messages->len; i++)
    g_strv_builder_add (builder, self->messages->pdata[i]);
  lines = g_strv_builder_end (builder);
  return g_strjoinv ("\n", lines);
}

void
aloqa_call_view_show_hint (AloqaCallView *self)
{
  g_autofree char *notice = make_notice (self);

  if (*notice != '\0') /* else it fades away with what it said */
    gtk_label_set_text (self->hint, notice);
  gtk_revealer_set_reveal_child (self->hint_revealer, *notice != '\0');
  aloqa_call_header_set_quality (self->header, self->monitor != NULL
                                                   ? aloqa_call_monitor_get_quality (self->monitor)
                                                   : ALOQA_QUALITY_UNKNOWN);
}

static void
set_class (AloqaCallView *self, const char *name, gboolean is_set)
{
  if (is_set)
    gtk_widget_add_css_class (GTK_WIDGET (self), name);
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), name);
}

/* What stands around the picture, and goes away in full screen where nobody moves. */
void
aloqa_call_view_show_chrome (AloqaCallView *self)
{
  gboolean is_compact = aloqa_call_window_mode_is_compact (self->mode);
  gboolean is_hidden = self->is_idle && aloqa_call_window_mode_is_fullscreen (self->mode) &&
                       !aloqa_call_controls_is_busy (self->controls) &&
                       !aloqa_call_header_is_busy (self->header);

  gtk_revealer_set_reveal_child (self->header_revealer, !is_hidden);
  gtk_revealer_set_reveal_child (self->controls_revealer, !is_hidden);
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), is_hidden ? "none" : NULL);
  set_class (self, "has-picture", aloqa_call_stage_shows_picture (self->stage));
  set_class (self, "compact", is_compact);
  aloqa_call_header_set_compact (self->header, is_compact);
  aloqa_call_stage_set_compact (self->stage, is_compact);
  if (is_hidden)
    aloqa_call_stage_set_insets (self->stage, 0, 0);
  else
    aloqa_call_stage_set_insets (self->stage, HEADER_PX,
                                 is_compact ? COMPACT_CONTROLS_PX : CONTROLS_PX);
}

static void
show_feeds (AloqaCallView *self)
{
  AloqaCallMedia *media = aloqa_live_call_get_media (self->call);
  AloqaLocalMedia *local = aloqa_call_view_get_local (self);
  gboolean is_on = aloqa_live_call_get_phase (self->call) != ALOQA_PHASE_ENDED;
  gboolean has_remote = is_on && media != NULL && aloqa_call_media_has_video (media);
  gboolean shows_screen =
      local != NULL && aloqa_local_media_get_content (local) != ALOQA_VIDEO_CONTENT_CAMERA;
  gboolean has_own = is_on && local != NULL && (get_flow (self)->send_video || shows_screen);

  aloqa_call_stage_set_mirrors_self (self->stage, !shows_screen);
  aloqa_call_stage_set_feeds (self->stage,
                              has_remote ? aloqa_call_media_get_remote_video (media) : NULL,
                              has_own ? aloqa_local_media_get_video_feed (local) : NULL);
}

static void
show_controls (AloqaCallView *self)
{
  const AloqaFlow *flow = get_flow (self);
  AloqaCallDevices *devices = aloqa_call_controls_get_devices (self->controls);
  gboolean has_cameras = aloqa_call_devices_get_n_cameras (devices) > 1;

  aloqa_call_controls_update (self->controls,
                              &(AloqaControlsState){
                                  .is_running = is_connected (self),
                                  .has_cameras = has_cameras,
                                  .is_muted = flow->is_muted,
                                  .is_camera_off = !flow->send_video,
                                  .is_held = flow->is_held,
                                  .can_share = flow->has_video,
                                  .is_sharing = aloqa_call_view_is_sharing (self),
                                  .is_compact = aloqa_call_window_mode_is_compact (self->mode),
                              });
  aloqa_call_share_bar_show (self->share_bar, aloqa_call_view_get_share (self),
                             aloqa_call_window_mode_is_compact (self->mode));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "call.share",
                                 is_connected (self) && flow->has_video);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "call.toggle-camera", !flow->is_held);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "call.toggle-hold", is_connected (self));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "call.switch-camera", has_cameras);
}

/* All of it anew; cheap enough for whenever anything changes. */
void
aloqa_call_view_show_all (AloqaCallView *self)
{
  if (self->call == NULL || aloqa_live_call_get_phase (self->call) == ALOQA_PHASE_ENDED)
    return;

  show_feeds (self);
  show_controls (self);
  aloqa_call_stage_set_dimmed (self->stage, is_dimmed (self));
  aloqa_call_header_set_secure (self->header, is_connected (self));
  aloqa_call_view_show_timer (self);
  aloqa_call_view_show_hint (self);
  aloqa_call_view_show_chrome (self);
  aloqa_call_gestures_set_talks (self->gestures, is_connected (self) && get_flow (self)->is_muted &&
                                                     !get_flow (self)->is_held);
}

/* The call has ended. */
void
aloqa_call_view_show_summary (AloqaCallView *self)
{
  gboolean is_online = self->session == NULL || aloqa_session_is_online (self->session);

  aloqa_call_window_mode_leave (self->mode);
  aloqa_call_stage_set_feeds (self->stage, NULL, NULL);
  aloqa_call_summary_show (self->summary, self->call, aloqa_call_view_get_roster (self), is_online);
  gtk_stack_set_visible_child_name (self->pages, "summary");
  set_class (self, "has-picture", FALSE);
  set_class (self, "compact", FALSE);
}
