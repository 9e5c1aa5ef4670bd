/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/camera-access.h"

#include "desktop/background.h"
#include "desktop/camera-portal.h"
#include "media/camera-remote.h"
#include "media/media.h"

static void
open_async (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  aloqa_camera_portal_open_async (NULL, cancellable, callback, user_data);
}

static int
open_finish (GAsyncResult *result, GError **error)
{
  g_autoptr (GError) cause = NULL;
  int fd = aloqa_camera_portal_open_finish (result, &cause);

  if (fd >= 0)
    return fd;
  if (g_error_matches (cause, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_DECLINED))
    g_set_error (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_DENIED,
                 "The camera may not be used: %s; the desktop's privacy settings change that",
                 cause->message);
  else if (cause->domain == ALOQA_PORTAL_ERROR)
    g_set_error (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_FAILED,
                 "The camera cannot be reached: %s", cause->message);
  else
    g_propagate_error (error, g_steal_pointer (&cause));
  return -1;
}

static const AloqaCameraDoor portal_door = { open_async, open_finish };

/* Whether to go through the desktop's portal, which asks the person, or straight to PipeWire. */
void
aloqa_camera_access_use_portal (gboolean uses_portal)
{
  aloqa_camera_remote_set_door (uses_portal ? &portal_door : NULL);
}

/* In a sandbox cameras are behind the portal. */
void
aloqa_camera_access_init (void)
{
  aloqa_camera_access_use_portal (aloqa_background_is_sandboxed ());
}

/* Whether no list of cameras can say what there is: in a sandbox, until this program was given one. */
gboolean
aloqa_camera_access_hides_cameras (void)
{
  return !aloqa_camera_remote_is_granted ();
}
