/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <locale.h>

#include "base/log.h"
#include "media/media.h"
#include "ui/application.h"
#include "ui/installation.h"
#include "ui/video-renderer.h"

static void
choose_language (void)
{
  g_autofree char *folder = aloqa_installation_dup_locale_folder ();

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, folder);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

int
main (int argc, char **argv)
{
  AloqaApplication *application;
  int status;

  aloqa_media_limit_arenas ();
  aloqa_video_renderer_choose ();
  choose_language ();
  aloqa_log_init (g_getenv ("G_MESSAGES_DEBUG") != NULL);
  g_set_application_name ("Aloqa");
  application = aloqa_application_new ();
  status = g_application_run (G_APPLICATION (application), argc, argv);
  g_object_unref (application);
  aloqa_media_finish ();
  return status;
}
