/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/credentials.h"

#include "protocol/error.h"
#include "protocol/json.h"
#include "protocol/limits.h"

#include <string.h>

/**
 * aloqa_credentials_new:
 * @user: (transfer none): whose they are
 *
 * Returns: (transfer full)
 */
AloqaCredentials *
aloqa_credentials_new (const char *access_token, const char *refresh_token, const AloqaUser *user)
{
  AloqaCredentials *self = g_new0 (AloqaCredentials, 1);

  self->access_token = g_strdup (access_token);
  self->refresh_token = g_strdup (refresh_token);
  self->user = aloqa_user_copy (user);
  return self;
}

static void
free_secret (char *secret)
{
  if (secret != NULL)
    explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

void
aloqa_credentials_free (AloqaCredentials *self)
{
  free_secret (self->access_token);
  free_secret (self->refresh_token);
  aloqa_user_free (self->user);
  g_free (self);
}

/* A token goes into URLs and headers: what is no visible ASCII would be a second header line. */
static const char *
read_token (JsonObject *object, const char *name, GError **error)
{
  const char *token = aloqa_json_get_string (object, name, ALOQA_MAX_TOKEN_BYTES, error);

  if (token == NULL)
    return NULL;
  for (const char *c = token; *c != '\0'; c++) {
    if (!g_ascii_isgraph (*c)) {
      aloqa_protocol_error_set (error, ALOQA_PROTOCOL_ERROR_BAD_MESSAGE, name,
                                "has characters that are not visible ASCII");
      return NULL;
    }
  }
  if (*token == '\0') {
    aloqa_protocol_error_set (error, ALOQA_PROTOCOL_ERROR_BAD_MESSAGE, name, "is empty");
    return NULL;
  }
  return token;
}

/**
 * aloqa_credentials_parse:
 * @text: the body of a 200 to POST /auth/login or POST /auth/refresh
 * @length: its size in bytes, or -1 where it ends with a NUL
 * @error: %ALOQA_PROTOCOL_ERROR: BAD_MESSAGE or TOO_LARGE, with the field
 *
 * Returns: (transfer full): the credentials, or %NULL
 */
AloqaCredentials *
aloqa_credentials_parse (const char *text, gssize length, GError **error)
{
  g_autoptr (JsonObject) object =
      aloqa_json_parse_object (text, length, ALOQA_MAX_BODY_BYTES, error);
  const char *access_token, *refresh_token;
  JsonObject *user_object;
  g_autoptr (AloqaUser) user = NULL;
  g_autoptr (GError) user_error = NULL;

  if (object == NULL)
    return NULL;
  access_token = read_token (object, "access_token", error);
  if (access_token == NULL)
    return NULL;
  refresh_token = read_token (object, "refresh_token", error);
  if (refresh_token == NULL)
    return NULL;
  user_object = aloqa_json_get_object (object, "user", error);
  if (user_object == NULL)
    return NULL;

  user = aloqa_user_from_object (user_object, &user_error);
  if (user == NULL) {
    aloqa_protocol_error_nest (&user_error, "user");
    g_propagate_error (error, g_steal_pointer (&user_error));
    return NULL;
  }
  return aloqa_credentials_new (access_token, refresh_token, user);
}

/* Returns: (transfer full): @self as the body of a 200 to POST /auth/login */
char *
aloqa_credentials_to_json (const AloqaCredentials *self)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "access_token", self->access_token);
  json_object_set_string_member (object, "refresh_token", self->refresh_token);
  json_object_set_string_member (object, "token_type", "bearer");
  json_object_set_object_member (object, "user", aloqa_user_to_object (self->user));
  return aloqa_json_to_string (object);
}

/* Base64url without padding (RFC 7515, appendix C), or NULL. */
static char *
decode_base64url (const char *text, gsize length)
{
  g_autofree char *base64 = g_strndup (text, length);
  g_autofree char *padded = NULL;
  g_autofree guchar *decoded = NULL;
  gsize n_decoded;

  g_strdelimit (base64, "-", '+');
  g_strdelimit (base64, "_", '/');
  padded = g_strconcat (base64, length % 4 == 2 ? "==" : length % 4 == 3 ? "=" : "", NULL);
  decoded = g_base64_decode (padded, &n_decoded);
  return g_strndup ((const char *) decoded, n_decoded);
}

static gboolean
refuse_token (GError **error, const char *reason)
{
  aloqa_protocol_error_set (error, ALOQA_PROTOCOL_ERROR_BAD_MESSAGE, NULL, "The token %s", reason);
  return FALSE;
}

/* A NumericDate may have a fraction (RFC 7519, section 2). */
static gboolean
is_number (JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node) && (json_node_get_value_type (node) == G_TYPE_INT64 ||
                                          json_node_get_value_type (node) == G_TYPE_DOUBLE);
}

/**
 * aloqa_token_get_expiry_s:
 * @token: a JSON Web Token (RFC 7519)
 * @expiry_s: (out): its "exp": seconds since 1970, UTC
 * @error: %ALOQA_PROTOCOL_ERROR: BAD_MESSAGE or TOO_LARGE: it is no such token, or never expires
 *
 * Only looks, and verifies nothing: for knowing when to ask for the next one, not whom to trust.
 */
gboolean
aloqa_token_get_expiry_s (const char *token, gint64 *expiry_s, GError **error)
{
  const char *payload, *signature;
  g_autofree char *json = NULL;
  g_autoptr (JsonObject) claims = NULL;
  JsonNode *exp;
  double value = 0;

  if (strlen (token) > ALOQA_MAX_TOKEN_BYTES) {
    aloqa_protocol_error_set (error, ALOQA_PROTOCOL_ERROR_TOO_LARGE, NULL,
                              "The token is over %d bytes", ALOQA_MAX_TOKEN_BYTES);
    return FALSE;
  }
  payload = strchr (token, '.');
  signature = payload != NULL ? strchr (payload + 1, '.') : NULL;
  if (signature == NULL || strchr (signature + 1, '.') != NULL)
    return refuse_token (error, "does not have three parts");

  json = decode_base64url (payload + 1, signature - payload - 1);
  claims = aloqa_json_parse_object (json, -1, ALOQA_MAX_TOKEN_BYTES, NULL);
  if (claims == NULL)
    return refuse_token (error, "does not hold JSON");

  exp = json_object_get_member (claims, "exp");
  if (exp != NULL && is_number (exp))
    value = json_node_get_double (exp);
  if (!(value >= 1 && value <= (double) ALOQA_MAX_ID))
    return refuse_token (error, "does not say when it expires");
  *expiry_s = (gint64) value;
  return TRUE;
}
