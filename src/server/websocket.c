/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/websocket.h"

#include "server/authority.h"
#include "server/frame-guard.h"
#include "server/http.h"
#include "server/limits.h"

/* What is to happen when the answer to the handshake has been written. */
typedef struct {
  AloqaServer *server;
  gint64 user_id; /* 0: it is refused */
  AloqaClaims *claims;
  gushort close_code; /* of the refusal */
  char *reason;
} Upgrade;

static void
upgrade_free (gpointer data, GClosure *closure)
{
  Upgrade *upgrade = data;

  g_object_unref (upgrade->server);
  aloqa_claims_free (upgrade->claims);
  g_free (upgrade->reason);
  g_free (upgrade);
}

static void
refused_closed_cb (SoupWebsocketConnection *socket, gpointer user_data)
{
  g_object_unref (socket);
}

/*
 * The existing server accepts first and closes then, and its clients go by the close code. The
 * socket is kept until it has closed.
 */
static void
refuse (SoupWebsocketConnection *socket, const Upgrade *upgrade)
{
  g_signal_connect (socket, "closed", G_CALLBACK (refused_closed_cb), NULL);
  soup_websocket_connection_set_max_incoming_payload_size (socket, 1);
  soup_websocket_connection_close (g_object_ref (socket), upgrade->close_code, upgrade->reason);
}

static void
handshake_written_cb (SoupServerMessage *message, gpointer user_data)
{
  Upgrade *upgrade = user_data;
  g_autoptr (SoupServerMessage) kept = g_object_ref (message);
  g_autoptr (GIOStream) stream = soup_server_message_steal_connection (kept);
  g_autoptr (AloqaFrameGuard) guard = aloqa_frame_guard_new (
      stream, upgrade->server->has_tls ? NULL : aloqa_listener_get_socket (kept),
      upgrade->server->clock, upgrade->server->settings);
  g_autoptr (SoupWebsocketConnection) socket =
      soup_websocket_connection_new (G_IO_STREAM (guard), soup_server_message_get_uri (kept),
                                     SOUP_WEBSOCKET_CONNECTION_SERVER, NULL, NULL, NULL);

  aloqa_listener_keep (kept);
  if (upgrade->user_id != 0)
    aloqa_switchboard_connect (upgrade->server->switchboard, socket,
                               aloqa_listener_get_socket (kept), aloqa_listener_get_address (kept),
                               upgrade->user_id, g_steal_pointer (&upgrade->claims));
  else
    refuse (socket, upgrade);
}

static void
set_refusal (Upgrade *upgrade, gushort code, const char *reason)
{
  upgrade->user_id = 0;
  upgrade->close_code = code;
  upgrade->reason = g_strdup (reason);
}

static Upgrade *
decide (AloqaServer *server, const char *token, gint64 user_id)
{
  Upgrade *upgrade = g_new0 (Upgrade, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaAccount) account = NULL;

  upgrade->server = g_object_ref (server);
  upgrade->claims = aloqa_authority_read (server->tokens, token, ALOQA_TOKEN_ACCESS, &error);
  if (upgrade->claims != NULL)
    account =
        aloqa_authority_find_account (server->tokens, server->accounts, upgrade->claims, &error);
  if (account != NULL && account->user->id == user_id)
    upgrade->user_id = user_id;
  else if (account != NULL)
    set_refusal (upgrade, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, "the token of another user");
  else if (g_error_matches (error, ALOQA_AUTHORITY_ERROR, ALOQA_AUTHORITY_ERROR_WRONG_KIND) ||
           g_error_matches (error, ALOQA_AUTHORITY_ERROR, ALOQA_AUTHORITY_ERROR_NO_USER))
    set_refusal (upgrade, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, error->message);
  else
    set_refusal (upgrade, SOUP_WEBSOCKET_CLOSE_SERVER_ERROR, error->message);
  if (upgrade->user_id == 0)
    aloqa_metrics_note_rejection (&server->metrics, ALOQA_REJECTION_BAD_TOKEN,
                                  account != NULL ? account->user->id : 0);
  return upgrade;
}

static char *
dup_token (SoupServerMessage *message)
{
  const char *query = g_uri_get_query (soup_server_message_get_uri (message));
  g_autoptr (GHashTable) fields = query != NULL ? soup_form_decode (query) : NULL;

  return fields != NULL ? g_strdup (g_hash_table_lookup (fields, "token")) : NULL;
}

/**
 * aloqa_websocket_upgrade:
 * @rest: the user id in the path
 *
 * The handshake (RFC 6455, section 4.2). No extension is accepted: a deflated frame of 64 KiB can
 * inflate to 64 MiB.
 */
void
aloqa_websocket_upgrade (AloqaServer *server, SoupServerMessage *message, const char *rest)
{
  g_autofree char *token = dup_token (message);
  gint64 user_id;

  if (token == NULL || !g_ascii_string_to_signed (rest, 10, 1, ALOQA_MAX_ID, &user_id, NULL)) {
    aloqa_http_reply_error (message, SOUP_STATUS_FORBIDDEN, "Not authenticated");
    return;
  }
  /* On failure it has answered. */
  if (!soup_websocket_server_process_handshake (message, NULL, NULL, NULL, NULL))
    return;

  g_signal_connect_data (message, "wrote-informational", G_CALLBACK (handshake_written_cb),
                         decide (server, token, user_id), upgrade_free, 0);
}
