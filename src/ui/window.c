/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/window.h"

struct _AloqaWindow {
  AdwApplicationWindow parent_instance;

  GtkStack *stack;
};

G_DEFINE_FINAL_TYPE (AloqaWindow, aloqa_window, ADW_TYPE_APPLICATION_WINDOW)

static void
aloqa_window_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), ALOQA_TYPE_WINDOW);

  G_OBJECT_CLASS (aloqa_window_parent_class)->dispose (object);
}

static void
aloqa_window_class_init (AloqaWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aloqa_window_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/aloqa/Aloqa/window.ui");
  gtk_widget_class_bind_template_child (widget_class, AloqaWindow, stack);
}

static void
aloqa_window_init (AloqaWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

AloqaWindow *
aloqa_window_new (AloqaApplication *application)
{
  return g_object_new (ALOQA_TYPE_WINDOW, "application", application, NULL);
}
