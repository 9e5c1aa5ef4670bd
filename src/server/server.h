/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/clock.h"
#include "server/settings.h"

G_BEGIN_DECLS

typedef enum {
  ALOQA_SERVER_ERROR_BAD_ADDRESS, /* the host is not a numeric address */
  ALOQA_SERVER_ERROR_LISTEN,      /* the port is taken or not allowed */
  ALOQA_SERVER_ERROR_BAD_USER,    /* a name or password that cannot be */
  ALOQA_SERVER_ERROR_USER_EXISTS,
  ALOQA_SERVER_ERROR_NO_USER,
  ALOQA_SERVER_ERROR_SECRET, /* no key to sign tokens with */
} AloqaServerError;

#define ALOQA_SERVER_ERROR (aloqa_server_error_quark ())
GQuark aloqa_server_error_quark (void);

/*
 * What a server is started with. { 0 } is a server that works: a database in memory, a key of its
 * own, any free port of 127.0.0.1. Everything is copied.
 */
typedef struct {
  const char *host;              /* numeric; NULL: 127.0.0.1 */
  guint16 port;                  /* 0: any free one, see aloqa_server_get_port() */
  const char *database_path;     /* NULL: in memory, gone with the server */
  const char *secret_key;        /* what tokens are signed with; NULL: random, never stored */
  const char *uploads_dir;       /* profile pictures; NULL: there are none */
  const AloqaSettings *settings; /* NULL: what is usual */
  int socket_fd;                 /* listens already, taken over; 0: none, host and port are used */
  AloqaClock *clock;             /* NULL: the system's */

  /* For tests; nothing that a person can set leads here. 0: what the program does. */
  guint password_cost_log2;      /* bcrypt's rounds: 4 is the quickest; 0: 12 */
  guint access_token_lifetime_s; /* 0: 30 minutes */
} AloqaServerConfig;

/*
 * The signalling server, on the main context of the thread that starts it. It accepts while it is
 * started; aloqa_server_stop() closes every connection, and it can be started again on the same
 * port.
 */
#define ALOQA_TYPE_SERVER (aloqa_server_get_type ())
G_DECLARE_FINAL_TYPE (AloqaServer, aloqa_server, ALOQA, SERVER, GObject)

AloqaServer *aloqa_server_new (const AloqaServerConfig *config, GError **error);
gboolean aloqa_server_start (AloqaServer *self, GError **error);
void aloqa_server_drain (AloqaServer *self);
guint aloqa_server_get_drain_limit_ms (AloqaServer *self);
guint aloqa_server_get_n_unfinished (AloqaServer *self);
void aloqa_server_stop (AloqaServer *self);
void aloqa_server_set_certificate (AloqaServer *self, GTlsCertificate *certificate);
void aloqa_server_set_settings (AloqaServer *self, const AloqaSettings *settings);
guint aloqa_server_get_n_connections (AloqaServer *self);
guint16 aloqa_server_get_port (AloqaServer *self);
char *aloqa_server_dup_url (AloqaServer *self);
gint64 aloqa_server_add_user (AloqaServer *self, const char *username, const char *password,
                              const char *first_name, const char *last_name, GError **error);
gboolean aloqa_server_disable_user (AloqaServer *self, const char *username, GError **error);

G_END_DECLS
