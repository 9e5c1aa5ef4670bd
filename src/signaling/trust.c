/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signaling/trust.h"

#include "signaling/error.h"

static GTlsDatabase *
set_bad_file (GError **error, const char *path, const char *reason)
{
  g_set_error (error, ALOQA_SIGNALING_ERROR, ALOQA_SIGNALING_ERROR_BAD_CA_FILE,
               "The certificate authorities in “%s” cannot be used: %s", path, reason);
  return NULL;
}

/**
 * aloqa_trust_load_ca_file:
 * @path: a PEM file with the certificates of authorities
 *
 * The authorities in it are believed, and no others; the system's do not count. Nothing turns the
 * check itself off. Reads the file at once: it is small and local, and there is nothing to do
 * without it.
 *
 * Returns: (transfer full) (nullable): what to give to the HTTP interface and the connection (where
 *   %NULL means the system's authorities), or %NULL with %ALOQA_SIGNALING_ERROR_BAD_CA_FILE
 */
GTlsDatabase *
aloqa_trust_load_ca_file (const char *path, GError **error)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autoptr (GError) reason = NULL;
  GList *certificates;
  GTlsDatabase *database;

  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    return set_bad_file (error, path, "there is no TLS here; install the package glib-networking");

  certificates = g_tls_certificate_list_new_from_file (absolute, &reason);
  if (reason != NULL)
    return set_bad_file (error, path, reason->message);
  if (certificates == NULL)
    return set_bad_file (error, path, "there is no certificate in it (PEM is expected)");
  g_list_free_full (certificates, g_object_unref);

  database = g_tls_file_database_new (absolute, &reason);
  if (database == NULL)
    return set_bad_file (error, path, reason->message);
  return database;
}
