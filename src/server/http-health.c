/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/http-health.h"

#include "server/http.h"

/* For load balancers and "is it there": needs nobody to be signed in, and tells nothing of anyone. */
void
aloqa_http_health_get (AloqaServer *server, SoupServerMessage *message, const char *rest)
{
  aloqa_http_reply (message, SOUP_STATUS_OK,
                    g_strdup ("{\"status\":\"ok\",\"version\":\"" ALOQA_VERSION "\"}"));
}
