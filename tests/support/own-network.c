/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/own-network.h"

#include <sched.h>

/**
 * aloqa_test_ip:
 * @arguments: of ip(8), such as "route del default"
 *
 * Returns: whether it did that
 */
gboolean
aloqa_test_ip (const char *arguments)
{
  g_autofree char *command = g_strconcat ("ip ", arguments, NULL);
  g_auto (GStrv) argv = g_strsplit (command, " ", -1);
  int status;

  return g_spawn_sync (NULL, argv, NULL,
                       G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL |
                           G_SPAWN_STDERR_TO_DEV_NULL,
                       NULL, NULL, NULL, NULL, &status, NULL) &&
         status == 0;
}

/**
 * aloqa_test_enter_own_network:
 *
 * To be called first in main(), for it must not be called once there are threads. The network has the
 * addresses 10.9.8.1 and 10.9.8.2, and no way out.
 *
 * Returns: %FALSE where the system does not allow it, or has no ip(8)
 */
gboolean
aloqa_test_enter_own_network (void)
{
  return (unshare (CLONE_NEWNET) == 0 || unshare (CLONE_NEWUSER | CLONE_NEWNET) == 0) &&
         aloqa_test_ip ("link set lo up") && aloqa_test_ip ("addr add 10.9.8.1/32 dev lo") &&
         aloqa_test_ip ("addr add 10.9.8.2/32 dev lo");
}
