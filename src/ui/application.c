/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/application.h"

#include "ui/window.h"

struct _AloqaApplication {
  AdwApplication parent_instance;
};

/* Generated from aloqa.gresource.xml. */
GResource *aloqa_ui_get_resource (void);

G_DEFINE_FINAL_TYPE (AloqaApplication, aloqa_application, ADW_TYPE_APPLICATION)

static void
aloqa_application_activate (GApplication *application)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (application));

  if (window == NULL)
    window = GTK_WINDOW (aloqa_window_new (ALOQA_APPLICATION (application)));
  gtk_window_present (window);
}

static void
aloqa_application_class_init (AloqaApplicationClass *klass)
{
  /* Named, or a linker leaves the resources of a static library out. */
  g_resources_register (aloqa_ui_get_resource ());

  G_APPLICATION_CLASS (klass)->activate = aloqa_application_activate;
}

static void
aloqa_application_init (AloqaApplication *self)
{
}

AloqaApplication *
aloqa_application_new (void)
{
  return g_object_new (ALOQA_TYPE_APPLICATION, "application-id", ALOQA_APPLICATION_ID,
                       "resource-base-path", "/io/github/aloqa/Aloqa", NULL);
}
