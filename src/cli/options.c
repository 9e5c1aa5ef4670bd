/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/options.h"

#include <stdio.h>
#include <string.h>

typedef struct {
  const char *name;
  AloqaCommand command;
  gboolean has_peer;
} CommandName;

static const CommandName commands[] = {
  { "call", ALOQA_COMMAND_CALL, TRUE },          { "answer", ALOQA_COMMAND_ANSWER, FALSE },
  { "contacts", ALOQA_COMMAND_CONTACTS, FALSE }, { "devices", ALOQA_COMMAND_DEVICES, FALSE },
  { "doctor", ALOQA_COMMAND_DOCTOR, FALSE },
};

static const char description[] =
    "Commands:\n"
    "  call PEER   call a person, by user name or id\n"
    "  answer      wait for calls and answer them\n"
    "  contacts    list the people who can be called\n"
    "  devices     list cameras, microphones and speakers\n"
    "  doctor      check everything a call needs and say what to do\n"
    "\n"
    "The doctor looks at what the options name: without any at the default camera, microphone and\n"
    "speaker, which it opens for a moment (a short tone is played). What is named and not there "
    "has\n"
    "failed, and so has the doctor, with exit status 1. On a machine without devices add\n"
    "  --video-source none --audio-source none --audio-sink null\n"
    "\n"
    "Sources and sinks:\n"
    "  video: test, clock, camera[:NAME], screen, file:PATH, none\n"
    "  audio: test, mic[:NAME], file:PATH, none; sink: null, speaker[:NAME], file:PATH\n"
    "\n"
    "The password comes from ALOQA_PASSWORD, --password-file or a prompt, an access token from\n"
    "ALOQA_TOKEN. ALOQA_ICE_SERVERS holds STUN and TURN servers as JSON, like --ice-file; "
    "API_BASE\n"
    "stands in for --server.\n"
    "\n"
    "While in a call, a line on standard input is a command:\n"
    "  mute on|off, video on|off, hold on|off, camera|mic|speaker [NAME],\n"
    "  share screen [auto|sharp|smooth] [sound], share stop, snapshot FILE.png, hangup\n"
    "\n"
    "Exit status: 0 in order, 1 another error, 2 usage, 3 sign-in, 4 unavailable or no answer,\n"
    "  5 rejected, busy or cancelled, 6 could not connect or connection lost, 7 media";

static gboolean
parse_switch (const char *name, const char *value, gpointer data, GError **error)
{
  AloqaOptions *self = data;
  gboolean is_on = g_str_equal (value, "on");

  if (!is_on && !g_str_equal (value, "off")) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 "%s takes 'on' or 'off', not '%s'", name, value);
    return FALSE;
  }

  if (g_str_equal (name, "--echo-cancel"))
    self->has_echo_cancel = is_on;
  else if (g_str_equal (name, "--noise"))
    self->has_noise_suppression = is_on;
  else
    self->has_gain_control = is_on;
  return TRUE;
}

static gboolean
parse_size (const char *name, const char *value, gpointer data, GError **error)
{
  AloqaOptions *self = data;
  char rest;

  /* Even, since I420 halves both; 4096 is what the encoders take. */
  if (sscanf (value, "%dx%d%c", &self->width_px, &self->height_px, &rest) == 2 &&
      self->width_px >= 32 && self->width_px <= 4096 && self->width_px % 2 == 0 &&
      self->height_px >= 32 && self->height_px <= 4096 && self->height_px % 2 == 0)
    return TRUE;

  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               "--size takes WIDTHxHEIGHT, even numbers from 32 to 4096, such as 640x480; not '%s'",
               value);
  return FALSE;
}

static gboolean
check_choice (const char *name, const char *value, const char *const *choices, GError **error)
{
  g_autofree char *list = NULL;

  if (g_strv_contains (choices, value))
    return TRUE;

  list = g_strjoinv (", ", (char **) choices);
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s is one of %s, not '%s'", name,
               list, value);
  return FALSE;
}

static gboolean
check_range (const char *name, double value, double least, double most, GError **error)
{
  if (value >= least && value <= most)
    return TRUE;

  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s is from %g to %g, not %g", name,
               least, most, value);
  return FALSE;
}

static gboolean
check_values (const AloqaOptions *self, GError **error)
{
  static const char *const codecs[] = { "VP8", "VP9", "H264", NULL };
  static const char *const protocols[] = { "auto", "new", "legacy", NULL };
  const double day_s = 86400;

  return check_choice ("--codec", self->codec, codecs, error) &&
         check_choice ("--protocol", self->protocol, protocols, error) &&
         check_range ("--fps", self->fps, 1, 60, error) &&
         check_range ("--bitrate", self->bitrate_kbps, 30, 20000, error) &&
         check_range ("--duration", self->duration_s, 0, day_s, error) &&
         check_range ("--ring-timeout", self->ring_timeout_s, 1, 3600, error) &&
         check_range ("--repeat", self->n_repeats, 1, 100000, error) &&
         check_range ("--delay", self->delay_ms, 0, 3600000, error) &&
         check_range ("--stats-interval", self->stats_interval_ms, 100, 60000, error);
}

static gboolean
take_command (AloqaOptions *self, GStrv words, GError **error)
{
  guint n_words = words != NULL ? g_strv_length (words) : 0;

  for (gsize i = 0; n_words > 0 && i < G_N_ELEMENTS (commands); i++) {
    if (!g_str_equal (words[0], commands[i].name))
      continue;
    if (n_words != (commands[i].has_peer ? 2 : 1)) {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   commands[i].has_peer ? "'%s' takes one user name or id"
                                        : "'%s' takes nothing behind it",
                   words[0]);
      return FALSE;
    }
    self->command = commands[i].command;
    self->peer = g_strdup (words[1]);
    return TRUE;
  }

  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               n_words > 0 ? "there is no command '%s'" : "name a command%s",
               n_words > 0 ? words[0] : "");
  return FALSE;
}

static AloqaOptions *
new_with_defaults (void)
{
  AloqaOptions *self = g_new0 (AloqaOptions, 1);

  self->width_px = 640;
  self->height_px = 480;
  self->fps = 30;
  self->bitrate_kbps = 1000;
  self->ring_timeout_s = 60;
  self->n_repeats = 1;
  self->stats_interval_ms = 1000;
  self->has_echo_cancel = self->has_noise_suppression = self->has_gain_control = TRUE;
  return self;
}

static void
set_default (char **value, const char *fallback)
{
  if (*value == NULL)
    *value = g_strdup (fallback);
}

static void
print_version_and_exit (void)
{
  puts ("aloqa-cli " ALOQA_VERSION);
  exit (0);
}

static gboolean
parse_version (const char *name, const char *value, gpointer data, GError **error)
{
  print_version_and_exit ();
  return TRUE;
}

static gboolean
parse_arguments (AloqaOptions *self, GStrv *arguments, GStrv *words, GError **error)
{
  gpointer switch_func = (gpointer) parse_switch;
  const GOptionEntry general[] = {
    { "server", 0, 0, G_OPTION_ARG_STRING, &self->server, "The server's address", "URL" },
    { "user", 0, 0, G_OPTION_ARG_STRING, &self->user, "Who you are there", "NAME" },
    { "password-file", 0, 0, G_OPTION_ARG_FILENAME, &self->password_file,
      "Read the password from the first line of FILE", "FILE" },
    { "ca-file", 0, 0, G_OPTION_ARG_FILENAME, &self->ca_file,
      "Trust the certificates in FILE (PEM) instead of the system's", "FILE" },
    { "allow-plain-http", 0, 0, G_OPTION_ARG_NONE, &self->is_plain_http_allowed,
      "Allow a server elsewhere without encryption: everybody on the way can read along", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &self->is_json, "One JSON object a line", NULL },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &self->is_verbose, "Say more on standard error", NULL },
    { "version", 0, G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK, (gpointer) parse_version,
      "Print the version", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, words, NULL, NULL },
    G_OPTION_ENTRY_NULL
  };
  const GOptionEntry media[] = {
    { "video-source", 0, 0, G_OPTION_ARG_STRING, &self->video_source, "What to show", "SOURCE" },
    { "audio-source", 0, 0, G_OPTION_ARG_STRING, &self->audio_source, "What to say", "SOURCE" },
    { "audio-sink", 0, 0, G_OPTION_ARG_STRING, &self->audio_sink, "Where to play", "SINK" },
    { "size", 0, 0, G_OPTION_ARG_CALLBACK, (gpointer) parse_size, "Picture size (640x480)", "WxH" },
    { "fps", 0, 0, G_OPTION_ARG_INT, &self->fps, "Frames per second (30)", "N" },
    { "codec", 0, 0, G_OPTION_ARG_STRING, &self->codec, "VP8, VP9 or H264 (VP8)", "NAME" },
    { "bitrate", 0, 0, G_OPTION_ARG_INT, &self->bitrate_kbps, "Most to send, video (1000)",
      "KBPS" },
    { "ice-server", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self->ice_urls,
      "A STUN or TURN server without a password; may be given again", "URL" },
    { "ice-file", 0, 0, G_OPTION_ARG_FILENAME, &self->ice_file,
      "STUN and TURN servers with passwords, as JSON", "FILE" },
    { "relay-only", 0, 0, G_OPTION_ARG_NONE, &self->is_relay_only,
      "Show the other side no address but the TURN server's", NULL },
    { "echo-cancel", 0, 0, G_OPTION_ARG_CALLBACK, switch_func, "Cancel echo (on)", "on|off" },
    { "noise", 0, 0, G_OPTION_ARG_CALLBACK, switch_func, "Suppress noise (on)", "on|off" },
    { "gain", 0, 0, G_OPTION_ARG_CALLBACK, switch_func, "Automatic gain (on)", "on|off" },
    { "snapshot", 0, 0, G_OPTION_ARG_FILENAME, &self->snapshot,
      "Save a picture of the received video", "FILE.png" },
    { "stats-interval", 0, 0, G_OPTION_ARG_INT, &self->stats_interval_ms,
      "How often to print figures (1000)", "MS" },
    G_OPTION_ENTRY_NULL
  };
  const GOptionEntry call[] = {
    { "audio", 0, 0, G_OPTION_ARG_NONE, &self->is_audio_only, "call: sound only", NULL },
    { "protocol", 0, 0, G_OPTION_ARG_STRING, &self->protocol, "call: auto, new or legacy", "NAME" },
    { "ring-timeout", 0, 0, G_OPTION_ARG_INT, &self->ring_timeout_s,
      "call: give up after so long (60)", "S" },
    { "repeat", 0, 0, G_OPTION_ARG_INT, &self->n_repeats, "call: so many times in a row", "N" },
    { "duration", 0, 0, G_OPTION_ARG_DOUBLE, &self->duration_s, "Hang up after so long", "S" },
    { "reject", 0, 0, G_OPTION_ARG_NONE, &self->is_reject, "answer: reject every call", NULL },
    { "delay", 0, 0, G_OPTION_ARG_INT, &self->delay_ms, "answer: let it ring so long (0)", "MS" },
    { "once", 0, 0, G_OPTION_ARG_NONE, &self->is_once, "answer: end after one call", NULL },
    { "echo", 0, 0, G_OPTION_ARG_NONE, &self->is_echo,
      "answer: send the caller's sound back half a second later", NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("COMMAND [PEER]");
  GOptionGroup *group = g_option_group_new (NULL, NULL, NULL, self, NULL);

  g_option_group_add_entries (group, general);
  g_option_group_add_entries (group, call);
  g_option_group_add_entries (group, media);
  g_option_context_set_main_group (context, group);
  g_option_context_set_summary (context, "Audio and video calls without a window.");
  g_option_context_set_description (context, description);
  return g_option_context_parse_strv (context, arguments, error);
}

/**
 * aloqa_options_parse:
 * @arguments: as main() got them, the program's name first
 * @error: #GOptionError, its message for people
 *
 * --help and --version print and end the program.
 *
 * Returns: (transfer full) (nullable): the options, or %NULL when something is wrong with them
 */
AloqaOptions *
aloqa_options_parse (GStrv arguments, GError **error)
{
  g_autoptr (AloqaOptions) self = new_with_defaults ();
  g_auto (GStrv) rest = g_strdupv (arguments);
  g_auto (GStrv) words = NULL;
  gboolean is_doctor;

  if (!parse_arguments (self, &rest, &words, error))
    return NULL;

  set_default (&self->server, g_getenv ("API_BASE"));
  set_default (&self->codec, "VP8");
  set_default (&self->protocol, "auto");
  if (!take_command (self, words, error) || !check_values (self, error))
    return NULL;

  /* Whoever asks the doctor wants to know about the devices. */
  is_doctor = self->command == ALOQA_COMMAND_DOCTOR;
  set_default (&self->video_source, is_doctor ? "camera" : "test");
  set_default (&self->audio_source, is_doctor ? "mic" : "test");
  set_default (&self->audio_sink, is_doctor ? "speaker" : "null");

  return g_steal_pointer (&self);
}

/* Whether a screen is to be shared as soon as there is a call. */
gboolean
aloqa_options_share_screen (const AloqaOptions *self)
{
  return g_str_equal (self->video_source, "screen");
}

void
aloqa_options_free (AloqaOptions *self)
{
  g_free (self->peer);
  g_free (self->server);
  g_free (self->user);
  g_free (self->password_file);
  g_free (self->ca_file);
  g_free (self->video_source);
  g_free (self->audio_source);
  g_free (self->audio_sink);
  g_free (self->codec);
  g_strfreev (self->ice_urls);
  g_free (self->ice_file);
  g_free (self->snapshot);
  g_free (self->protocol);
  g_free (self);
}
