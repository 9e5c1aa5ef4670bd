/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/running-notification.h"

#include <glib/gi18n.h>

static gboolean
is_heard (AloqaLiveCall *call, AloqaLocalMedia *local)
{
  return aloqa_live_call_get_flow (call)->send_audio && aloqa_local_media_has_microphone (local);
}

/**
 * aloqa_running_notification_get_words:
 * @call: goes on while no window shows it
 * @local: what we show and say in it
 *
 * Returns: what of the person is really seen and heard, whatever kind of call it is
 */
const char *
aloqa_running_notification_get_words (AloqaLiveCall *call, AloqaLocalMedia *local)
{
  gboolean is_audible = is_heard (call, local);

  if (aloqa_live_call_get_flow (call)->is_held)
    return _ ("On hold: nobody sees or hears you");
  if (aloqa_local_media_get_content (local) != ALOQA_VIDEO_CONTENT_CAMERA)
    return is_audible ? _ ("You are sharing your screen, and your microphone is on")
                      : _ ("You are sharing your screen; you are not heard");
  if (aloqa_local_media_shows_camera (local))
    return is_audible ? _ ("Your camera and microphone are on")
                      : _ ("Your camera is on; you are not heard");
  return is_audible ? _ ("Your microphone is on") : _ ("You are neither seen nor heard");
}

/**
 * aloqa_running_notification_new:
 * @call: goes on while no window shows it
 * @words: as aloqa_running_notification_get_words() gives them
 *
 * Who closed the window may not know that they are heard and seen still. Clicked, it opens the window.
 *
 * Returns: (transfer full): to be withdrawn when the call is over, or seen again
 */
GNotification *
aloqa_running_notification_new (AloqaLiveCall *call, const char *words)
{
  /* Translators: %s is somebody's name */
  g_autofree char *title = g_strdup_printf (
      _ ("You are in a call with %s"), aloqa_contact_get_name (aloqa_live_call_get_contact (call)));
  g_autoptr (GIcon) icon = g_themed_icon_new ("call-start-symbolic");
  GNotification *notification = g_notification_new (title);

  g_notification_set_body (notification, words);
  g_notification_set_icon (notification, icon);
  g_notification_set_category (notification, "call");
  g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_URGENT);
  g_notification_add_button (notification, _ ("Hang Up"), "app.hang-up");
  return notification;
}
