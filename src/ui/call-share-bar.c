/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/call-share-bar.h"

#include "session/screen-share.h"

#include <glib/gi18n.h>

struct _AloqaCallShareBar {
  GtkWidget parent_instance;

  GtkRevealer *revealer;
  GtkLabel *words;
  GtkWidget *choices;
  GtkWidget *sound;
  GtkButton *stop;
};

G_DEFINE_FINAL_TYPE (AloqaCallShareBar, aloqa_call_share_bar, GTK_TYPE_WIDGET)

static void
aloqa_call_share_bar_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), ALOQA_TYPE_CALL_SHARE_BAR);

  G_OBJECT_CLASS (aloqa_call_share_bar_parent_class)->dispose (object);
}

static void
aloqa_call_share_bar_class_init (AloqaCallShareBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aloqa_call_share_bar_dispose;
  gtk_widget_class_set_css_name (widget_class, "callsharebar");
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/aloqa/Aloqa/call-share-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, AloqaCallShareBar, revealer);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallShareBar, words);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallShareBar, choices);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallShareBar, sound);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallShareBar, stop);
}

static void
aloqa_call_share_bar_init (AloqaCallShareBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_visible (self->sound, aloqa_screen_share_can_have_sound ());
}

static const char *
get_words (AloqaScreenShare *share)
{
  AloqaScreen *screen = aloqa_screen_share_get_screen (share);
  guint width_px, height_px;

  if (screen == NULL)
    return _ ("Choose in the desktop’s dialog what to share");
  if (!aloqa_screen_is_stalled (screen))
    return _ ("You are sharing your screen");

  aloqa_screen_get_size (screen, &width_px, &height_px);
  return width_px > 0 ? _ ("What you share is frozen")
                      : _ ("No picture yet: change something in what you share");
}

/**
 * aloqa_call_share_bar_show:
 * @share: (nullable): how it stands
 * @is_compact: whether there is room for what matters most only
 */
void
aloqa_call_share_bar_show (AloqaCallShareBar *self, AloqaScreenShare *share, gboolean is_compact)
{
  AloqaShareState state = share != NULL ? aloqa_screen_share_get_state (share) : ALOQA_SHARE_OFF;
  gboolean is_on = state == ALOQA_SHARE_ON;

  gtk_revealer_set_reveal_child (self->revealer, state != ALOQA_SHARE_OFF);
  gtk_widget_set_visible (GTK_WIDGET (self), state != ALOQA_SHARE_OFF);
  if (state == ALOQA_SHARE_OFF)
    return;

  gtk_label_set_text (self->words, get_words (share));
  gtk_widget_set_visible (GTK_WIDGET (self->words), !is_compact);
  gtk_widget_set_visible (self->choices, is_on && !is_compact);
  gtk_button_set_label (self->stop, is_on ? _ ("Stop Sharing") : _ ("Cancel"));
}
