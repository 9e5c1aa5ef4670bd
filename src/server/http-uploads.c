/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/http-uploads.h"

#include "server/http.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Pictures are at most 256×256; a PNG of noise that large is under 300 KiB. */
#define MAX_PICTURE_BYTES (512 * 1024)

/* Images alone: nothing that a browser would run in the server's name, so no SVG either. */
static const struct {
  const char *suffix;
  const char *type;
} types[] = {
  { ".png", "image/png" },   { ".jpg", "image/jpeg" }, { ".jpeg", "image/jpeg" },
  { ".webp", "image/webp" }, { ".gif", "image/gif" },
};

static const char *
get_type (const char *name)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++) {
    if (g_str_has_suffix (lower, types[i].suffix))
      return types[i].type;
  }
  return NULL;
}

/* Returns: (transfer full): a regular file of an allowed size directly in the folder; or NULL. */
static GBytes *
read_picture (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree guchar *data = NULL;
  struct stat status;
  gssize n_read = -1;
  int fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0);

  if (fd < 0)
    return NULL;
  if (fstat (fd, &status) == 0 && S_ISREG (status.st_mode) && status.st_size > 0 &&
      status.st_size <= MAX_PICTURE_BYTES) {
    data = g_malloc ((gsize) status.st_size);
    n_read = read (fd, data, (gsize) status.st_size);
  }
  g_close (fd, NULL);
  return n_read > 0 ? g_bytes_new_take (g_steal_pointer (&data), (gsize) n_read) : NULL;
}

/* A profile picture. Without sign-in, as on the existing server. */
void
aloqa_http_uploads_get (AloqaServer *server, SoupServerMessage *message, const char *rest)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  const char *type = get_type (rest);
  g_autoptr (GBytes) picture = NULL;
  gconstpointer data;
  gsize length;

  if (server->uploads_dir != NULL && type != NULL && aloqa_profile_pic_is_valid (rest))
    picture = read_picture (server->uploads_dir, rest);
  if (picture == NULL) {
    aloqa_http_reply_error (message, SOUP_STATUS_NOT_FOUND, "Not Found");
    return;
  }

  data = g_bytes_get_data (picture, &length);
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message, type, SOUP_MEMORY_COPY, data, length);
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  soup_message_headers_replace (headers, "Cache-Control", "max-age=3600");
  soup_message_headers_replace (headers, "Connection", "close");
}
