/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/commands.h"

#include "cli/picture.h"

static gboolean
parse_on_off (const char *word, gboolean *is_on)
{
  *is_on = g_strcmp0 (word, "on") == 0;
  return *is_on || g_strcmp0 (word, "off") == 0;
}

/* "mic" and "USB headset" name the source "mic:USB headset". */
static char *
name_source (const char *role, const char *name)
{
  return name != NULL ? g_strdup_printf ("%s:%s", role, name) : g_strdup (role);
}

static gboolean
switch_device (const char *role, const char *name, AloqaCallController *controller, GError **error)
{
  AloqaLocalMedia *local = aloqa_call_controller_get_local_media (controller);
  g_autofree char *source = name_source (role, name);

  if (g_str_equal (role, "camera"))
    return aloqa_local_media_set_video_source (local, source, error);
  if (g_str_equal (role, "mic"))
    return aloqa_local_media_set_audio_source (local, source, error);
  return aloqa_call_controller_set_speaker (controller, source, error);
}

/* @rest: what is said behind "share". Returns: whether it is "screen [MODE] [sound]" */
static gboolean
parse_share (const char *rest, AloqaScreenMode *mode, gboolean *has_sound)
{
  g_auto (GStrv) words = g_strsplit (rest != NULL ? rest : "", " ", 3);
  char **word = words;

  if (*word == NULL || !g_str_equal (*word++, "screen"))
    return FALSE;
  *mode = ALOQA_SCREEN_AUTO;
  if (*word != NULL && aloqa_screen_mode_from_string (*word, mode))
    word++;
  *has_sound = g_strcmp0 (*word, "sound") == 0;
  return word[*has_sound] == NULL;
}

/* A screen that is shared already gets the mode and the sound only. */
static gboolean
share_screen (AloqaLocalMedia *local, AloqaScreenMode mode, gboolean has_sound, GError **error)
{
  AloqaScreenShare *share = aloqa_local_media_get_share (local);

  if (has_sound && !aloqa_screen_share_can_have_sound ()) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                         "In a sandbox other programs cannot be heard: share without sound");
    return FALSE;
  }

  aloqa_screen_share_set_mode (share, mode);
  if (!aloqa_local_media_share_screen (local, "", error))
    return FALSE;
  aloqa_screen_share_set_has_sound (share, has_sound);
  return TRUE;
}

static void
save_snapshot (const char *path, AloqaLiveCall *call)
{
  AloqaCallMedia *media = aloqa_live_call_get_media (call);

  if (media != NULL)
    aloqa_picture_save (media, path);
}

/**
 * aloqa_command_run:
 * @line: "mute on|off", "video on|off", "hold on|off", "camera|mic|speaker [NAME]",
 *   "share screen [auto|sharp|smooth] [sound]", "share stop", "snapshot FILE" or "hangup"
 * @error: #GIOError for a line that makes no sense, or #AloqaMediaError
 *
 * Does to @call what a person typed.
 */
gboolean
aloqa_command_run (const char *line, AloqaLiveCall *call, AloqaCallController *controller,
                   GError **error)
{
  AloqaLocalMedia *local = aloqa_call_controller_get_local_media (controller);
  g_auto (GStrv) words = g_strsplit (line, " ", 2);
  const char *verb = words[0] != NULL ? words[0] : "", *rest = verb[0] != '\0' ? words[1] : NULL;
  gboolean is_on, has_sound;
  AloqaScreenMode mode;

  if (g_str_equal (verb, "hangup"))
    aloqa_live_call_hang_up (call);
  else if (g_str_equal (verb, "mute") && parse_on_off (rest, &is_on))
    aloqa_live_call_set_muted (call, is_on);
  else if (g_str_equal (verb, "video") && parse_on_off (rest, &is_on))
    aloqa_live_call_set_video (call, is_on);
  else if (g_str_equal (verb, "hold") && parse_on_off (rest, &is_on))
    aloqa_live_call_set_held (call, is_on);
  else if (g_strv_contains ((const char *[]){ "camera", "mic", "speaker", NULL }, verb))
    return switch_device (verb, rest, controller, error);
  else if (g_str_equal (verb, "share") && g_strcmp0 (rest, "stop") == 0)
    aloqa_screen_share_stop (aloqa_local_media_get_share (local));
  else if (g_str_equal (verb, "share") && parse_share (rest, &mode, &has_sound))
    return share_screen (local, mode, has_sound, error);
  else if (g_str_equal (verb, "snapshot") && rest != NULL)
    save_snapshot (rest, call);
  else {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 "'%s' is no command; there are: mute on|off, video on|off, hold on|off, "
                 "camera|mic|speaker [NAME], share screen [auto|sharp|smooth] [sound], share stop, "
                 "snapshot FILE, hangup",
                 line);
    return FALSE;
  }

  return TRUE;
}
