/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/incoming-notification.h"

#include "ui/call-words.h"

#include <glib/gi18n.h>

/* Returns: (transfer full): to be sent while @call rings, and withdrawn when it does not any more */
GNotification *
aloqa_incoming_notification_new (AloqaLiveCall *call)
{
  AloqaContact *contact = aloqa_live_call_get_contact (call);
  AloqaCallKind kind = aloqa_live_call_get_kind (call);
  g_autoptr (GIcon) icon = g_themed_icon_new ("call-incoming-symbolic");
  GNotification *notification = g_notification_new (aloqa_contact_get_name (contact));

  g_notification_set_body (notification,
                           aloqa_call_words_for_phase (ALOQA_PHASE_INCOMING, TRUE, kind));
  g_notification_set_icon (notification, icon);
  g_notification_set_category (notification, "call.incoming");
  /* The only priority that stays until it is taken back, and breaks through. */
  g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_URGENT);
  g_notification_add_button (notification, _ ("Answer"), "app.answer");
  if (kind == ALOQA_CALL_VIDEO)
    g_notification_add_button (notification, _ ("Answer without Video"), "app.answer-audio");
  g_notification_add_button (notification, _ ("Decline"), "app.decline");
  return notification;
}
