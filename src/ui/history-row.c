/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/history-row.h"

#include <glib/gi18n.h>

#include "ui/call-wish.h"
#include "ui/contact-avatar.h"
#include "ui/history-words.h"
#include "ui/row-button.h"
#include "ui/when.h"

struct _AloqaHistoryRow {
  AdwBin parent_instance;

  GtkLabel *day_label, *name_label, *outcome_label, *time_label;
  AloqaContactAvatar *avatar;
  GtkImage *direction_image;
  GtkWidget *call_button, *delete_button;

  AloqaHistoryEntry *entry;
};

static guint delete_signal;

G_DEFINE_FINAL_TYPE (AloqaHistoryRow, aloqa_history_row, ADW_TYPE_BIN)

static void
delete_clicked_cb (AloqaHistoryRow *self)
{
  if (self->entry != NULL)
    g_signal_emit (self, delete_signal, 0, self->entry);
}

static void
name_button (GtkWidget *button, const char *format, const char *name)
{
  g_autofree char *text = g_strdup_printf (format, name);

  aloqa_row_button_name (button, text);
}

static void
show_buttons (AloqaHistoryRow *self, AloqaContact *contact)
{
  gboolean has_video = aloqa_history_entry_get_kind (self->entry) == ALOQA_CALL_VIDEO;

  gtk_button_set_icon_name (GTK_BUTTON (self->call_button),
                            has_video ? "camera-video-symbolic" : "call-start-symbolic");
  gtk_actionable_set_action_target_value (
      GTK_ACTIONABLE (self->call_button),
      aloqa_call_wish_new (contact, aloqa_history_entry_get_kind (self->entry)));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->call_button), "win.call");
  name_button (self->call_button, has_video ? _ ("Video call %s") : _ ("Call %s"),
               aloqa_contact_get_name (contact));
  /* Translators: %s is somebody's name */
  name_button (self->delete_button, _ ("Delete the call with %s"),
               aloqa_contact_get_name (contact));
}

static void
show_texts (AloqaHistoryRow *self)
{
  g_autoptr (GDateTime) start = aloqa_history_entry_dup_local_start (self->entry);
  g_autofree char *time = aloqa_when_format_time (start);
  g_autofree char *outcome = aloqa_history_words_describe (self->entry);
  gtk_label_set_label (self->name_label, aloqa_history_entry_get_name (self->entry));
  gtk_label_set_label (self->time_label, time);
  gtk_label_set_label (self->outcome_label, outcome);
  gtk_image_set_from_icon_name (self->direction_image, aloqa_history_words_get_icon (self->entry));
  if (aloqa_history_entry_get_outcome (self->entry) == ALOQA_OUTCOME_MISSED)
    gtk_widget_add_css_class (GTK_WIDGET (self), "missed");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "missed");
}

static void
aloqa_history_row_dispose (GObject *object)
{
  AloqaHistoryRow *self = ALOQA_HISTORY_ROW (object);

  g_clear_object (&self->entry);
  gtk_widget_dispose_template (GTK_WIDGET (self), ALOQA_TYPE_HISTORY_ROW);

  G_OBJECT_CLASS (aloqa_history_row_parent_class)->dispose (object);
}

static void
aloqa_history_row_class_init (AloqaHistoryRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aloqa_history_row_dispose;
  delete_signal = g_signal_new ("delete", ALOQA_TYPE_HISTORY_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, ALOQA_TYPE_HISTORY_ENTRY);
  g_type_ensure (ALOQA_TYPE_CONTACT_AVATAR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/aloqa/Aloqa/history-row.ui");
  gtk_widget_class_bind_template_child (widget_class, AloqaHistoryRow, day_label);
  gtk_widget_class_bind_template_child (widget_class, AloqaHistoryRow, name_label);
  gtk_widget_class_bind_template_child (widget_class, AloqaHistoryRow, outcome_label);
  gtk_widget_class_bind_template_child (widget_class, AloqaHistoryRow, time_label);
  gtk_widget_class_bind_template_child (widget_class, AloqaHistoryRow, avatar);
  gtk_widget_class_bind_template_child (widget_class, AloqaHistoryRow, direction_image);
  gtk_widget_class_bind_template_child (widget_class, AloqaHistoryRow, call_button);
  gtk_widget_class_bind_template_child (widget_class, AloqaHistoryRow, delete_button);
  gtk_widget_class_bind_template_callback (widget_class, delete_clicked_cb);
}

static void
aloqa_history_row_init (AloqaHistoryRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
aloqa_history_row_new (void)
{
  return g_object_new (ALOQA_TYPE_HISTORY_ROW, NULL);
}

/**
 * aloqa_history_row_show:
 * @entry: (nullable): which call; rows are used again while a list scrolls
 */
void
aloqa_history_row_show (AloqaHistoryRow *self, AloqaRoster *roster, AloqaHistoryEntry *entry)
{
  g_autoptr (AloqaContact) contact = NULL;

  g_set_object (&self->entry, entry);
  if (entry != NULL)
    contact = aloqa_history_entry_new_contact (entry);
  aloqa_contact_avatar_show (self->avatar, roster, contact);
  if (entry == NULL)
    return;

  show_texts (self);
  show_buttons (self, contact);
}

/* The list's own row is what has the focus, and is read out. */
static void
tell_all (AloqaHistoryRow *self, const char *day)
{
  gboolean has_video = aloqa_history_entry_get_kind (self->entry) == ALOQA_CALL_VIDEO;
  g_autofree char *all = g_strdup_printf (
      "%s, %s, %s, %s, %s", aloqa_history_entry_get_name (self->entry),
      gtk_label_get_label (self->outcome_label), has_video ? _ ("Video call") : _ ("Audio call"),
      day, gtk_label_get_label (self->time_label));

  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (GTK_WIDGET (self))),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, all, -1);
}

/**
 * aloqa_history_row_show_day:
 * @previous: (nullable): the entry above, %NULL for the first
 * @today: what "Today" and "Yesterday" are counted from
 *
 * Shows the name of the day above the first entry of it, and has all read out that is to be seen.
 */
void
aloqa_history_row_show_day (AloqaHistoryRow *self, AloqaHistoryEntry *previous, GDateTime *today)
{
  g_autoptr (GDateTime) start = aloqa_history_entry_dup_local_start (self->entry);
  g_autoptr (GDateTime) above =
      previous != NULL ? aloqa_history_entry_dup_local_start (previous) : NULL;
  gboolean is_first = above == NULL || !aloqa_when_is_same_day (start, above);
  g_autofree char *day = aloqa_when_format_day (start, today);

  gtk_widget_set_visible (GTK_WIDGET (self->day_label), is_first);
  gtk_label_set_label (self->day_label, day);
  tell_all (self, day);
}
