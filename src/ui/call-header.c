/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/call-header.h"

#include <adwaita.h>

struct _AloqaCallHeader {
  GtkWidget parent_instance;

  AdwHeaderBar *bar;
  AdwWindowTitle *title;
  GtkWidget *lock;
  GtkImage *quality;
  GtkMenuButton *menu;
  GtkWidget *restore;
};

G_DEFINE_FINAL_TYPE (AloqaCallHeader, aloqa_call_header, GTK_TYPE_WIDGET)

static void
aloqa_call_header_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), ALOQA_TYPE_CALL_HEADER);

  G_OBJECT_CLASS (aloqa_call_header_parent_class)->dispose (object);
}

static void
aloqa_call_header_class_init (AloqaCallHeaderClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aloqa_call_header_dispose;
  gtk_widget_class_set_css_name (widget_class, "callheader");
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/aloqa/Aloqa/call-header.ui");
  gtk_widget_class_bind_template_child (widget_class, AloqaCallHeader, bar);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallHeader, title);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallHeader, lock);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallHeader, quality);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallHeader, menu);
  gtk_widget_class_bind_template_child (widget_class, AloqaCallHeader, restore);
}

static void
aloqa_call_header_init (AloqaCallHeader *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
aloqa_call_header_set_title (AloqaCallHeader *self, const char *title, const char *subtitle)
{
  adw_window_title_set_title (self->title, title);
  adw_window_title_set_subtitle (self->title, subtitle);
}

/* Whether the call is encrypted and the other side's certificate the promised one. */
void
aloqa_call_header_set_secure (AloqaCallHeader *self, gboolean is_secure)
{
  gtk_widget_set_visible (self->lock, is_secure);
}

void
aloqa_call_header_set_quality (AloqaCallHeader *self, AloqaQuality quality)
{
  const char *words = aloqa_quality_get_words (quality);

  gtk_widget_set_visible (GTK_WIDGET (self->quality), quality != ALOQA_QUALITY_UNKNOWN);
  gtk_image_set_from_icon_name (self->quality, aloqa_quality_get_icon_name (quality));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->quality), words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->quality), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  words, -1);
}

/* In the small window there is room for little. */
void
aloqa_call_header_set_compact (AloqaCallHeader *self, gboolean is_compact)
{
  adw_header_bar_set_show_end_title_buttons (self->bar, !is_compact);
  adw_header_bar_set_show_start_title_buttons (self->bar, !is_compact);
  gtk_widget_set_visible (GTK_WIDGET (self->menu), !is_compact);
  gtk_widget_set_visible (self->restore, is_compact);
}

/* Whether its menu is open: it must not go away. */
gboolean
aloqa_call_header_is_busy (AloqaCallHeader *self)
{
  GtkPopover *popover = gtk_menu_button_get_popover (self->menu);

  return popover != NULL && gtk_widget_get_mapped (GTK_WIDGET (popover));
}
