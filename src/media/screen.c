/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/screen.h"

#include "base/hop.h"
#include "media/media.h"
#include "media/pipewire-stream.h"
#include "media/screen-worker.h"
#include "media/x11-stream.h"

/* A source may be away for a moment, while it changes its size, and the first picture takes its time. */
#define STALL_LIMIT_US (2 * G_USEC_PER_SEC)

struct _AloqaScreen {
  GObject parent_instance;

  AloqaHop *hop;
  AloqaScreenWorker *worker;
  AloqaScreenStatus status;
  AloqaInlet *inlet; /* only compared */
  gboolean is_over;

  AloqaPipewireStream *stream; /* one of these two */
  AloqaX11Stream *x11_stream;
};

enum { ENDED, CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AloqaScreen, aloqa_screen, G_TYPE_OBJECT)

static void
stop (AloqaScreen *self)
{
  self->is_over = TRUE;
  /* What gives pictures first, what takes them then. */
  g_clear_pointer (&self->stream, aloqa_pipewire_stream_free);
  g_clear_pointer (&self->x11_stream, aloqa_x11_stream_free);
  g_clear_pointer (&self->worker, aloqa_screen_worker_free);
}

static void
end (gpointer object, gpointer error)
{
  AloqaScreen *self = object;

  if (self->is_over)
    return;
  stop (self);
  g_signal_emit (self, signals[ENDED], 0, error);
}

static void
show_status (gpointer object, gpointer status)
{
  AloqaScreen *self = object;

  if (self->is_over)
    return;
  self->status = *(AloqaScreenStatus *) status;
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
status_cb (const AloqaScreenStatus *status, gpointer user_data)
{
  aloqa_hop_call (((AloqaScreen *) user_data)->hop, show_status, g_memdup2 (status, sizeof *status),
                  g_free);
}

static void
frame_cb (GstSample *sample, gpointer user_data)
{
  aloqa_screen_worker_take (((AloqaScreen *) user_data)->worker, sample);
}

static void
failed_cb (GError *error, gpointer user_data)
{
  aloqa_hop_call (((AloqaScreen *) user_data)->hop, end, error, (GDestroyNotify) g_error_free);
}

static void
running_cb (gboolean is_running, gpointer user_data)
{
  aloqa_screen_worker_set_running (((AloqaScreen *) user_data)->worker, is_running);
}

static const AloqaPipewireStreamFuncs pipewire_funcs = { frame_cb, failed_cb, running_cb };
static const AloqaX11StreamFuncs x11_funcs = { frame_cb, failed_cb };

static void
aloqa_screen_dispose (GObject *object)
{
  stop (ALOQA_SCREEN (object));

  G_OBJECT_CLASS (aloqa_screen_parent_class)->dispose (object);
}

static void
aloqa_screen_finalize (GObject *object)
{
  aloqa_hop_unref (ALOQA_SCREEN (object)->hop);

  G_OBJECT_CLASS (aloqa_screen_parent_class)->finalize (object);
}

static void
aloqa_screen_class_init (AloqaScreenClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aloqa_screen_dispose;
  G_OBJECT_CLASS (klass)->finalize = aloqa_screen_finalize;

  signals[ENDED] = g_signal_new ("ended", ALOQA_TYPE_SCREEN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, G_TYPE_ERROR);
  signals[CHANGED] = g_signal_new ("changed", ALOQA_TYPE_SCREEN, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
aloqa_screen_init (AloqaScreen *self)
{
  self->hop = aloqa_hop_new (self);
  self->status.mode = ALOQA_SCREEN_SHARP;
}

/**
 * aloqa_screen_new_for_node:
 * @fd: a connection to PipeWire on which the node is seen, taken; -1 for the session's own
 * @node_id: its number there
 * @max_fps: how many pictures a second are wanted at most
 * @error: #AloqaMediaError
 *
 * Returns: (transfer full): the screen, not shown yet
 */
AloqaScreen *
aloqa_screen_new_for_node (int fd, guint32 node_id, guint max_fps, GError **error)
{
  g_autoptr (AloqaScreen) self = g_object_new (ALOQA_TYPE_SCREEN, NULL);
  const AloqaPipewireTarget target = { .node_id = node_id, .fd = fd };
  GstVideoInfo wanted;

  gst_video_info_init (&wanted);
  wanted.fps_n = (gint) max_fps;
  self->worker = aloqa_screen_worker_new (max_fps, STALL_LIMIT_US, status_cb, self);
  self->stream = aloqa_pipewire_stream_new (&target, &wanted, &pipewire_funcs, self, error);
  return self->stream != NULL ? g_steal_pointer (&self) : NULL;
}

/**
 * aloqa_screen_new_for_x11:
 * @max_fps: how many pictures a second are wanted at most
 *
 * For an X server without a portal: all of the screen that $DISPLAY names.
 *
 * Returns: (transfer full): the screen, not shown yet
 */
AloqaScreen *
aloqa_screen_new_for_x11 (guint max_fps)
{
  AloqaScreen *self = g_object_new (ALOQA_TYPE_SCREEN, NULL);

  self->worker = aloqa_screen_worker_new (max_fps, STALL_LIMIT_US, status_cb, self);
  aloqa_screen_worker_set_steady (self->worker);
  self->x11_stream = aloqa_x11_stream_new (max_fps, &x11_funcs, self);
  return self;
}

/* Gives up the screen: nothing of it is sent any more when this returns. Again does nothing. */
void
aloqa_screen_close (AloqaScreen *self)
{
  stop (self);
}

void
aloqa_screen_set_mode (AloqaScreen *self, AloqaScreenMode mode)
{
  if (!self->is_over)
    aloqa_screen_worker_set_mode (self->worker, mode);
}

/**
 * aloqa_screen_set_inlet:
 * @inlet: (nullable): where the pictures go, or NULL for nowhere: then nothing is looked at
 */
void
aloqa_screen_set_inlet (AloqaScreen *self, AloqaInlet *inlet)
{
  self->inlet = inlet;
  if (self->is_over)
    return;
  aloqa_screen_worker_set_inlet (self->worker, inlet);
  if (self->stream != NULL)
    aloqa_pipewire_stream_set_active (self->stream, inlet != NULL);
  else
    aloqa_x11_stream_set_active (self->x11_stream, inlet != NULL);
}

/* Of use to one who set @inlet and does not know whether another has been set since. */
void
aloqa_screen_clear_inlet (AloqaScreen *self, AloqaInlet *inlet)
{
  if (self->inlet == inlet)
    aloqa_screen_set_inlet (self, NULL);
}

/* Returns: how it is shown now: never AUTO */
AloqaScreenMode
aloqa_screen_get_mode (AloqaScreen *self)
{
  return self->status.mode;
}

/* Whether what is shown is not what happens now, or nothing at all, for no fault of ours: a still one is
 * not stalled. Some portals give no picture of a screen on which nothing has changed since it was
 * shared before. */
gboolean
aloqa_screen_is_stalled (AloqaScreen *self)
{
  return self->status.is_stalled;
}

/* The size that is sent; 0 × 0 before the first picture. */
void
aloqa_screen_get_size (AloqaScreen *self, guint *width_px, guint *height_px)
{
  *width_px = self->status.width_px;
  *height_px = self->status.height_px;
}
