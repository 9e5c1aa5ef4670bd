/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "peer.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define OPCODE_TEXT 0x1
#define OPCODE_PING 0x9
#define OPCODE_PONG 0xa

Crowd *
crowd_new (LoadRig *rig)
{
  Crowd *self = g_new0 (Crowd, 1);

  self->rig = rig;
  self->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  return self;
}

void
crowd_free (Crowd *self)
{
  close (self->epoll_fd);
  g_free (self);
}

static void
end (Peer *self)
{
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
}

static void
flush (Peer *self)
{
  while (self->fd >= 0 && self->out->len > 0) {
    gssize n = send (self->fd, self->out->data, self->out->len, MSG_NOSIGNAL);

    if (n > 0)
      g_byte_array_remove_range (self->out, 0, (guint) n);
    else if (errno == EAGAIN)
      return;
    else
      end (self);
  }
}

/* A whole frame, with a mask of zeros. */
static void
send_frame (Peer *self, guint8 opcode, const guint8 *payload, gsize length)
{
  guint8 header[8] = { (guint8) (0x80 | opcode), (guint8) (0x80 | MIN (length, 126)) };
  guint n_header = 2;

  g_assert_cmpuint (length, <, 65536);
  if (length >= 126) {
    header[2] = (guint8) (length >> 8);
    header[3] = (guint8) length;
    n_header = 4;
  }
  g_byte_array_append (self->out, header, n_header);
  g_byte_array_append (self->out, (const guint8 *) "\0\0\0\0", 4);
  g_byte_array_append (self->out, payload, (guint) length);
  flush (self);
}

static void
handle_frame (Peer *self, guint8 opcode, const guint8 *payload, gsize length)
{
  if (opcode == OPCODE_PING) {
    send_frame (self, OPCODE_PONG, payload, length);
  } else if (opcode == OPCODE_TEXT) {
    g_autofree char *text = g_strndup ((const char *) payload, length);

    self->is_open = TRUE;
    if (self->received != NULL)
      self->received (self, text, self->user_data);
  }
}

/* Returns: how long the first frame is; 0 where it is not whole yet */
static gsize
take_frame (Peer *self)
{
  const guint8 *data = self->in->data;
  gsize n_header = 2;
  gsize length;

  if (self->in->len < 2)
    return 0;
  length = data[1] & 0x7f;
  n_header += length == 126 ? 2 : length == 127 ? 8 : 0;
  if (self->in->len < n_header)
    return 0;
  if (length >= 126) {
    gsize n_length = n_header - 2;

    length = 0;
    for (gsize i = 0; i < n_length; i++)
      length = length << 8 | data[2 + i];
  }
  if (self->in->len < n_header + length)
    return 0;
  handle_frame (self, data[0] & 0x0f, data + n_header, length);
  return n_header + length;
}

/* The answer to the handshake comes before the first frame. */
static gboolean
skip_handshake (Peer *self)
{
  guint8 *end_of_it;

  if (self->in->len == 0 || self->in->data[0] != 'H')
    return self->in->len > 0;
  end_of_it = memmem (self->in->data, self->in->len, "\r\n\r\n", 4);
  if (end_of_it == NULL)
    return FALSE;
  g_byte_array_remove_range (self->in, 0, (guint) (end_of_it + 4 - self->in->data));
  return TRUE;
}

static void
read_all (Peer *self)
{
  guint8 buffer[16384];
  gssize n_read;
  gsize length;

  while ((n_read = recv (self->fd, buffer, sizeof buffer, 0)) > 0)
    g_byte_array_append (self->in, buffer, (guint) n_read);
  if (n_read == 0 || errno != EAGAIN)
    end (self);
  if (!skip_handshake (self))
    return;
  while ((length = take_frame (self)) > 0)
    g_byte_array_remove_range (self->in, 0, (guint) length);
}

/* Waits for what comes in, and handles it. */
void
crowd_turn (Crowd *self, int timeout_ms)
{
  struct epoll_event events[256];
  int n_events = epoll_wait (self->epoll_fd, events, G_N_ELEMENTS (events), timeout_ms);

  for (int i = 0; i < n_events; i++) {
    Peer *peer = events[i].data.ptr;

    if (peer->fd >= 0 && peer->out->len > 0)
      flush (peer);
    if (peer->fd >= 0 && (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
      read_all (peer);
  }
}

/* @user: 0 for a connection that says nothing yet */
Peer *
peer_new (Crowd *crowd, guint user, guint nth_address)
{
  Peer *self = g_new0 (Peer, 1);
  struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = self };

  self->crowd = crowd;
  self->user = user;
  self->in = g_byte_array_new ();
  self->out = g_byte_array_new ();
  self->fd = load_rig_connect (crowd->rig, nth_address);
  epoll_ctl (crowd->epoll_fd, EPOLL_CTL_ADD, self->fd, &event);
  if (user != 0) {
    g_autofree char *request = load_rig_make_request (crowd->rig, user);

    peer_send_raw (self, request, strlen (request));
  }
  return self;
}

void
peer_free (Peer *self)
{
  end (self);
  g_byte_array_unref (self->in);
  g_byte_array_unref (self->out);
  g_free (self);
}

void
peer_say (Peer *self, const char *text)
{
  send_frame (self, OPCODE_TEXT, (const guint8 *) text, strlen (text));
}

void
peer_send_raw (Peer *self, gconstpointer data, gsize length)
{
  g_byte_array_append (self->out, data, (guint) length);
  flush (self);
}
