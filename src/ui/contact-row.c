/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/contact-row.h"

#include <glib/gi18n.h>

#include "ui/call-wish.h"
#include "ui/contact-avatar.h"
#include "ui/row-button.h"

struct _AloqaContactRow {
  AdwBin parent_instance;

  AloqaContactAvatar *avatar;
  GtkWidget *presence;
  GtkLabel *name_label, *username_label;
  GtkWidget *audio_button, *video_button;

  AloqaRoster *roster;
  AloqaSlot *slot;
  AloqaContact *contact; /* who is shown */
};

G_DEFINE_FINAL_TYPE (AloqaContactRow, aloqa_contact_row, ADW_TYPE_BIN)

/* What tells namesakes apart, and the dot, are read out after the name. */
static void
presence_cb (AloqaContactRow *self)
{
  gboolean is_online = aloqa_contact_get_online (self->contact) == ALOQA_PRESENCE_ONLINE;
  const char *username = aloqa_contact_get_username (self->contact);
  g_autofree char *description =
      /* Translators: %s is a user name, of somebody who is online */
      is_online ? g_strdup_printf (_ ("%s, online"), username) : g_strdup (username);

  gtk_widget_set_visible (self->presence, is_online);
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (GTK_WIDGET (self))),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description, -1);
}

static void
set_button (GtkWidget *button, AloqaContact *contact, AloqaCallKind kind, const char *format)
{
  g_autofree char *text = g_strdup_printf (format, aloqa_contact_get_name (contact));

  gtk_actionable_set_action_target_value (GTK_ACTIONABLE (button),
                                          aloqa_call_wish_new (contact, kind));
  /* Only now: an action whose target is missing is complained about. */
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.call");
  aloqa_row_button_name (button, text);
}

static void
forget (AloqaContactRow *self)
{
  if (self->contact != NULL)
    g_signal_handlers_disconnect_by_func (self->contact, presence_cb, self);
  g_clear_object (&self->contact);
}

static void
show (AloqaContactRow *self)
{
  AloqaContact *contact = self->slot != NULL ? aloqa_slot_get_item (self->slot) : NULL;
  /* The list's own row is what has the focus, and is read out. */
  GtkWidget *list_row = gtk_widget_get_parent (GTK_WIDGET (self));

  forget (self);
  aloqa_contact_avatar_show (self->avatar, self->roster, contact);
  if (self->slot != NULL)
    gtk_widget_set_visible (list_row, contact != NULL);
  if (contact == NULL)
    return;

  self->contact = g_object_ref (contact);
  gtk_accessible_update_property (GTK_ACCESSIBLE (list_row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  aloqa_contact_get_name (contact), -1);
  gtk_label_set_label (self->name_label, aloqa_contact_get_name (contact));
  gtk_label_set_label (self->username_label, aloqa_contact_get_username (contact));
  /* Translators: %s is somebody's name */
  set_button (self->audio_button, contact, ALOQA_CALL_AUDIO, _ ("Call %s"));
  /* Translators: %s is somebody's name */
  set_button (self->video_button, contact, ALOQA_CALL_VIDEO, _ ("Video call %s"));
  g_signal_connect_swapped (contact, "notify::online", G_CALLBACK (presence_cb), self);
  presence_cb (self);
}

static void
aloqa_contact_row_dispose (GObject *object)
{
  AloqaContactRow *self = ALOQA_CONTACT_ROW (object);

  if (self->slot != NULL)
    g_signal_handlers_disconnect_by_func (self->slot, show, self);
  g_clear_object (&self->slot);
  g_clear_object (&self->roster);
  forget (self);
  gtk_widget_dispose_template (GTK_WIDGET (object), ALOQA_TYPE_CONTACT_ROW);

  G_OBJECT_CLASS (aloqa_contact_row_parent_class)->dispose (object);
}

static void
aloqa_contact_row_class_init (AloqaContactRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aloqa_contact_row_dispose;
  g_type_ensure (ALOQA_TYPE_CONTACT_AVATAR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/aloqa/Aloqa/contact-row.ui");
  gtk_widget_class_bind_template_child (widget_class, AloqaContactRow, avatar);
  gtk_widget_class_bind_template_child (widget_class, AloqaContactRow, presence);
  gtk_widget_class_bind_template_child (widget_class, AloqaContactRow, name_label);
  gtk_widget_class_bind_template_child (widget_class, AloqaContactRow, username_label);
  gtk_widget_class_bind_template_child (widget_class, AloqaContactRow, audio_button);
  gtk_widget_class_bind_template_child (widget_class, AloqaContactRow, video_button);
}

static void
aloqa_contact_row_init (AloqaContactRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
aloqa_contact_row_new (void)
{
  return g_object_new (ALOQA_TYPE_CONTACT_ROW, NULL);
}

/**
 * aloqa_contact_row_follow:
 * @roster: (nullable): who to ask for pictures
 * @slot: (nullable): whose #AloqaContact to show, whoever that is; rows are used again while a list
 *   scrolls
 */
void
aloqa_contact_row_follow (AloqaContactRow *self, AloqaRoster *roster, AloqaSlot *slot)
{
  if (self->slot != NULL)
    g_signal_handlers_disconnect_by_func (self->slot, show, self);
  g_set_object (&self->slot, slot);
  g_set_object (&self->roster, roster);
  if (slot != NULL)
    g_signal_connect_swapped (slot, "notify::item", G_CALLBACK (show), self);
  show (self);
}
