/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/http-ice.h"

#include "protocol/json.h"
#include "server/http.h"

/* How long a client may use the answer before it asks again. */
#define TTL_S 3600

/* The STUN and TURN servers that this server was started with, as WebRTC's RTCIceServer has them. */
void
aloqa_http_ice_get (AloqaServer *server, SoupServerMessage *message, const char *rest)
{
  g_autoptr (AloqaAccount) account = aloqa_http_authenticate (server, message);
  g_autoptr (JsonObject) body = json_object_new ();
  JsonArray *list;

  if (account == NULL)
    return;

  list = json_array_new ();
  for (guint i = 0; server->ice_servers != NULL && server->ice_servers[i] != NULL; i++) {
    JsonObject *entry = json_object_new ();

    json_object_set_string_member (entry, "urls", server->ice_servers[i]);
    json_array_add_object_element (list, entry);
  }
  json_object_set_array_member (body, "ice_servers", list);
  json_object_set_int_member (body, "ttl_s", TTL_S);
  aloqa_http_reply (message, SOUP_STATUS_OK, aloqa_json_to_string (g_steal_pointer (&body)));
}
