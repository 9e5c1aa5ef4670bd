/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/http-ice.h"

#include "protocol/json.h"
#include "server/http.h"

#include <string.h>

/* How long a client may use the answer before it asks again. */
#define TTL_S 3600

/*
 * How long coturn takes the credentials: a call that began with them must be able to refresh what it
 * has there for as long as it lasts.
 */
#define CREDENTIALS_TTL_S (24 * 3600)

/*
 * Time-limited credentials as coturn's "use-auth-secret" has them: the time when they end and whose
 * they are, and that, signed with the secret that the two servers share.
 */
static void
add_credentials (JsonObject *entry, const char *secret, gint64 user_id)
{
  gint64 expires_s = g_get_real_time () / G_USEC_PER_SEC + CREDENTIALS_TTL_S;
  g_autofree char *username =
      g_strdup_printf ("%" G_GINT64_FORMAT ":%" G_GINT64_FORMAT, expires_s, user_id);
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA1, (const guchar *) secret, strlen (secret));
  guint8 digest[20];
  gsize length = sizeof digest;
  g_autofree char *credential = NULL;

  g_hmac_update (hmac, (const guchar *) username, -1);
  g_hmac_get_digest (hmac, digest, &length);
  credential = g_base64_encode (digest, length);
  json_object_set_string_member (entry, "username", username);
  json_object_set_string_member (entry, "credential", credential);
}

/* A TURN server without credentials would only make clients fail more slowly. */
static void
add_server (JsonArray *list, const char *url, const char *secret, gint64 user_id)
{
  gboolean is_turn = g_str_has_prefix (url, "turn");
  JsonObject *entry;

  if (is_turn && secret == NULL)
    return;
  entry = json_object_new ();
  json_object_set_string_member (entry, "urls", url);
  if (is_turn)
    add_credentials (entry, secret, user_id);
  json_array_add_object_element (list, entry);
}

/* The STUN and TURN servers of the settings, as WebRTC's RTCIceServer has them. */
void
aloqa_http_ice_get (AloqaServer *server, SoupServerMessage *message, const char *rest)
{
  g_autoptr (AloqaAccount) account = aloqa_http_authenticate (server, message);
  g_autoptr (JsonObject) body = json_object_new ();
  GStrv urls = server->settings->ice_servers;
  JsonArray *list;

  if (account == NULL)
    return;

  list = json_array_new ();
  for (guint i = 0; urls[i] != NULL; i++)
    add_server (list, urls[i], server->settings->turn_secret, account->user->id);
  json_object_set_array_member (body, "ice_servers", list);
  json_object_set_int_member (body, "ttl_s", TTL_S);
  aloqa_http_reply (message, SOUP_STATUS_OK, aloqa_json_to_string (g_steal_pointer (&body)));
}
