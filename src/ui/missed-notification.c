/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/missed-notification.h"

#include <glib/gi18n.h>

#include "ui/call-wish.h"

/* Returns: (transfer full): to be withdrawn when the person knows of it. Somebody's name is its title:
 * a body may hold markup. */
GNotification *
aloqa_missed_notification_new (AloqaSession *session, AloqaContact *contact, AloqaCallKind kind)
{
  GNotification *notification = g_notification_new (aloqa_contact_get_name (contact));

  g_notification_set_body (notification, _ ("Missed Call"));
  g_notification_set_default_action (notification, "app.show-recent");
  g_notification_add_button_with_target_value (notification, _ ("Call Back"), "app.call",
                                               aloqa_call_back_new (session, contact, kind));
  return notification;
}
