/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/secret.h"

#include "server/server.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* As many as SHA-256 can use; written as hexadecimal. */
#define KEY_BYTES 32
#define KEY_CHARS (2 * KEY_BYTES)

#define FILE_NAME "aloqa-server.key"

/**
 * aloqa_secret_new:
 *
 * Returns: (transfer full): a key that nobody can guess
 */
char *
aloqa_secret_new (void)
{
  guint8 bytes[KEY_BYTES];
  char *key = g_malloc (KEY_CHARS + 1);

  if (getentropy (bytes, sizeof bytes) != 0)
    g_error ("the system has no random numbers");
  for (guint i = 0; i < KEY_BYTES; i++)
    g_snprintf (key + 2 * i, 3, "%02x", bytes[i]);
  return key;
}

/* Returns: FALSE also where there is such a file already (EEXIST). */
static gboolean
write_new (const char *path, const char *key)
{
  int fd = g_open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  gboolean is_written;

  if (fd < 0)
    return FALSE;
  is_written = write (fd, key, KEY_CHARS) == KEY_CHARS && fsync (fd) == 0;
  if (!g_close (fd, NULL) || !is_written) {
    g_unlink (path);
    return FALSE;
  }
  return TRUE;
}

static char *
read_key (const char *path, GError **error)
{
  g_autofree char *key = NULL;
  GStatBuf status;
  gsize length;

  if (!g_file_get_contents (path, &key, &length, error))
    return NULL;
  if (g_stat (path, &status) == 0 && (status.st_mode & 077) != 0) {
    g_set_error (error, ALOQA_SERVER_ERROR, ALOQA_SERVER_ERROR_SECRET,
                 "others can read the key in %s: end that (chmod 600), and delete the file to have "
                 "a new key made if somebody may have read it",
                 path);
    return NULL;
  }
  g_strstrip (key);
  if (strlen (key) < KEY_CHARS) {
    g_set_error (error, ALOQA_SERVER_ERROR, ALOQA_SERVER_ERROR_SECRET,
                 "the key in %s is not whole: delete the file to have a new one made", path);
    return NULL;
  }
  return g_steal_pointer (&key);
}

/**
 * aloqa_secret_load:
 * @database_path: the key is kept in a file beside it, for its owner alone
 *
 * Returns: (transfer full): the key of this server, made where there was none; NULL with
 *   ALOQA_SERVER_ERROR_SECRET or a G_FILE_ERROR
 */
char *
aloqa_secret_load (const char *database_path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (database_path);
  g_autofree char *path = g_build_filename (folder, FILE_NAME, NULL);
  g_autofree char *key = aloqa_secret_new ();

  if (write_new (path, key))
    return g_steal_pointer (&key);
  if (errno == EEXIST)
    return read_key (path, error);

  g_set_error (error, ALOQA_SERVER_ERROR, ALOQA_SERVER_ERROR_SECRET,
               "cannot write the key to %s (%s): set SECRET_KEY instead", path, g_strerror (errno));
  return NULL;
}
