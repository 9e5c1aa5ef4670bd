/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/call-summary.h"

#include "ui/call-avatar.h"
#include "ui/call-words.h"
#include "ui/when.h"

struct _AloqaCallSummary {
  GtkWidget parent_instance;

  GtkWidget *content;
  AloqaCallAvatar *avatar;
  GtkLabel *name;
  GtkLabel *reason;
  GtkLabel *duration;
  GtkLabel *suggestion;
  GtkWidget *close;
  GtkWidget *again;
};

enum { CALL_AGAIN, CLOSED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AloqaCallSummary, aloqa_call_summary, GTK_TYPE_WIDGET)

static void
again_cb (AloqaCallSummary *self)
{
  g_signal_emit (self, signals[CALL_AGAIN], 0);
}

static void
close_cb (AloqaCallSummary *self)
{
  g_signal_emit (self, signals[CLOSED], 0);
}

static void
aloqa_call_summary_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), ALOQA_TYPE_CALL_SUMMARY);

  G_OBJECT_CLASS (aloqa_call_summary_parent_class)->dispose (object);
}

static void
aloqa_call_summary_class_init (AloqaCallSummaryClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (ALOQA_TYPE_CALL_AVATAR);
  G_OBJECT_CLASS (klass)->dispose = aloqa_call_summary_dispose;
  signals[CALL_AGAIN] = g_signal_new ("call-again", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                      NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CLOSED] = g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/aloqa/Aloqa/call-summary.ui");
  gtk_widget_class_bind_template_child (widget_class, AloqaCallSummary, content);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallSummary, avatar);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallSummary, name);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallSummary, reason);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallSummary, duration);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallSummary, suggestion);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallSummary, close);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallSummary, again);
}

static void
aloqa_call_summary_init (AloqaCallSummary *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (self->again, "clicked", G_CALLBACK (again_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->close, "clicked", G_CALLBACK (close_cb), self, G_CONNECT_SWAPPED);
}

/**
 * aloqa_call_summary_show:
 * @call: one that has ended
 * @roster: (nullable): where the picture comes from
 */
void
aloqa_call_summary_show (AloqaCallSummary *self, AloqaLiveCall *call, AloqaRoster *roster,
                         gboolean is_online)
{
  const AloqaCallEnd *end = aloqa_live_call_get_end (call);
  AloqaContact *contact = aloqa_live_call_get_contact (call);
  const char *name = aloqa_contact_get_name (contact);
  const char *suggestion = aloqa_call_words_for_suggestion (end->suggestion);
  g_autofree char *reason =
      aloqa_call_words_for_end (end, aloqa_live_call_is_incoming (call), name, is_online);
  g_autofree char *duration = aloqa_when_format_duration (end->duration_us);

  aloqa_call_avatar_set_contact (self->avatar, contact, roster);
  gtk_label_set_text (self->name, name);
  gtk_label_set_text (self->reason, reason);
  gtk_label_set_text (self->duration, duration);
  gtk_label_set_text (self->suggestion, suggestion != NULL ? suggestion : "");
  gtk_widget_set_visible (GTK_WIDGET (self->duration), end->was_connected);
  gtk_widget_set_visible (GTK_WIDGET (self->suggestion), suggestion != NULL);
  gtk_widget_set_visible (self->again, end->reason != ALOQA_ENDED_UNKNOWN_USER &&
                                           end->reason != ALOQA_ENDED_IN_A_CALL);
}

/* Whether the end is news to the person here: it then stays until they close it. */
gboolean
aloqa_call_summary_needs_reading (AloqaLiveCall *call)
{
  switch (aloqa_live_call_get_end (call)->reason) {
  case ALOQA_ENDED_HUNG_UP:
  case ALOQA_ENDED_ANSWERED_ELSEWHERE:
  case ALOQA_ENDED_REJECTED_ELSEWHERE:
    return FALSE;
  case ALOQA_ENDED_CANCELLED:
    return aloqa_live_call_is_incoming (call);
  case ALOQA_ENDED_REJECTED:
    return !aloqa_live_call_is_incoming (call);
  default:
    return TRUE;
  }
}
