/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/doctor-private.h"

#include <glib/gi18n.h>

#include "desktop/portal.h"
#include "media/codecs.h"
#include "media/media.h"
#include "session/error-text.h"

/* A desktop shows windows; a session bus alone is also there for services and remote shells. */
static gboolean
has_display (void)
{
  return g_getenv ("WAYLAND_DISPLAY") != NULL || g_getenv ("DISPLAY") != NULL;
}

static const char *
get_remedy (const GError *error)
{
  if (error == NULL)
    return N_ (
        "Install the portal of your desktop: xdg-desktop-portal-gnome, -kde, -wlr or another; "
        "then sign in to the desktop again.");
  if (g_error_matches (error, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_NOT_INSTALLED))
    return N_ ("Install xdg-desktop-portal and the backend of your desktop.");
  return N_ ("Sign in to the desktop again; if it stays so, reinstall xdg-desktop-portal and the "
             "backend of your desktop.");
}

static void
portal_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  g_autoptr (GError) error = NULL;
  AloqaPortalOffer offer;
  gboolean has_answer = aloqa_portal_look_finish (result, &offer, &error);

  if (has_answer && offer.screen_cast_version > 0 && offer.camera_version > 0)
    aloqa_doctor_conclude (
        task, ALOQA_DOCTOR_OK, NULL,
        N_ ("The desktop's portal offers screen sharing (version %u) and cameras."),
        offer.screen_cast_version);
  else if (has_answer && offer.screen_cast_version > 0)
    aloqa_doctor_conclude (task, ALOQA_DOCTOR_OK, NULL,
                           N_ ("The desktop's portal offers screen sharing (version %u)."),
                           offer.screen_cast_version);
  else if (!has_display () ||
           g_error_matches (error, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_NO_SESSION))
    aloqa_doctor_conclude (task, ALOQA_DOCTOR_NOT_APPLICABLE, NULL,
                           N_ ("There is no desktop session here."));
  else if (g_error_matches (error, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_NOT_INSTALLED))
    aloqa_doctor_conclude (task, ALOQA_DOCTOR_FAILED, get_remedy (error),
                           N_ ("The screen cannot be shared: there is no xdg-desktop-portal "
                               "here."));
  else
    aloqa_doctor_conclude (
        task, ALOQA_DOCTOR_FAILED, get_remedy (error), N_ ("The screen cannot be shared: %s."),
        error != NULL ? error->message : _ ("the desktop's portal does not offer it"));
}

void
aloqa_doctor_start_portal (AloqaDoctorCase *the_case, GTask *task)
{
  aloqa_portal_look_async (NULL, g_task_get_cancellable (task), portal_cb, task);
}

static const char *
get_codec_name (AloqaVideoCodec codec)
{
  switch (codec) {
  case ALOQA_VIDEO_CODEC_VP9:
    return "VP9";
  case ALOQA_VIDEO_CODEC_H264:
    return "H264";
  case ALOQA_VIDEO_CODEC_VP8:
  default:
    return "VP8";
  }
}

/* Returns: (transfer full): the video codecs that are installed, or those that are not */
static char *
list_codecs (gboolean is_installed)
{
  static const char *const names[] = { "VP8", "VP9", "H264" };
  g_autoptr (GPtrArray) list = g_ptr_array_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (aloqa_codecs_check_group (names[i], NULL) == is_installed)
      g_ptr_array_add (list, (gpointer) names[i]);
  g_ptr_array_add (list, NULL);
  return g_strjoinv (", ", (char **) list->pdata);
}

static void
conclude_missing (GTask *task, const GError *error)
{
  g_autofree char *finding = aloqa_error_text_explain_device (error, "media");

  aloqa_doctor_conclude (task, ALOQA_DOCTOR_FAILED,
                         N_ ("Install what is missing, and start again."), "%s", finding);
}

/* Returns: whether media can be looked at; else @task is concluded, and its reference taken. */
gboolean
aloqa_doctor_begin_media (GTask *task)
{
  g_autoptr (GError) error = NULL;

  if (aloqa_media_init (&error))
    return TRUE;
  conclude_missing (task, error);
  return FALSE;
}

void
aloqa_doctor_start_codecs (AloqaDoctorCase *the_case, GTask *task)
{
  const char *wanted = get_codec_name (the_case->settings->video_codec);
  g_autofree char *installed = NULL, *missing = NULL;
  g_autoptr (GError) error = NULL;

  if (!aloqa_doctor_begin_media (task))
    return;
  if (!aloqa_codecs_check_required (&error) || !aloqa_codecs_check_group (wanted, &error)) {
    conclude_missing (task, error);
    return;
  }

  installed = list_codecs (TRUE);
  missing = list_codecs (FALSE);
  if (*missing != '\0')
    aloqa_doctor_conclude (
        task, ALOQA_DOCTOR_OK, NULL,
        N_ ("Everything that a call needs is installed; video by %s, not by %s."), installed,
        missing);
  else
    aloqa_doctor_conclude (task, ALOQA_DOCTOR_OK, NULL,
                           N_ ("Everything that a call needs is installed; video by %s."),
                           installed);
}
