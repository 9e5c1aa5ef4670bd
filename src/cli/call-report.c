/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/call-report.h"

#include "cli/exit-status.h"
#include "cli/report.h"
#include "cli/stats-report.h"

struct _AloqaCallReport {
  GObject parent_instance;

  AloqaLiveCall *call;
  char *protocol;
  guint stats_interval_ms;
  guint stats_timer;
  AloqaPhase phase; /* the one reported before */
  gboolean is_connected;
  AloqaShareState share_state; /* likewise */
  gint64 accepted_us;          /* 0 before */
};

G_DEFINE_FINAL_TYPE (AloqaCallReport, aloqa_call_report, G_TYPE_OBJECT)

static JsonObject *
describe_contact (AloqaContact *contact)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "id", aloqa_contact_get_id (contact));
  json_object_set_string_member (object, "username", aloqa_contact_get_username (contact));
  json_object_set_string_member (object, "name", aloqa_contact_get_name (contact));
  return object;
}

static const char *
get_kind (AloqaCallReport *self)
{
  return aloqa_live_call_get_kind (self->call) == ALOQA_CALL_AUDIO ? "audio" : "video";
}

static const char *
get_name (AloqaCallReport *self)
{
  return aloqa_contact_get_name (aloqa_live_call_get_contact (self->call));
}

static JsonObject *
set_since_accept (AloqaCallReport *self, JsonObject *fields, gint64 t_us)
{
  if (self->accepted_us != 0)
    json_object_set_double_member (fields, "since_accept_ms",
                                   (double) (t_us - self->accepted_us) / 1000);
  return fields;
}

static void
report_begin (AloqaCallReport *self)
{
  gboolean is_incoming = aloqa_live_call_is_incoming (self->call);
  JsonObject *fields = json_object_new ();

  json_object_set_object_member (fields, is_incoming ? "from" : "peer",
                                 describe_contact (aloqa_live_call_get_contact (self->call)));
  json_object_set_string_member (fields, "kind", get_kind (self));
  if (is_incoming) {
    aloqa_report_event ("incoming", fields, "%s calls (%s).", get_name (self), get_kind (self));
  } else {
    json_object_set_string_member (fields, "protocol", self->protocol);
    aloqa_report_event ("calling", fields, "Calling %s (%s)…", get_name (self), get_kind (self));
  }
}

static void
report_accepted (AloqaCallReport *self)
{
  if (self->accepted_us != 0)
    return;

  self->accepted_us = g_get_monotonic_time ();
  aloqa_report_event ("accepted", NULL, "Accepted.");
}

static void
report_description (const char *name, gboolean is_sent)
{
  JsonObject *fields = json_object_new ();

  json_object_set_string_member (fields, "direction", is_sent ? "sent" : "received");
  aloqa_report_event (name, fields, NULL);
}

static gboolean
stats_cb (gpointer user_data)
{
  AloqaCallReport *self = user_data;
  AloqaCallMedia *media = aloqa_live_call_get_media (self->call);

  if (media != NULL)
    aloqa_report_stats (media);
  return G_SOURCE_CONTINUE;
}

static void
report_connected (AloqaCallReport *self)
{
  JsonObject *fields = json_object_new ();
  gint64 now_us = g_get_monotonic_time ();

  if (self->is_connected) {
    json_object_unref (fields);
    aloqa_report_event ("resumed", NULL, "Connected again.");
    return;
  }

  self->is_connected = TRUE;
  aloqa_report_event ("connected", set_since_accept (self, fields, now_us),
                      "Connected %.0f ms after it was accepted.",
                      (double) (now_us - self->accepted_us) / 1000);
  self->stats_timer = g_timeout_add (self->stats_interval_ms, stats_cb, self);
}

/* Says what a change of phase means on the wire; a phase can be passed over. */
static void
phase_cb (AloqaCallReport *self)
{
  AloqaPhase before = self->phase, phase = aloqa_live_call_get_phase (self->call);
  gboolean is_incoming = aloqa_live_call_is_incoming (self->call);

  self->phase = phase;
  if (before == ALOQA_PHASE_NEW && phase != ALOQA_PHASE_ENDED)
    report_begin (self);

  switch (phase) {
  case ALOQA_PHASE_RINGING:
    aloqa_report_event ("ringing", NULL, "It rings there.");
    break;
  case ALOQA_PHASE_OFFERING:
    if (before == ALOQA_PHASE_CALLING || before == ALOQA_PHASE_RINGING || is_incoming)
      report_accepted (self);
    break;
  case ALOQA_PHASE_OFFERED:
    report_description ("offer", TRUE);
    break;
  case ALOQA_PHASE_INCOMING_OFFER:
    report_description ("offer", FALSE);
    break;
  case ALOQA_PHASE_ACCEPTED:
    report_accepted (self);
    break;
  case ALOQA_PHASE_ANSWERING:
    report_accepted (self);
    if (before != ALOQA_PHASE_INCOMING_OFFER)
      report_description ("offer", FALSE);
    break;
  case ALOQA_PHASE_CONNECTING:
    report_accepted (self);
    report_description ("answer", before != ALOQA_PHASE_OFFERED);
    aloqa_report_event ("connecting", NULL, NULL);
    break;
  case ALOQA_PHASE_CONNECTED:
    report_connected (self);
    break;
  case ALOQA_PHASE_RECONNECTING:
    aloqa_report_event ("reconnecting", NULL, "Nothing arrives; reconnecting…");
    break;
  case ALOQA_PHASE_NEW:
  case ALOQA_PHASE_CALLING:
  case ALOQA_PHASE_INCOMING:
  case ALOQA_PHASE_ENDED:
  case ALOQA_N_PHASES:
    break;
  }
}

static void
first_audio_cb (AloqaCallReport *self, gint64 t_us)
{
  JsonObject *fields = json_object_new ();

  json_object_set_int_member (fields, "t_us", t_us);
  aloqa_report_event ("first-audio", set_since_accept (self, fields, t_us), "First sound.");
}

static void
first_video_frame_cb (AloqaCallReport *self, gint64 t_us)
{
  JsonObject *fields = json_object_new ();

  json_object_set_int_member (fields, "t_us", t_us);
  aloqa_report_event ("first-video-frame", set_since_accept (self, fields, t_us),
                      "First picture %.0f ms after it was accepted.",
                      (double) (t_us - self->accepted_us) / 1000);
}

static void
video_size_cb (AloqaCallReport *self, guint width_px, guint height_px)
{
  JsonObject *fields = json_object_new ();

  json_object_set_int_member (fields, "width", width_px);
  json_object_set_int_member (fields, "height", height_px);
  aloqa_report_event ("video-size", fields, "The picture is %ux%u.", width_px, height_px);
}

static void
report_switch (const char *name, const char *what, gboolean is_on)
{
  JsonObject *fields = json_object_new ();

  json_object_set_boolean_member (fields, "on", is_on);
  aloqa_report_event (name, fields, "%s: %s.", what, is_on ? "on" : "off");
}

static void
muted_cb (AloqaCallReport *self)
{
  report_switch ("muted", "Mute", aloqa_live_call_get_flow (self->call)->is_muted);
}

static void
video_off_cb (AloqaCallReport *self)
{
  report_switch ("video", "Video", aloqa_live_call_get_flow (self->call)->send_video);
}

static void
held_cb (AloqaCallReport *self)
{
  report_switch ("held", "Hold", aloqa_live_call_get_flow (self->call)->is_held);
}

static void
device_changed_cb (AloqaCallReport *self, const char *role, const char *source)
{
  JsonObject *fields = json_object_new ();

  json_object_set_string_member (fields, "role", role);
  json_object_set_string_member (fields, "source", source);
  aloqa_report_event ("device-changed", fields, NULL);
}

/* {"event":"device","role":"mic","news":"lost","name":"Headset","instead":"Built-in"} */
static void
device_news_cb (AloqaCallReport *self, const char *role, int news, const char *name,
                const char *instead)
{
  const char *word = aloqa_device_news_to_string ((AloqaDeviceNews) news);
  JsonObject *fields = json_object_new ();
  g_autofree char *text =
      g_strdup_printf ("Device %s (%s): %s%s%s.", word, role, name, instead != NULL ? ", now " : "",
                       instead != NULL ? instead : "");

  json_object_set_string_member (fields, "role", role);
  json_object_set_string_member (fields, "news", word);
  json_object_set_string_member (fields, "name", name);
  if (instead != NULL)
    json_object_set_string_member (fields, "instead", instead);
  aloqa_report_event ("device", fields, "%s", text);
}

/* Returns: (transfer full): all that is known of it */
static JsonObject *
describe_share (AloqaScreenShare *share)
{
  static const char *const states[] = { "off", "asking", "on" };
  AloqaScreen *screen = aloqa_screen_share_get_screen (share);
  JsonObject *fields = json_object_new ();
  guint width_px, height_px;

  json_object_set_string_member (fields, "state", states[aloqa_screen_share_get_state (share)]);
  json_object_set_string_member (fields, "mode",
                                 aloqa_screen_mode_to_string (aloqa_screen_share_get_mode (share)));
  if (screen == NULL)
    return fields;

  json_object_set_boolean_member (fields, "sound", aloqa_screen_share_get_has_sound (share));
  aloqa_screen_get_size (screen, &width_px, &height_px);
  json_object_set_string_member (
      fields, "shown", aloqa_screen_mode_to_string (aloqa_screen_share_get_shown_mode (share)));
  json_object_set_int_member (fields, "width", width_px);
  json_object_set_int_member (fields, "height", height_px);
  json_object_set_boolean_member (fields, "stalled", aloqa_screen_is_stalled (screen));
  return fields;
}

static void
sharing_cb (AloqaCallReport *self, AloqaScreenShare *share)
{
  static const char *const sentences[] = { "The screen is not shared.",
                                           "Choose what to share, in the desktop's dialog.",
                                           "The screen is shared." };
  AloqaShareState state = aloqa_screen_share_get_state (share);

  if (state != self->share_state)
    aloqa_report_event ("sharing", describe_share (share), "%s", sentences[state]);
  else
    aloqa_report_event ("sharing", describe_share (share), NULL);
  self->share_state = state;
}

static void
device_error_cb (AloqaCallReport *self, const char *role, const GError *error)
{
  aloqa_report_error (role, error);
}

static void
notice_cb (AloqaCallReport *self, guint notice)
{
  if (notice == ALOQA_NOTICE_NO_VIDEO)
    aloqa_report_event ("notice", NULL, "Video cannot be added to this call.");
}

static void
ended_cb (AloqaCallReport *self)
{
  const AloqaCallEnd *end = aloqa_live_call_get_end (self->call);
  JsonObject *fields = json_object_new ();
  const char *hint = "";

  g_clear_handle_id (&self->stats_timer, g_source_remove);
  json_object_set_string_member (fields, "reason", aloqa_ended_to_string (end->reason));
  json_object_set_double_member (fields, "duration_s", (double) end->duration_us / 1e6);
  if (end->detail != NULL)
    json_object_set_string_member (fields, "detail", end->detail);
  if (end->suggestion == ALOQA_SUGGEST_LEGACY) {
    hint = " Their program may be an old one: try again with --protocol legacy.";
    json_object_set_string_member (fields, "hint", "--protocol legacy");
  }
  aloqa_report_event ("ended", fields, "%s%s%s%s",
                      aloqa_describe_end (end, aloqa_live_call_is_incoming (self->call)),
                      end->detail != NULL ? " " : "", end->detail != NULL ? end->detail : "", hint);
}

static void
aloqa_call_report_finalize (GObject *object)
{
  AloqaCallReport *self = ALOQA_CALL_REPORT (object);

  g_clear_handle_id (&self->stats_timer, g_source_remove);
  g_object_unref (self->call);
  g_free (self->protocol);

  G_OBJECT_CLASS (aloqa_call_report_parent_class)->finalize (object);
}

static void
aloqa_call_report_class_init (AloqaCallReportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aloqa_call_report_finalize;
}

static void
aloqa_call_report_init (AloqaCallReport *self)
{
}

/**
 * aloqa_call_report_new:
 * @protocol: what was asked for, of interest for a call that is dialled here
 *
 * Reports as long as it lives.
 */
AloqaCallReport *
aloqa_call_report_new (AloqaLiveCall *call, const char *protocol, guint stats_interval_ms)
{
  AloqaCallReport *self = g_object_new (ALOQA_TYPE_CALL_REPORT, NULL);
  const struct {
    const char *signal;
    GCallback callback;
  } rows[] = {
    { "notify::phase", G_CALLBACK (phase_cb) },
    { "notify::muted", G_CALLBACK (muted_cb) },
    { "notify::video-off", G_CALLBACK (video_off_cb) },
    { "notify::held", G_CALLBACK (held_cb) },
    { "first-audio", G_CALLBACK (first_audio_cb) },
    { "first-video-frame", G_CALLBACK (first_video_frame_cb) },
    { "video-size", G_CALLBACK (video_size_cb) },
    { "device-changed", G_CALLBACK (device_changed_cb) },
    { "device-error", G_CALLBACK (device_error_cb) },
    { "device-news", G_CALLBACK (device_news_cb) },
    { "sharing", G_CALLBACK (sharing_cb) },
    { "notice", G_CALLBACK (notice_cb) },
    { "ended", G_CALLBACK (ended_cb) },
  };

  self->call = g_object_ref (call);
  self->protocol = g_strdup (protocol);
  self->stats_interval_ms = stats_interval_ms;
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_signal_connect_object (call, rows[i].signal, rows[i].callback, self, G_CONNECT_SWAPPED);
  return self;
}
