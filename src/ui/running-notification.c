/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/running-notification.h"

#include <glib/gi18n.h>

/**
 * aloqa_running_notification_new:
 * @call: goes on while no window shows it
 *
 * Who closed the window may not know that they are heard and seen still. Clicked, it opens the window.
 *
 * Returns: (transfer full): to be withdrawn when the call is over, or seen again
 */
GNotification *
aloqa_running_notification_new (AloqaLiveCall *call)
{
  /* Translators: %s is somebody's name */
  g_autofree char *title = g_strdup_printf (
      _ ("You are in a call with %s"), aloqa_contact_get_name (aloqa_live_call_get_contact (call)));
  g_autoptr (GIcon) icon = g_themed_icon_new ("call-start-symbolic");
  GNotification *notification = g_notification_new (title);

  g_notification_set_body (notification, aloqa_live_call_get_kind (call) == ALOQA_CALL_VIDEO
                                             ? _ ("Microphone and camera stay on")
                                             : _ ("The microphone stays on"));
  g_notification_set_icon (notification, icon);
  g_notification_set_category (notification, "call");
  g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_URGENT);
  g_notification_add_button (notification, _ ("Hang Up"), "app.hang-up");
  return notification;
}
