/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/inlet.h"

#include "base/hop.h"

struct _AloqaGate {
  AloqaFeed *feed;
  const AloqaGateFuncs *funcs;
  AloqaHop *hop;

  /* Held while the feed is pushed: nothing of a shut inlet passes after aloqa_gate_shut(). */
  GMutex lock;
  guint last_id;
  guint current_id; /* 0: nobody is let through */
  guint next_id;    /* becomes current with its first frame; 0: nobody waits */
  GstClockTime last_pts;
  guint64 n_frames;
};

struct _AloqaInlet {
  AloqaGate *gate;
  guint id;
};

/* What a thread tells the owner. */
typedef struct {
  const AloqaGateFuncs *funcs;
  guint inlet_id;
  GError *error;
} Notice;

static void
clear_gate (gpointer user_data)
{
  AloqaGate *self = user_data;

  g_object_unref (self->feed);
  aloqa_hop_unref (self->hop);
  g_mutex_clear (&self->lock);
}

static void
clear_inlet (gpointer user_data)
{
  aloqa_gate_unref (((AloqaInlet *) user_data)->gate);
}

static void
free_notice (gpointer user_data)
{
  Notice *notice = user_data;

  g_clear_error (&notice->error);
  g_free (notice);
}

static void
give_notice (gpointer owner, gpointer payload)
{
  Notice *notice = payload;

  if (notice->error != NULL)
    notice->funcs->failed (owner, notice->inlet_id, notice->error);
  else
    notice->funcs->switched (owner, notice->inlet_id);
}

static void
send_notice (AloqaInlet *self, GError *error)
{
  Notice *notice = g_new0 (Notice, 1);

  notice->funcs = self->gate->funcs;
  notice->inlet_id = self->id;
  notice->error = error;
  aloqa_hop_call (self->gate->hop, give_notice, notice, free_notice);
}

/**
 * aloqa_gate_new:
 * @funcs: (transfer none): must stay
 * @owner: a #GObject of the main thread, held weakly
 *
 * Returns: (transfer full): a gate that lets nobody through yet
 */
AloqaGate *
aloqa_gate_new (AloqaFeed *feed, const AloqaGateFuncs *funcs, gpointer owner)
{
  AloqaGate *self = g_atomic_rc_box_new0 (AloqaGate);

  self->feed = g_object_ref (feed);
  self->funcs = funcs;
  self->hop = aloqa_hop_new (owner);
  self->last_pts = GST_CLOCK_TIME_NONE;
  g_mutex_init (&self->lock);

  return self;
}

AloqaGate *
aloqa_gate_ref (AloqaGate *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
aloqa_gate_unref (AloqaGate *self)
{
  g_atomic_rc_box_release_full (self, clear_gate);
}

/**
 * aloqa_gate_add_inlet:
 * @inlet_id: (out): its name in the callbacks, never 0
 *
 * The inlet is let through from its first frame on; the current one until then. One that was added
 * before and still waited will never be.
 *
 * Returns: (transfer full): the inlet
 */
AloqaInlet *
aloqa_gate_add_inlet (AloqaGate *self, guint *inlet_id)
{
  AloqaInlet *inlet = g_atomic_rc_box_new0 (AloqaInlet);

  g_mutex_lock (&self->lock);
  inlet->id = self->next_id = ++self->last_id;
  g_mutex_unlock (&self->lock);
  inlet->gate = aloqa_gate_ref (self);
  *inlet_id = inlet->id;

  return inlet;
}

/**
 * aloqa_gate_add_open_inlet:
 *
 * The inlet is let through at once, and nobody is told so; any other no more.
 *
 * Returns: (transfer full): the inlet
 */
AloqaInlet *
aloqa_gate_add_open_inlet (AloqaGate *self)
{
  AloqaInlet *inlet = g_atomic_rc_box_new0 (AloqaInlet);

  g_mutex_lock (&self->lock);
  inlet->id = self->current_id = ++self->last_id;
  self->next_id = 0;
  g_mutex_unlock (&self->lock);
  inlet->gate = aloqa_gate_ref (self);

  return inlet;
}

/**
 * aloqa_gate_shut:
 *
 * No inlet that exists is let through any more; a frame on its way has passed when this returns.
 */
void
aloqa_gate_shut (AloqaGate *self)
{
  g_mutex_lock (&self->lock);
  self->current_id = self->next_id = 0;
  g_mutex_unlock (&self->lock);
}

/**
 * aloqa_gate_is_current:
 *
 * Returns: whether this inlet is let through, so that its first frame has passed
 */
gboolean
aloqa_gate_is_current (AloqaGate *self, guint inlet_id)
{
  gboolean is_current;

  g_mutex_lock (&self->lock);
  is_current = self->current_id == inlet_id;
  g_mutex_unlock (&self->lock);

  return is_current;
}

/**
 * aloqa_gate_get_n_frames:
 *
 * Returns: how many frames have passed
 */
guint64
aloqa_gate_get_n_frames (AloqaGate *self)
{
  guint64 n_frames;

  g_mutex_lock (&self->lock);
  n_frames = self->n_frames;
  g_mutex_unlock (&self->lock);

  return n_frames;
}

AloqaInlet *
aloqa_inlet_ref (AloqaInlet *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
aloqa_inlet_unref (gpointer self)
{
  g_atomic_rc_box_release_full (self, clear_inlet);
}

/* Sources stamp by themselves; where one takes over from another, time must not go back. */
static GstBuffer *
keep_time_growing (AloqaGate *gate, GstBuffer *buffer)
{
  if (GST_CLOCK_TIME_IS_VALID (gate->last_pts) && GST_BUFFER_PTS (buffer) <= gate->last_pts) {
    buffer = gst_buffer_make_writable (buffer);
    GST_BUFFER_PTS (buffer) = gate->last_pts + GST_USECOND;
  }
  gate->last_pts = GST_BUFFER_PTS (buffer);

  return buffer;
}

/* Called with the lock held. */
static void
let_through (AloqaInlet *self, GstBuffer *buffer, GstCaps *caps)
{
  AloqaGate *gate = self->gate;
  g_autoptr (GstBuffer) timed = keep_time_growing (gate, buffer);
  g_autoptr (GstSample) sample = gst_sample_new (timed, caps, NULL, NULL);

  gate->n_frames++;
  aloqa_feed_push (gate->feed, sample);
}

/**
 * aloqa_inlet_push:
 * @buffer: (transfer full): a frame whose timestamp is of media/timeline.h
 *
 * Gives a frame to the feed, if it is this inlet's turn. Any thread.
 */
void
aloqa_inlet_push (AloqaInlet *self, GstBuffer *buffer, GstCaps *caps)
{
  AloqaGate *gate = self->gate;
  gboolean takes_over;

  g_mutex_lock (&gate->lock);
  takes_over = self->id == gate->next_id;
  if (takes_over) {
    gate->current_id = self->id;
    gate->next_id = 0;
  }
  if (self->id == gate->current_id)
    let_through (self, buffer, caps);
  else
    gst_buffer_unref (buffer);
  g_mutex_unlock (&gate->lock);

  if (takes_over)
    send_notice (self, NULL);
}

/**
 * aloqa_inlet_fail:
 * @error: (transfer full): why this source gives nothing more
 *
 * Any thread.
 */
void
aloqa_inlet_fail (AloqaInlet *self, GError *error)
{
  send_notice (self, error);
}
