/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/call-view-private.h"

#include <glib/gi18n.h>

#include "media/media.h"
#include "session/error-text.h"
#include "ui/device-words.h"

/* Who hung up themselves need not be told at length. */
#define CLOSE_MS 2000
/* How long a message stays, and how many there is room for. */
#define MESSAGE_S 7
#define MAX_MESSAGES 3

/* A call's life, as the view follows it. */

static void
forget_messages (AloqaCallView *self)
{
  g_clear_handle_id (&self->messages_id, g_source_remove);
  g_ptr_array_set_size (self->messages, 0);
  self->missing = 0;
}

static gboolean
forget_messages_cb (gpointer user_data)
{
  AloqaCallView *self = user_data;

  self->messages_id = 0;
  forget_messages (self);
  aloqa_call_view_show_hint (self);
  return G_SOURCE_REMOVE;
}

/* Says what has happened, for a while, and never over the controls: a call must always be ended. */
void
aloqa_call_view_say (AloqaCallView *self, const char *message)
{
  if (g_ptr_array_find_with_equal_func (self->messages, message, g_str_equal, NULL))
    return;
  if (self->messages->len == MAX_MESSAGES)
    g_ptr_array_remove_index (self->messages, 0);
  g_ptr_array_add (self->messages, g_strdup (message));
  g_clear_handle_id (&self->messages_id, g_source_remove);
  self->messages_id = g_timeout_add_seconds (MESSAGE_S, forget_messages_cb, self);
  aloqa_call_view_show_hint (self);
}

static gboolean
close_cb (gpointer user_data)
{
  AloqaCallView *self = user_data;

  self->close_id = 0;
  aloqa_call_view_set_call (self, NULL);
  g_signal_emit_by_name (self, "closed");
  return G_SOURCE_REMOVE;
}

static void
summary_closed_cb (AloqaCallView *self)
{
  g_clear_handle_id (&self->close_id, g_source_remove);
  close_cb (self);
}

/* What has ended stays in the view until another call is put in its place: this one may be refused, as
 * while somebody rings. */
static void
summary_again_cb (AloqaCallView *self)
{
  g_autoptr (AloqaLiveCall) call = NULL;
  gboolean is_legacy;

  if (self->call == NULL)
    return;
  call = g_object_ref (self->call);
  is_legacy = aloqa_live_call_get_end (call)->suggestion == ALOQA_SUGGEST_LEGACY;
  g_signal_emit_by_name (self, "call-again", aloqa_live_call_get_contact (call),
                         (int) aloqa_live_call_get_kind (call),
                         is_legacy ? ALOQA_DIAL_LEGACY : ALOQA_DIAL_AUTO);
}

static void
ended_cb (AloqaCallView *self)
{
  g_clear_handle_id (&self->timer_id, g_source_remove);
  g_clear_object (&self->monitor);
  aloqa_call_view_show_summary (self);
  if (!aloqa_call_summary_needs_reading (self->call))
    self->close_id = g_timeout_add (CLOSE_MS, close_cb, self);
  g_object_notify (G_OBJECT (self), "is-running");
  g_object_notify (G_OBJECT (self), "compact");
}

static gboolean
timer_cb (gpointer user_data)
{
  aloqa_call_view_show_timer (user_data);
  return G_SOURCE_CONTINUE;
}

static void
changed_cb (AloqaCallView *self)
{
  static const char *const flow_properties[] = { "muted",   "camera-off", "held",
                                                 "sharing", "share-mode", "share-sound" };

  aloqa_call_view_show_all (self);
  for (gsize i = 0; i < G_N_ELEMENTS (flow_properties); i++)
    g_object_notify (G_OBJECT (self), flow_properties[i]);
}

static void
phase_cb (AloqaCallView *self)
{
  if (aloqa_live_call_get_phase (self->call) == ALOQA_PHASE_CONNECTED && self->timer_id == 0)
    self->timer_id = g_timeout_add_seconds (1, timer_cb, self);
  changed_cb (self);
}

/* Returns: 1 << AloqaDeviceKind; 0 for what is no device of a call's */
static guint
get_kind (const char *role)
{
  static const AloqaDeviceKind kinds[] = { ALOQA_DEVICE_CAMERA, ALOQA_DEVICE_MICROPHONE,
                                           ALOQA_DEVICE_SPEAKER };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++) {
    if (g_str_equal (role, aloqa_device_kind_get_role (kinds[i])))
      return 1u << kinds[i];
  }
  return 0;
}

/* A computer without any has one message about it, and not three. */
static void
say_missing (AloqaCallView *self, guint missing)
{
  const char *before = aloqa_device_words_for_missing (self->missing);
  guint i;

  if (before != NULL && missing != self->missing &&
      g_ptr_array_find_with_equal_func (self->messages, before, g_str_equal, &i))
    g_ptr_array_remove_index (self->messages, i);
  self->missing = missing;
  if (missing != 0)
    aloqa_call_view_say (self, aloqa_device_words_for_missing (missing));
  else
    aloqa_call_view_show_hint (self);
}

static void
device_error_cb (AloqaCallView *self, const char *role, const GError *error)
{
  guint kind = get_kind (role);

  if (kind != 0 && g_error_matches (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_NOT_FOUND))
    say_missing (self, self->missing | kind);
  else
    aloqa_call_view_say (self, aloqa_error_text_for_device (error, role));
}

static void
device_news_cb (AloqaCallView *self, const char *role, int news, const char *name,
                const char *instead)
{
  g_autofree char *words =
      aloqa_device_words_for_news ((AloqaDeviceNews) news, role, name, instead);
  gboolean is_there = news != ALOQA_DEVICE_NEWS_LOST || instead != NULL;
  guint kind = get_kind (role);

  if (is_there && (self->missing & kind) != 0)
    say_missing (self, self->missing & ~kind);
  aloqa_call_view_say (self, words);
}

static void
notice_cb (AloqaCallView *self, guint notice)
{
  if (notice == ALOQA_NOTICE_NO_VIDEO)
    aloqa_call_view_say (self, _ ("Their app cannot take video in this call."));
}

static void
level_cb (AloqaCallView *self, double level_db)
{
  aloqa_call_stage_set_level_db (self->stage, level_db);
}

static void
picture_cb (AloqaCallView *self)
{
  gboolean shows_picture = aloqa_call_stage_shows_picture (self->stage);

  if (self->monitor != NULL)
    aloqa_call_monitor_set_expects_picture (self->monitor, shows_picture);
  aloqa_call_view_show_all (self);
}

static void
connect_call (AloqaCallView *self)
{
  const struct {
    const char *signal;
    GCallback callback;
  } rows[] = {
    { "notify::phase", G_CALLBACK (phase_cb) },
    { "notify::muted", G_CALLBACK (changed_cb) },
    { "notify::video-off", G_CALLBACK (changed_cb) },
    { "notify::held", G_CALLBACK (changed_cb) },
    { "media-changed", G_CALLBACK (changed_cb) },
    { "first-video-frame", G_CALLBACK (changed_cb) },
    { "sharing", G_CALLBACK (changed_cb) },
    { "device-error", G_CALLBACK (device_error_cb) },
    { "device-news", G_CALLBACK (device_news_cb) },
    { "notice", G_CALLBACK (notice_cb) },
    { "ended", G_CALLBACK (ended_cb) },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_signal_connect_object (self->call, rows[i].signal, rows[i].callback, self, G_CONNECT_SWAPPED);
}

/* Follows self->call from now on; one that has ended shows why. */
void
aloqa_call_view_begin (AloqaCallView *self)
{
  AloqaContact *contact = aloqa_live_call_get_contact (self->call);
  AloqaLocalMedia *local = aloqa_call_view_get_local (self);

  self->monitor = aloqa_call_monitor_new (self->call, local);
  g_signal_connect_object (self->monitor, "notify", G_CALLBACK (aloqa_call_view_show_hint), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->monitor, "level", G_CALLBACK (level_cb), self, G_CONNECT_SWAPPED);
  aloqa_call_stage_set_contact (self->stage, contact, aloqa_call_view_get_roster (self));
  g_object_set (self->stage, "shows-self", TRUE, "swapped", FALSE, NULL);
  aloqa_call_devices_set_call (aloqa_call_controls_get_devices (self->controls), self->call, local);
  gtk_stack_set_visible_child_name (self->pages, "call");
  connect_call (self);
  phase_cb (self);
  if (!aloqa_call_view_is_running (self))
    ended_cb (self);
}

/* Nothing of the call before is left. */
void
aloqa_call_view_clear (AloqaCallView *self)
{
  g_clear_handle_id (&self->close_id, g_source_remove);
  g_clear_handle_id (&self->timer_id, g_source_remove);
  forget_messages (self);
  g_clear_object (&self->monitor);
  if (self->call != NULL)
    g_signal_handlers_disconnect_by_data (self->call, self);
  g_clear_object (&self->call);
  aloqa_call_window_mode_leave (self->mode);
  aloqa_call_stage_set_feeds (self->stage, NULL, NULL);
  aloqa_call_devices_set_call (aloqa_call_controls_get_devices (self->controls), NULL, NULL);
  g_clear_pointer (&self->title, g_free);
}

/* What the view's own parts tell of the call; to be called once. */
void
aloqa_call_view_follow_parts (AloqaCallView *self)
{
  const struct {
    gpointer object;
    const char *signal;
    GCallback callback;
  } rows[] = {
    { self->stage, "notify::shows-picture", G_CALLBACK (picture_cb) },
    { self->summary, "closed", G_CALLBACK (summary_closed_cb) },
    { self->summary, "call-again", G_CALLBACK (summary_again_cb) },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_signal_connect_object (rows[i].object, rows[i].signal, rows[i].callback, self,
                             G_CONNECT_SWAPPED);
}
