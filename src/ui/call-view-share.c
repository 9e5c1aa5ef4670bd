/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/call-view-private.h"

#include <glib/gi18n.h>

#include "ui/window-handle.h"

/* The screen in the camera's place, as the view starts, shows and ends it. */

/* Returns: (transfer none) (nullable) */
AloqaScreenShare *
aloqa_call_view_get_share (AloqaCallView *self)
{
  AloqaLocalMedia *local = aloqa_call_view_get_local (self);

  return local != NULL ? aloqa_local_media_get_share (local) : NULL;
}

/* Whether it is shared, or the desktop's dialog is open. */
gboolean
aloqa_call_view_is_sharing (AloqaCallView *self)
{
  AloqaScreenShare *share = aloqa_call_view_get_share (self);

  return share != NULL && aloqa_screen_share_get_state (share) != ALOQA_SHARE_OFF;
}

const char *
aloqa_call_view_get_share_mode (AloqaCallView *self)
{
  AloqaScreenShare *share = aloqa_call_view_get_share (self);

  return aloqa_screen_mode_to_string (share != NULL ? aloqa_screen_share_get_mode (share)
                                                    : ALOQA_SCREEN_AUTO);
}

gboolean
aloqa_call_view_get_share_sound (AloqaCallView *self)
{
  AloqaScreenShare *share = aloqa_call_view_get_share (self);

  return share != NULL && aloqa_screen_share_get_has_sound (share);
}

static void
handle_cb (const char *handle, gpointer user_data)
{
  AloqaCallView *self = user_data;
  AloqaLocalMedia *local = aloqa_call_view_get_local (self);
  g_autoptr (GError) error = NULL;

  if (!aloqa_call_view_is_running (self) || local == NULL)
    return;
  if (!aloqa_local_media_share_screen (local, handle, &error))
    aloqa_call_view_say (self, _ ("A screen can be shared in a video call only"));
}

void
aloqa_call_view_set_sharing (AloqaCallView *self, gboolean is_on)
{
  AloqaScreenShare *share = aloqa_call_view_get_share (self);

  if (share == NULL)
    return;
  if (is_on)
    aloqa_window_handle_get (GTK_WIDGET (self), handle_cb, g_object_ref (self), g_object_unref);
  else
    aloqa_screen_share_stop (share);
}

void
aloqa_call_view_set_share_mode (AloqaCallView *self, const char *name)
{
  AloqaScreenShare *share = aloqa_call_view_get_share (self);
  AloqaScreenMode mode;

  if (share != NULL && aloqa_screen_mode_from_string (name, &mode))
    aloqa_screen_share_set_mode (share, mode);
}

void
aloqa_call_view_set_share_sound (AloqaCallView *self, gboolean is_on)
{
  AloqaScreenShare *share = aloqa_call_view_get_share (self);

  if (share != NULL)
    aloqa_screen_share_set_has_sound (share, is_on);
}
