/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "rig.h"

G_BEGIN_DECLS

/* All clients of the test: one thread, one epoll. */
typedef struct {
  LoadRig *rig;
  int epoll_fd;
} Crowd;

typedef struct _Peer Peer;

/* @text: a whole frame, with a NUL behind it */
typedef void (*PeerTextFunc) (Peer *peer, const char *text, gpointer user_data);

/* One client. It answers pings, reads all, and hands on what is text. */
struct _Peer {
  Crowd *crowd;
  guint user;
  int fd; /* -1 after the end */
  gboolean is_open;
  GByteArray *in;
  GByteArray *out;
  PeerTextFunc received; /* or NULL */
  gpointer user_data;
};

Crowd *crowd_new (LoadRig *rig);
void crowd_free (Crowd *self);
void crowd_turn (Crowd *self, int timeout_ms);

Peer *peer_new (Crowd *crowd, guint user, guint nth_address);
void peer_free (Peer *self);
void peer_say (Peer *self, const char *text);
void peer_send_raw (Peer *self, gconstpointer data, gsize length);

G_END_DECLS
