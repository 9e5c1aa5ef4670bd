/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/fingerprint.h"

#include <string.h>

#define PEM_BEGIN "-----BEGIN CERTIFICATE-----"
#define PEM_END "-----END CERTIFICATE-----"

/* RFC 8122 names more; these are the ones that browsers write and nobody can forge. */
static gboolean
get_checksum_type (const char *hash, GChecksumType *type)
{
  static const struct {
    const char *name;
    GChecksumType type;
  } hashes[] = {
    { "sha-256", G_CHECKSUM_SHA256 },
    { "sha-384", G_CHECKSUM_SHA384 },
    { "sha-512", G_CHECKSUM_SHA512 },
  };

  for (gsize i = 0; hash != NULL && i < G_N_ELEMENTS (hashes); i++) {
    if (g_ascii_strcasecmp (hash, hashes[i].name) == 0) {
      *type = hashes[i].type;
      return TRUE;
    }
  }
  return FALSE;
}

/* The first certificate of @pem: it is the peer's own, and the only one that counts. */
static guint8 *
decode_pem (const char *pem, gsize *length)
{
  const char *begin = strstr (pem, PEM_BEGIN);
  const char *end = begin != NULL ? strstr (begin, PEM_END) : NULL;
  g_autofree char *base64 = NULL;

  if (end == NULL)
    return NULL;
  begin += strlen (PEM_BEGIN);
  base64 = g_strndup (begin, end - begin);
  return g_base64_decode (base64, length);
}

/**
 * aloqa_fingerprint_is_known_hash:
 * @hash: (nullable): as a=fingerprint names it, any case
 */
gboolean
aloqa_fingerprint_is_known_hash (const char *hash)
{
  GChecksumType type;

  return get_checksum_type (hash, &type);
}

/**
 * aloqa_fingerprint_of_pem:
 * @pem: a certificate
 * @hash: such as "sha-256"
 *
 * Returns: (transfer full) (nullable): "AB:CD:…" of the certificate's DER (RFC 8122, section 5); NULL
 *   where @pem holds no certificate or @hash is none of ours
 */
char *
aloqa_fingerprint_of_pem (const char *pem, const char *hash)
{
  g_autofree guint8 *der = NULL;
  g_autofree char *digest = NULL;
  g_autofree char *upper = NULL;
  GString *result;
  GChecksumType type;
  gsize length = 0;

  if (pem == NULL || !get_checksum_type (hash, &type))
    return NULL;
  der = decode_pem (pem, &length);
  if (der == NULL || length == 0)
    return NULL;

  digest = g_compute_checksum_for_data (type, der, length);
  upper = g_ascii_strup (digest, -1);
  result = g_string_new (NULL);
  for (const char *p = upper; *p != '\0'; p += 2)
    g_string_append_printf (result, "%s%.2s", result->len > 0 ? ":" : "", p);

  return g_string_free (result, FALSE);
}

/**
 * aloqa_fingerprint_matches:
 * @pem: (nullable): the certificate that the DTLS handshake showed
 * @hash: (nullable): what the signalling says of it
 * @value: (nullable): likewise
 *
 * Returns: whether it is the certificate that the signalling names; anything missing or strange is
 *   a no
 */
gboolean
aloqa_fingerprint_matches (const char *pem, const char *hash, const char *value)
{
  g_autofree char *actual = aloqa_fingerprint_of_pem (pem, hash);

  return actual != NULL && value != NULL && g_ascii_strcasecmp (actual, value) == 0;
}
