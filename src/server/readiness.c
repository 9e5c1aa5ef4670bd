/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/readiness.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

/* Sockets that are looked at before anything else may get its turn. */
#define MAX_EVENTS 64

/*
 * While there is input the main loop does not look at its other sources: each socket has a few, and
 * there are thousands. After this time it does all the same.
 */
#define FAIR_US 3000

/*
 * With so many sockets it is cheaper to wait a moment for the next input than to look at all other
 * sources before waiting for it. What the others lose is within their turn.
 */
#define MANY 500
#define WAIT_MS 1

/* One for all sockets: there while there is one. Ahead of all other sources. */
typedef struct {
  GSource source; /* first: GLib's own */
  int epoll_fd;

  struct epoll_event events[MAX_EVENTS];
  int n_events;   /* got, and not handled yet */
  gint64 fair_us; /* when the others had their last turn */
  gboolean is_others_turn;
} SharedSource;

static SharedSource *shared;
static guint n_users;

/* Counted (GRcBox): whoever handles an event holds it. */
struct _AloqaReadiness {
  GSocket *socket;  /* or NULL: it is over */
  GSource *waiting; /* or NULL: nobody waits; not owned */
};

/* Stands in the main loop for one socket, and is never ready by itself but after a pause. */
typedef struct {
  GSource source;
  AloqaReadiness *owner;
  GObject *stream; /* not owned: it outlives its sources */
} InputSource;

static void
clear (gpointer data)
{
  AloqaReadiness *self = data;

  g_clear_object (&self->socket);
}

static void
release (AloqaReadiness *self)
{
  g_rc_box_release_full (self, clear);
}

/* Reports once: whoever reads on waits again. */
static void
arm (AloqaReadiness *self, int operation, guint32 events)
{
  struct epoll_event event = { .events = events | EPOLLONESHOT, .data.ptr = self };

  if (epoll_ctl (shared->epoll_fd, operation, g_socket_get_fd (self->socket), &event) != 0)
    g_debug ("cannot wait for a socket: %s", g_strerror (errno));
}

/* Calls whoever waits for the socket, as the main loop would. */
static void
wake (AloqaReadiness *self)
{
  GSource *source = self->waiting;
  GSourceFunc callback = NULL;
  gpointer user_data = NULL;

  if (self->socket == NULL || source == NULL || g_source_is_destroyed (source) ||
      source->callback_data == NULL)
    return;
  g_source_ref (source);
  source->callback_funcs->get (source->callback_data, source, &callback, &user_data);
  if (callback != NULL && source->source_funcs->dispatch (source, callback, user_data) == FALSE)
    g_source_destroy (source);
  g_source_unref (source);
}

static void
take_events (SharedSource *self, int timeout_ms)
{
  int n_events;

  if (self->n_events > 0)
    return;
  n_events = epoll_wait (self->epoll_fd, self->events, MAX_EVENTS, timeout_ms);
  self->n_events = MAX (n_events, 0);
}

static gboolean
shared_prepare (GSource *source, int *timeout_ms)
{
  SharedSource *self = (SharedSource *) source;

  *timeout_ms = -1;
  self->is_others_turn = g_get_monotonic_time () - self->fair_us > FAIR_US;
  if (self->is_others_turn)
    return FALSE;
  take_events (self, n_users >= MANY ? WAIT_MS : 0);
  return self->n_events > 0;
}

static gboolean
shared_check (GSource *source)
{
  SharedSource *self = (SharedSource *) source;

  if (self->is_others_turn) {
    self->fair_us = g_get_monotonic_time ();
    return FALSE;
  }
  take_events (self, 0);
  return self->n_events > 0;
}

static gboolean
shared_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  SharedSource *self = (SharedSource *) source;
  AloqaReadiness *ready[MAX_EVENTS];
  int n_ready = self->n_events;

  /* What is handled first may end what comes after it. */
  for (int i = 0; i < n_ready; i++)
    ready[i] = g_rc_box_acquire (self->events[i].data.ptr);
  self->n_events = 0;
  for (int i = 0; i < n_ready; i++) {
    wake (ready[i]);
    release (ready[i]);
  }
  return G_SOURCE_CONTINUE;
}

static void
shared_finalize (GSource *source)
{
  close (((SharedSource *) source)->epoll_fd);
}

static GSourceFuncs shared_funcs = {
  .prepare = shared_prepare,
  .check = shared_check,
  .dispatch = shared_dispatch,
  .finalize = shared_finalize,
};

static void
use_shared (void)
{
  if (n_users++ > 0)
    return;
  shared = (SharedSource *) g_source_new (&shared_funcs, sizeof (SharedSource));
  shared->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  if (shared->epoll_fd < 0)
    g_error ("the system has no epoll: %s", g_strerror (errno));
  g_source_add_unix_fd ((GSource *) shared, shared->epoll_fd, G_IO_IN);
  g_source_set_priority ((GSource *) shared, G_PRIORITY_HIGH);
  g_source_attach ((GSource *) shared, g_main_context_get_thread_default ());
}

static void
leave_shared (void)
{
  if (--n_users > 0)
    return;
  g_source_destroy ((GSource *) shared);
  g_source_unref ((GSource *) shared);
  shared = NULL;
}

static gboolean
input_source_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  InputSource *self = (InputSource *) source;
  gboolean goes_on;

  /* After a pause. */
  if (g_source_get_ready_time (source) >= 0)
    g_source_set_ready_time (source, -1);
  goes_on = ((GPollableSourceFunc) (void (*) (void)) callback) (self->stream, user_data);
  if (goes_on && self->owner != NULL && self->owner->waiting == source)
    arm (self->owner, EPOLL_CTL_MOD, EPOLLIN);
  return goes_on;
}

static void
input_source_finalize (GSource *source)
{
  InputSource *self = (InputSource *) source;

  if (self->owner != NULL && self->owner->waiting == source)
    self->owner->waiting = NULL;
}

static GSourceFuncs input_source_funcs = {
  .dispatch = input_source_dispatch,
  .finalize = input_source_finalize,
};

/**
 * aloqa_readiness_new:
 * @socket: stays open until aloqa_readiness_free()
 */
AloqaReadiness *
aloqa_readiness_new (GSocket *socket)
{
  AloqaReadiness *self = g_rc_box_new0 (AloqaReadiness);

  use_shared ();
  self->socket = g_object_ref (socket);
  arm (self, EPOLL_CTL_ADD, 0);
  return self;
}

static void
detach (AloqaReadiness *self)
{
  if (self->waiting != NULL)
    ((InputSource *) self->waiting)->owner = NULL;
  self->waiting = NULL;
}

/* Events that were got for @self and not handled yet are of nobody now. */
static void
forget_events (AloqaReadiness *self)
{
  for (int i = 0; i < shared->n_events; i++) {
    if (shared->events[i].data.ptr == self)
      shared->events[i--] = shared->events[--shared->n_events];
  }
}

void
aloqa_readiness_free (AloqaReadiness *self)
{
  if (self == NULL)
    return;

  detach (self);
  forget_events (self);
  /* Where the socket has been closed already, the system has forgotten it by itself. */
  if (!g_socket_is_closed (self->socket))
    arm (self, EPOLL_CTL_DEL, 0);
  g_clear_object (&self->socket);
  release (self);
  leave_shared ();
}

/**
 * aloqa_readiness_create_source:
 * @stream: what the source is for: the callback is a #GPollableSourceFunc
 * @not_before_us: a g_get_monotonic_time() before which nothing is to be read; 0: now
 * @is_ready: there is something to be read that the socket does not know of
 *
 * Returns: (transfer full): a source as of g_pollable_input_stream_create_source(); of several only
 *   the newest is called
 */
GSource *
aloqa_readiness_create_source (AloqaReadiness *self, GPollableInputStream *stream,
                               gint64 not_before_us, gboolean is_ready)
{
  GSource *source = g_source_new (&input_source_funcs, sizeof (InputSource));
  InputSource *input = (InputSource *) source;

  detach (self);
  self->waiting = source;
  input->owner = self;
  input->stream = G_OBJECT (stream);
  if (not_before_us > 0)
    g_source_set_ready_time (source, not_before_us);
  else if (is_ready)
    g_source_set_ready_time (source, 0);
  else
    arm (self, EPOLL_CTL_MOD, EPOLLIN);
  return source;
}
