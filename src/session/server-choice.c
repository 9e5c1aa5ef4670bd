/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/server-choice.h"

#include "protocol/ice-server.h"
#include "signaling/trust.h"

/**
 * aloqa_server_choice_new:
 * @url: (nullable): the server's address, as a person writes it
 * @websocket_base: (nullable): another place for its WebSocket
 * @is_plain_http_allowed: also where others can read along
 * @ca_file: (nullable): the certificate authorities to trust instead of the system's (PEM)
 * @error: #AloqaSignalingError
 *
 * Returns: (transfer full) (nullable): the choice, %NULL where it makes no sense
 */
AloqaServerChoice *
aloqa_server_choice_new (const char *url, const char *websocket_base,
                         gboolean is_plain_http_allowed, const char *ca_file, GError **error)
{
  g_autoptr (AloqaServerChoice) self = g_new0 (AloqaServerChoice, 1);

  if (url == NULL) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 "Name the server: --server URL, or API_BASE in the environment.");
    return NULL;
  }
  self->address = aloqa_server_address_new (
      url, websocket_base,
      is_plain_http_allowed ? ALOQA_ADDRESS_ALLOW_PLAIN_HTTP : ALOQA_ADDRESS_NONE, error);
  if (self->address == NULL)
    return NULL;
  if (ca_file != NULL && (self->trust = aloqa_trust_load_ca_file (ca_file, error)) == NULL)
    return NULL;

  return g_steal_pointer (&self);
}

static GPtrArray *
get_ice_servers (AloqaServerChoice *self)
{
  if (self->ice_servers == NULL)
    self->ice_servers = g_ptr_array_new_with_free_func (aloqa_ice_server_unref);
  return self->ice_servers;
}

/**
 * aloqa_server_choice_add_ice_url:
 * @url: a STUN or TURN server without a password (RFC 7064, RFC 7065)
 * @error: #AloqaProtocolError
 */
gboolean
aloqa_server_choice_add_ice_url (AloqaServerChoice *self, const char *url, GError **error)
{
  AloqaIceServer *server = aloqa_ice_server_new (url, NULL, NULL, error);

  if (server == NULL)
    return FALSE;

  g_ptr_array_add (get_ice_servers (self), server);
  return TRUE;
}

/**
 * aloqa_server_choice_add_ice_list:
 * @json: as aloqa_ice_server_parse_list() takes it; an empty list is a choice too: none
 * @error: #AloqaProtocolError
 */
gboolean
aloqa_server_choice_add_ice_list (AloqaServerChoice *self, const char *json, GError **error)
{
  g_autoptr (GPtrArray) list = aloqa_ice_server_parse_list (json, -1, NULL, error);

  if (list == NULL)
    return FALSE;

  for (guint i = 0; i < list->len; i++)
    g_ptr_array_add (get_ice_servers (self), aloqa_ice_server_ref (list->pdata[i]));
  get_ice_servers (self);
  return TRUE;
}

void
aloqa_server_choice_free (AloqaServerChoice *self)
{
  g_clear_pointer (&self->address, aloqa_server_address_unref);
  g_clear_object (&self->trust);
  g_clear_pointer (&self->ice_servers, g_ptr_array_unref);
  g_free (self);
}
