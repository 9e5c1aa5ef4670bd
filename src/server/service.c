/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/service.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* The first descriptor that is handed over. */
#define LISTEN_FDS_START 3

/**
 * aloqa_service_notify:
 * @state: such as "READY=1", lines with '\n' between
 *
 * Tells the service manager, where there is one.
 */
void
aloqa_service_notify (const char *state)
{
  const char *path = g_getenv ("NOTIFY_SOCKET");
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  gsize length = path != NULL ? strlen (path) : 0;
  int fd;

  if (length < 2 || length >= sizeof address.sun_path || (*path != '/' && *path != '@'))
    return;
  memcpy (address.sun_path, path, length);
  /* Of the abstract namespace. */
  if (*path == '@')
    address.sun_path[0] = '\0';

  fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return;
  if (sendto (fd, state, strlen (state), MSG_NOSIGNAL, (struct sockaddr *) &address,
              (socklen_t) (G_STRUCT_OFFSET (struct sockaddr_un, sun_path) + length)) < 0)
    g_warning ("cannot tell the service manager: %s", g_strerror (errno));
  close (fd);
}

/* The variables are for this process alone, not for one that was started by it or before it. */
static gboolean
is_for_us (void)
{
  const char *pid = g_getenv ("LISTEN_PID");
  const char *n_fds = g_getenv ("LISTEN_FDS");

  return pid != NULL && n_fds != NULL && strtol (pid, NULL, 10) == getpid () &&
         strtol (n_fds, NULL, 10) >= 1;
}

/**
 * aloqa_service_take_socket:
 *
 * Returns: a socket that the service manager listens on for us already; 0 where there is none
 */
int
aloqa_service_take_socket (void)
{
  if (!is_for_us ())
    return 0;
  g_unsetenv ("LISTEN_PID");
  g_unsetenv ("LISTEN_FDS");
  fcntl (LISTEN_FDS_START, F_SETFD, FD_CLOEXEC);
  return LISTEN_FDS_START;
}
