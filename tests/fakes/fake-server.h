/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/*
 * A signalling server in the test's own process, on a real port, that does what it is told: the
 * existing server's faults, an attacker's, and a failing network's. It has the users 2 "ali" and
 * 3 "vali", with the password "demo".
 */
typedef struct {
  /* --- What it does: to be set at any time ------------------------------------------------- */
  gint64 token_life_s;      /* of new access tokens; 30 minutes at first */
  guint login_status;       /* or 0: what POST /auth/login answers instead */
  guint refresh_status;     /* or 0: likewise POST /auth/refresh */
  guint upgrade_status;     /* or 0: what a WebSocket's upgrade is answered with instead */
  guint close_code;         /* or 0: what each new WebSocket is closed with */
  gboolean is_silent;       /* no "connected" is sent */
  gboolean is_deaf;         /* frames arrive and nothing happens, as on a half-open connection */
  gboolean has_features;    /* it announces all extensions */
  gint64 connected_user_id; /* or 0: whom it takes everybody for */
  gint64 clock_ahead_s;     /* of the time in its answers and tokens */

  /* --- What it saw -------------------------------------------------------------------------- */
  guint n_logins;
  guint n_refreshes;
  guint n_logouts;
  guint n_upgrades;
  guint n_probes;               /* that it heard */
  guint n_swallowed;            /* frames that came while it was deaf */
  GPtrArray *frames;            /* of char *: what it heard and is no probe, in order */
  char *last_path;              /* of the last request, with its query */
  char *last_extensions;        /* or NULL: Sec-WebSocket-Extensions of the last upgrade */
  gboolean was_closed_in_order; /* the last WebSocket that ended did so with a close frame */

  /* --- Its own ------------------------------------------------------------------------------- */
  SoupServer *server;
  GSocketService *service;      /* or NULL: stopped */
  GTlsCertificate *certificate; /* or NULL: without TLS */
  guint port;
  GHashTable *tokens;    /* char * → user id: valid ones, of both kinds */
  GHashTable *answers;   /* char * path → canned answer */
  GPtrArray *websockets; /* open ones, the newest last */
  guint n_tokens;
} AloqaFakeServer;

AloqaFakeServer *aloqa_fake_server_new (GTlsCertificate *certificate);
void aloqa_fake_server_free (AloqaFakeServer *self);
char *aloqa_fake_server_dup_url (AloqaFakeServer *self);

void
aloqa_fake_server_answer (AloqaFakeServer *self, const char *path, guint status, const char *body);
void aloqa_fake_server_never_answer (AloqaFakeServer *self, const char *path);
char *aloqa_fake_server_make_token (AloqaFakeServer *self, gint64 user_id, const char *type);
void aloqa_fake_server_expire_tokens (AloqaFakeServer *self);

void aloqa_fake_server_stop (AloqaFakeServer *self);
void aloqa_fake_server_start_again (AloqaFakeServer *self);

SoupWebsocketConnection *aloqa_fake_server_get_websocket (AloqaFakeServer *self);
void aloqa_fake_server_send (AloqaFakeServer *self, const char *text);
void aloqa_fake_server_close (AloqaFakeServer *self, guint code);
void aloqa_fake_server_drop (AloqaFakeServer *self);
gboolean aloqa_fake_server_write_raw (AloqaFakeServer *self, gconstpointer data, gsize n_bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaFakeServer, aloqa_fake_server_free)

G_END_DECLS
