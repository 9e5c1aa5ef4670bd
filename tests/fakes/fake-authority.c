/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fakes/fake-authority.h"

#include <gnutls/x509.h>
#include <string.h>
#include <time.h>

#define DAY_S (24 * 60 * 60)

struct _AloqaFakeAuthority {
  gnutls_x509_privkey_t key;
  gnutls_x509_crt_t certificate;
  guint8 last_serial;
};

static gnutls_x509_privkey_t
make_key (void)
{
  gnutls_x509_privkey_t key;

  g_assert_cmpint (gnutls_x509_privkey_init (&key), ==, 0);
  g_assert_cmpint (gnutls_x509_privkey_generate (
                       key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0),
                   ==, 0);
  return key;
}

static gnutls_x509_crt_t
make_certificate (AloqaFakeAuthority *self, gnutls_x509_privkey_t key, const char *name,
                  gint64 begin_s, gint64 end_s)
{
  gnutls_x509_crt_t certificate;

  self->last_serial++;
  g_assert_cmpint (gnutls_x509_crt_init (&certificate), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_set_version (certificate, 3), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_set_serial (certificate, &self->last_serial, 1), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_set_key (certificate, key), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_set_dn_by_oid (certificate, GNUTLS_OID_X520_COMMON_NAME, 0, name,
                                                  strlen (name)),
                   ==, 0);
  g_assert_cmpint (gnutls_x509_crt_set_activation_time (certificate, begin_s), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_set_expiration_time (certificate, end_s), ==, 0);
  return certificate;
}

static char *
export_certificate (gnutls_x509_crt_t certificate)
{
  gnutls_datum_t pem;
  char *text;

  g_assert_cmpint (gnutls_x509_crt_export2 (certificate, GNUTLS_X509_FMT_PEM, &pem), ==, 0);
  text = g_strndup ((const char *) pem.data, pem.size);
  gnutls_free (pem.data);
  return text;
}

static char *
export_key (gnutls_x509_privkey_t key)
{
  gnutls_datum_t pem;
  char *text;

  g_assert_cmpint (
      gnutls_x509_privkey_export2_pkcs8 (key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &pem),
      ==, 0);
  text = g_strndup ((const char *) pem.data, pem.size);
  gnutls_free (pem.data);
  return text;
}

/**
 * aloqa_fake_authority_new:
 *
 * Returns: (transfer full): an authority that nobody knows yet
 */
AloqaFakeAuthority *
aloqa_fake_authority_new (void)
{
  AloqaFakeAuthority *self = g_new0 (AloqaFakeAuthority, 1);
  gint64 now_s = time (NULL);

  self->key = make_key ();
  self->certificate =
      make_certificate (self, self->key, "Test authority", now_s - 1000 * DAY_S, now_s + DAY_S);
  g_assert_cmpint (gnutls_x509_crt_set_ca_status (self->certificate, 1), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_set_key_usage (self->certificate, GNUTLS_KEY_KEY_CERT_SIGN), ==,
                   0);
  g_assert_cmpint (
      gnutls_x509_crt_sign2 (self->certificate, self->certificate, self->key, GNUTLS_DIG_SHA256, 0),
      ==, 0);
  return self;
}

void
aloqa_fake_authority_free (AloqaFakeAuthority *self)
{
  gnutls_x509_crt_deinit (self->certificate);
  gnutls_x509_privkey_deinit (self->key);
  g_free (self);
}

/**
 * aloqa_fake_authority_write:
 *
 * Writes the authority's own certificate to a PEM file.
 */
void
aloqa_fake_authority_write (AloqaFakeAuthority *self, const char *path)
{
  g_autofree char *text = export_certificate (self->certificate);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

/**
 * aloqa_fake_authority_issue:
 * @host: a DNS name
 * @begin_s: from when it is valid, in seconds from now
 * @end_s: until when, likewise
 *
 * Returns: (transfer full): a server's certificate with its key
 */
GTlsCertificate *
aloqa_fake_authority_issue (AloqaFakeAuthority *self, const char *host, gint64 begin_s,
                            gint64 end_s)
{
  gint64 now_s = time (NULL);
  gnutls_x509_privkey_t key = make_key ();
  gnutls_x509_crt_t certificate =
      make_certificate (self, key, host, now_s + begin_s, now_s + end_s);
  g_autofree char *certificate_text = NULL;
  g_autofree char *key_text = export_key (key);
  g_autofree char *both = NULL;
  GTlsCertificate *result;

  g_assert_cmpint (gnutls_x509_crt_set_subject_alt_name (certificate, GNUTLS_SAN_DNSNAME, host,
                                                         strlen (host), GNUTLS_FSAN_SET),
                   ==, 0);
  g_assert_cmpint (gnutls_x509_crt_set_key_purpose_oid (certificate, GNUTLS_KP_TLS_WWW_SERVER, 0),
                   ==, 0);
  g_assert_cmpint (
      gnutls_x509_crt_sign2 (certificate, self->certificate, self->key, GNUTLS_DIG_SHA256, 0), ==,
      0);

  certificate_text = export_certificate (certificate);
  both = g_strconcat (certificate_text, key_text, NULL);
  result = g_tls_certificate_new_from_pem (both, -1, NULL);
  g_assert_nonnull (result);
  gnutls_x509_crt_deinit (certificate);
  gnutls_x509_privkey_deinit (key);
  return result;
}
