/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/frame-guard.h"

#include "server/frame-meter.h"
#include "server/limits.h"
#include "server/readiness.h"

/* The two halves are streams of their own, with the guard's counters. */
#define TYPE_GUARD_INPUT (guard_input_get_type ())
G_DECLARE_FINAL_TYPE (GuardInput, guard_input, GUARD, INPUT, GInputStream)

#define TYPE_GUARD_OUTPUT (guard_output_get_type ())
G_DECLARE_FINAL_TYPE (GuardOutput, guard_output, GUARD, OUTPUT, GOutputStream)

struct _GuardInput {
  GInputStream parent_instance;
  AloqaFrameGuard *guard; /* not owned */
  GPollableInputStream *base;
};

struct _GuardOutput {
  GOutputStream parent_instance;
  AloqaFrameGuard *guard; /* not owned */
  GPollableOutputStream *base;
};

struct _AloqaFrameGuard {
  GIOStream parent_instance;

  GIOStream *base;
  AloqaClock *clock;
  GuardInput *input;
  GuardOutput *output;

  AloqaReadiness *readiness; /* or NULL: the base waits by itself */
  gsize max_unsent_bytes;
  gsize max_message_bytes;
  gboolean is_begun;  /* there has been a source */
  gboolean is_paused; /* nothing is read for a while after this turn */

  AloqaFrameMeter meter;
  gsize n_turn_bytes; /* read since the main loop has last had its turn */
  gint64 last_read_us;
  guint64 n_noted;   /* handed to the WebSocket by us */
  guint64 n_written; /* taken by the network */
};

static void guard_input_pollable_init (GPollableInputStreamInterface *iface);
static void guard_output_pollable_init (GPollableOutputStreamInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (GuardInput, guard_input, G_TYPE_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM,
                                                      guard_input_pollable_init))
G_DEFINE_FINAL_TYPE_WITH_CODE (GuardOutput, guard_output, G_TYPE_OUTPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_OUTPUT_STREAM,
                                                      guard_output_pollable_init))
G_DEFINE_FINAL_TYPE (AloqaFrameGuard, aloqa_frame_guard, G_TYPE_IO_STREAM)

static gboolean
guard_input_is_readable (GPollableInputStream *stream)
{
  return g_pollable_input_stream_is_readable (GUARD_INPUT (stream)->base);
}

/*
 * SoupServer may have read more than the handshake: the first time there may be input that the
 * socket does not know of. A read leaves none behind.
 */
static gboolean
has_read_ahead (AloqaFrameGuard *self)
{
  gboolean is_first = !self->is_begun;

  self->is_begun = TRUE;
  return is_first;
}

/* Returns: until when nothing is to be read; 0: there is no pause */
static gint64
take_pause_end (AloqaFrameGuard *self)
{
  gint64 end_us = self->is_paused ? g_get_monotonic_time () + ALOQA_FLOOD_PAUSE_MS * 1000 : 0;

  self->is_paused = FALSE;
  return end_us;
}

/* Asked for when everything there was has been read, or the turn is over: a new turn begins. */
static GSource *
guard_input_create_source (GPollableInputStream *stream, GCancellable *cancellable)
{
  GuardInput *self = GUARD_INPUT (stream);
  AloqaFrameGuard *guard = self->guard;
  g_autoptr (GSource) source = NULL;

  if (guard != NULL)
    guard->n_turn_bytes = 0;
  if (guard != NULL && guard->readiness != NULL && cancellable == NULL)
    return aloqa_readiness_create_source (guard->readiness, stream, take_pause_end (guard),
                                          has_read_ahead (guard));
  source = g_pollable_input_stream_create_source (self->base, NULL);
  return g_pollable_source_new_full (stream, source, cancellable);
}

static gboolean
check_read (AloqaFrameGuard *self, const guint8 *data, gsize length, GError **error)
{
  self->last_read_us = aloqa_clock_get_now_us (self->clock);
  self->n_turn_bytes += length;
  if (!aloqa_frame_meter_feed (&self->meter, data, length, self->max_message_bytes)) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE, "a message is too large");
    return FALSE;
  }
  if (aloqa_frame_guard_is_full (self)) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "the other end does not read");
    return FALSE;
  }
  return TRUE;
}

static gssize
guard_input_read_nonblocking (GPollableInputStream *stream, void *buffer, gsize count,
                              GError **error)
{
  GuardInput *self = GUARD_INPUT (stream);
  gssize n_read;

  if (self->guard == NULL || self->guard->is_paused ||
      self->guard->n_turn_bytes >= ALOQA_READ_TURN_BYTES) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "the turn is over");
    return -1;
  }

  n_read = g_pollable_input_stream_read_nonblocking (self->base, buffer, count, NULL, error);
  if (n_read > 0 && !check_read (self->guard, buffer, (gsize) n_read, error))
    return -1;
  return n_read;
}

static void
guard_input_pollable_init (GPollableInputStreamInterface *iface)
{
  iface->is_readable = guard_input_is_readable;
  iface->create_source = guard_input_create_source;
  iface->read_nonblocking = guard_input_read_nonblocking;
}

static void
guard_input_finalize (GObject *object)
{
  g_object_unref (GUARD_INPUT (object)->base);
  G_OBJECT_CLASS (guard_input_parent_class)->finalize (object);
}

static void
guard_input_class_init (GuardInputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = guard_input_finalize;
}

static void
guard_input_init (GuardInput *self)
{
}

static gboolean
guard_output_is_writable (GPollableOutputStream *stream)
{
  return g_pollable_output_stream_is_writable (GUARD_OUTPUT (stream)->base);
}

static GSource *
guard_output_create_source (GPollableOutputStream *stream, GCancellable *cancellable)
{
  g_autoptr (GSource) source =
      g_pollable_output_stream_create_source (GUARD_OUTPUT (stream)->base, NULL);

  return g_pollable_source_new_full (stream, source, cancellable);
}

static gssize
guard_output_write_nonblocking (GPollableOutputStream *stream, const void *buffer, gsize count,
                                GError **error)
{
  GuardOutput *self = GUARD_OUTPUT (stream);
  gssize n_written =
      g_pollable_output_stream_write_nonblocking (self->base, buffer, count, NULL, error);

  if (n_written > 0 && self->guard != NULL)
    self->guard->n_written += (gsize) n_written;
  return n_written;
}

static void
guard_output_pollable_init (GPollableOutputStreamInterface *iface)
{
  iface->is_writable = guard_output_is_writable;
  iface->create_source = guard_output_create_source;
  iface->write_nonblocking = guard_output_write_nonblocking;
}

static void
guard_output_finalize (GObject *object)
{
  g_object_unref (GUARD_OUTPUT (object)->base);
  G_OBJECT_CLASS (guard_output_parent_class)->finalize (object);
}

static void
guard_output_class_init (GuardOutputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = guard_output_finalize;
}

static void
guard_output_init (GuardOutput *self)
{
}

static GInputStream *
aloqa_frame_guard_get_input_stream (GIOStream *stream)
{
  return G_INPUT_STREAM (ALOQA_FRAME_GUARD (stream)->input);
}

static GOutputStream *
aloqa_frame_guard_get_output_stream (GIOStream *stream)
{
  return G_OUTPUT_STREAM (ALOQA_FRAME_GUARD (stream)->output);
}

static gboolean
aloqa_frame_guard_close (GIOStream *stream, GCancellable *cancellable, GError **error)
{
  AloqaFrameGuard *self = ALOQA_FRAME_GUARD (stream);

  g_clear_pointer (&self->readiness, aloqa_readiness_free);
  return g_io_stream_close (self->base, cancellable, error);
}

static void
base_closed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (g_io_stream_close_finish (G_IO_STREAM (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
aloqa_frame_guard_close_async (GIOStream *stream, int priority, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (stream, cancellable, callback, user_data);

  g_clear_pointer (&ALOQA_FRAME_GUARD (stream)->readiness, aloqa_readiness_free);
  g_io_stream_close_async (ALOQA_FRAME_GUARD (stream)->base, priority, cancellable, base_closed_cb,
                           task);
}

static gboolean
aloqa_frame_guard_close_finish (GIOStream *stream, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
aloqa_frame_guard_finalize (GObject *object)
{
  AloqaFrameGuard *self = ALOQA_FRAME_GUARD (object);

  self->input->guard = NULL;
  self->output->guard = NULL;
  g_clear_pointer (&self->readiness, aloqa_readiness_free);
  g_object_unref (self->input);
  g_object_unref (self->output);
  g_object_unref (self->base);
  g_object_unref (self->clock);
  G_OBJECT_CLASS (aloqa_frame_guard_parent_class)->finalize (object);
}

static void
aloqa_frame_guard_class_init (AloqaFrameGuardClass *klass)
{
  GIOStreamClass *stream_class = G_IO_STREAM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = aloqa_frame_guard_finalize;
  stream_class->get_input_stream = aloqa_frame_guard_get_input_stream;
  stream_class->get_output_stream = aloqa_frame_guard_get_output_stream;
  stream_class->close_fn = aloqa_frame_guard_close;
  stream_class->close_async = aloqa_frame_guard_close_async;
  stream_class->close_finish = aloqa_frame_guard_close_finish;
}

static void
aloqa_frame_guard_init (AloqaFrameGuard *self)
{
}

/**
 * aloqa_frame_guard_new:
 * @base: pollable both ways, at the first byte after the handshake
 * @socket: (nullable): what is below @base, where that is nothing but a socket: see readiness.h
 * @settings: how much may wait for the other end to read, and how large a frame may be
 */
AloqaFrameGuard *
aloqa_frame_guard_new (GIOStream *base, GSocket *socket, AloqaClock *clock,
                       const AloqaSettings *settings)
{
  AloqaFrameGuard *self = g_object_new (ALOQA_TYPE_FRAME_GUARD, NULL);

  self->base = g_object_ref (base);
  self->clock = g_object_ref (clock);
  self->max_unsent_bytes = (gsize) settings->limits[ALOQA_LIMIT_UNSENT_BYTES];
  self->max_message_bytes = 2 * (gsize) settings->limits[ALOQA_LIMIT_FRAME_BYTES];
  if (socket != NULL)
    self->readiness = aloqa_readiness_new (socket);
  self->last_read_us = aloqa_clock_get_now_us (clock);
  self->input = g_object_new (TYPE_GUARD_INPUT, NULL);
  self->input->guard = self;
  self->input->base = g_object_ref (G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (base)));
  self->output = g_object_new (TYPE_GUARD_OUTPUT, NULL);
  self->output->guard = self;
  self->output->base =
      g_object_ref (G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (base)));
  return self;
}

/**
 * aloqa_frame_guard_note_sent:
 * @n_bytes: payload of a frame that has been handed to the WebSocket
 */
void
aloqa_frame_guard_note_sent (AloqaFrameGuard *self, gsize n_bytes)
{
  self->n_noted += n_bytes;
}

/**
 * aloqa_frame_guard_is_full:
 *
 * Returns: whether too much waits for the other end to read. What is counted is never more than
 *   there is, for frame headers and our own pings are not counted in.
 */
gboolean
aloqa_frame_guard_is_full (AloqaFrameGuard *self)
{
  guint64 n_total = self->n_noted + self->meter.n_pings;

  /* What was not counted in has been written; else the two would drift apart over the days. */
  if (self->n_written > n_total)
    self->n_noted += self->n_written - n_total;
  return self->n_noted + self->meter.n_pings - self->n_written > self->max_unsent_bytes;
}

/**
 * aloqa_frame_guard_pause:
 *
 * Reads nothing more for a while: whoever floods waits, and the network with them.
 */
void
aloqa_frame_guard_pause (AloqaFrameGuard *self)
{
  self->is_paused = self->readiness != NULL;
}

gint64
aloqa_frame_guard_get_last_read_us (AloqaFrameGuard *self)
{
  return self->last_read_us;
}
