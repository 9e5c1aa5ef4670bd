/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/screen-share.h"

#include "desktop/background.h"
#include "desktop/screen-cast.h"
#include "media/media.h"

struct _AloqaScreenShare {
  GObject parent_instance;

  guint max_fps;
  AloqaScreenMode mode;  /* the person's wish */
  gboolean has_sound;    /* likewise */
  GCancellable *asking;  /* while the dialog is open */
  AloqaScreenCast *cast; /* what the desktop granted; NULL for the X screen */
  AloqaScreen *screen;   /* while it is on */
};

enum { CHANGED, FAILED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AloqaScreenShare, aloqa_screen_share, G_TYPE_OBJECT)

static void
emit_changed (AloqaScreenShare *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

/* Returns: whether there was anything to be cleared */
static gboolean
clear (AloqaScreenShare *self)
{
  gboolean was_on = self->screen != NULL || self->asking != NULL;

  if (self->asking != NULL)
    g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  if (self->screen != NULL) {
    g_signal_handlers_disconnect_by_data (self->screen, self);
    aloqa_screen_close (self->screen);
  }
  g_clear_object (&self->screen);
  if (self->cast != NULL) {
    g_signal_handlers_disconnect_by_data (self->cast, self);
    aloqa_screen_cast_close (self->cast);
  }
  g_clear_object (&self->cast);
  self->has_sound = FALSE;
  return was_on;
}

/**
 * aloqa_screen_share_fail:
 * @error: why it cannot go on
 */
void
aloqa_screen_share_fail (AloqaScreenShare *self, const GError *error)
{
  if (!clear (self))
    return;
  emit_changed (self);
  g_signal_emit (self, signals[FAILED], 0, error);
}

static void
cast_closed_cb (AloqaScreenShare *self)
{
  g_autoptr (GError) error = g_error_new (ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_GONE,
                                          "The desktop has ended the sharing of the screen");

  aloqa_screen_share_fail (self, error);
}

static void
screen_ended_cb (AloqaScreenShare *self, const GError *cause)
{
  g_autoptr (GError) error = g_error_copy (cause);

  g_prefix_error (&error, "What was shared has ended: ");
  aloqa_screen_share_fail (self, error);
}

/* @screen: (transfer full) */
static void
show (AloqaScreenShare *self, AloqaScreen *screen)
{
  self->screen = screen;
  aloqa_screen_set_mode (screen, self->mode);
  g_signal_connect_object (screen, "ended", G_CALLBACK (screen_ended_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (screen, "changed", G_CALLBACK (emit_changed), self, G_CONNECT_SWAPPED);
  g_clear_object (&self->asking);
  emit_changed (self);
}

static gboolean
is_set (const char *variable)
{
  const char *value = g_getenv (variable);

  return value != NULL && *value != '\0';
}

static gboolean
can_do_without_portal (const GError *error)
{
  return (g_error_matches (error, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_NO_BACKEND) ||
          g_error_matches (error, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_NO_SESSION) ||
          g_error_matches (error, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_NOT_INSTALLED) ||
          g_error_matches (error, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_UNREACHABLE)) &&
         is_set ("DISPLAY") && !is_set ("WAYLAND_DISPLAY");
}

static void
show_cast (AloqaScreenShare *self, AloqaScreenCast *cast)
{
  g_autoptr (GError) error = NULL;
  AloqaScreen *screen;

  self->cast = g_object_ref (cast);
  screen = aloqa_screen_new_for_node (aloqa_screen_cast_steal_fd (cast),
                                      aloqa_screen_cast_get_node_id (cast), self->max_fps, &error);
  if (screen == NULL) {
    aloqa_screen_share_fail (self, error);
    return;
  }

  g_signal_connect_object (cast, "closed", G_CALLBACK (cast_closed_cb), self, G_CONNECT_SWAPPED);
  show (self, screen);
}

/* Returns: (transfer full): a portal's error in the words of media, which everybody knows */
static GError *
translate (const GError *error)
{
  static const struct {
    AloqaPortalError from;
    AloqaMediaError to;
  } codes[] = {
    { ALOQA_PORTAL_ERROR_NO_SESSION, ALOQA_MEDIA_ERROR_NOT_FOUND },
    { ALOQA_PORTAL_ERROR_NOT_INSTALLED, ALOQA_MEDIA_ERROR_NOT_FOUND },
    { ALOQA_PORTAL_ERROR_NO_BACKEND, ALOQA_MEDIA_ERROR_MISSING_PART },
    { ALOQA_PORTAL_ERROR_DECLINED, ALOQA_MEDIA_ERROR_DENIED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++) {
    if (g_error_matches (error, ALOQA_PORTAL_ERROR, codes[i].from))
      return g_error_new (ALOQA_MEDIA_ERROR, codes[i].to, "The screen is not shared: %s",
                          error->message);
  }
  return g_error_new (ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_FAILED, "The screen is not shared: %s",
                      error->message);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AloqaScreenShare) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaScreenCast) cast = aloqa_screen_cast_open_finish (result, &error);

  /* Taken back meanwhile, and perhaps wished for anew. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->asking == NULL)
    return;

  if (cast != NULL) {
    show_cast (self, cast);
  } else if (can_do_without_portal (error)) {
    show (self, aloqa_screen_new_for_x11 (self->max_fps));
  } else {
    g_autoptr (GError) translated = translate (error);

    aloqa_screen_share_fail (self, translated);
  }
}

static void
aloqa_screen_share_dispose (GObject *object)
{
  clear (ALOQA_SCREEN_SHARE (object));

  G_OBJECT_CLASS (aloqa_screen_share_parent_class)->dispose (object);
}

static void
aloqa_screen_share_class_init (AloqaScreenShareClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aloqa_screen_share_dispose;

  signals[CHANGED] = g_signal_new ("changed", ALOQA_TYPE_SCREEN_SHARE, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  signals[FAILED] = g_signal_new ("failed", ALOQA_TYPE_SCREEN_SHARE, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
aloqa_screen_share_init (AloqaScreenShare *self)
{
}

/**
 * aloqa_screen_share_new:
 * @max_fps: how many pictures a second are wanted at most
 *
 * Returns: (transfer full): a share that is off
 */
AloqaScreenShare *
aloqa_screen_share_new (guint max_fps)
{
  AloqaScreenShare *self = g_object_new (ALOQA_TYPE_SCREEN_SHARE, NULL);

  self->max_fps = max_fps;
  return self;
}

/**
 * aloqa_screen_share_start:
 * @parent_window: what the desktop's dialog belongs to, as portals name windows; "" for none
 *
 * Asks the person what to share. Does nothing where that is under way, or done.
 */
void
aloqa_screen_share_start (AloqaScreenShare *self, const char *parent_window)
{
  if (self->asking != NULL || self->screen != NULL)
    return;

  self->asking = g_cancellable_new ();
  aloqa_screen_cast_open_async (NULL, parent_window, self->asking, opened_cb, g_object_ref (self));
  emit_changed (self);
}

/* Takes the dialog away or ends the sharing, whichever there is. */
void
aloqa_screen_share_stop (AloqaScreenShare *self)
{
  if (clear (self))
    emit_changed (self);
}

/* At any time; kept for the next share, too. */
void
aloqa_screen_share_set_mode (AloqaScreenShare *self, AloqaScreenMode mode)
{
  if (self->mode == mode)
    return;

  self->mode = mode;
  if (self->screen != NULL)
    aloqa_screen_set_mode (self->screen, mode);
  emit_changed (self);
}

/* Returns: whether other programs' sound can be had at all: a sandbox is there to keep it away */
gboolean
aloqa_screen_share_can_have_sound (void)
{
  return !aloqa_background_is_sandboxed ();
}

/* What the other programs play is heard with it. At any time, and for one share: the next is silent. */
void
aloqa_screen_share_set_has_sound (AloqaScreenShare *self, gboolean has_sound)
{
  has_sound = has_sound && aloqa_screen_share_can_have_sound ();
  if (self->has_sound == has_sound)
    return;

  self->has_sound = has_sound;
  emit_changed (self);
}

gboolean
aloqa_screen_share_get_has_sound (AloqaScreenShare *self)
{
  return self->has_sound;
}

AloqaShareState
aloqa_screen_share_get_state (AloqaScreenShare *self)
{
  if (self->screen != NULL)
    return ALOQA_SHARE_ON;
  return self->asking != NULL ? ALOQA_SHARE_ASKING : ALOQA_SHARE_OFF;
}

/* Returns: (transfer none) (nullable): what is shared, while it is on */
AloqaScreen *
aloqa_screen_share_get_screen (AloqaScreenShare *self)
{
  return self->screen;
}

/* Returns: what the person wished for */
AloqaScreenMode
aloqa_screen_share_get_mode (AloqaScreenShare *self)
{
  return self->mode;
}

/* Returns: what AUTO means just now */
AloqaScreenMode
aloqa_screen_share_get_shown_mode (AloqaScreenShare *self)
{
  if (self->mode != ALOQA_SCREEN_AUTO)
    return self->mode;
  return self->screen != NULL ? aloqa_screen_get_mode (self->screen) : ALOQA_SCREEN_SHARP;
}
