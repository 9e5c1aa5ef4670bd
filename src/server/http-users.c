/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/http-users.h"

#include "server/http.h"
#include "server/limits.h"

/* Longer than any name; a search for more finds nobody. */
#define MAX_SEARCH_BYTES ALOQA_MAX_USERNAME_BYTES

static void
reply_broken (AloqaServer *server, SoupServerMessage *message, const GError *error)
{
  aloqa_accounts_warn (server->accounts, error);
  aloqa_http_reply_error (message, SOUP_STATUS_INTERNAL_SERVER_ERROR,
                          "the server cannot read its database");
}

void
aloqa_http_users_get_me (AloqaServer *server, SoupServerMessage *message, const char *rest)
{
  g_autoptr (AloqaAccount) account = aloqa_http_authenticate (server, message);

  if (account != NULL)
    aloqa_http_reply (message, SOUP_STATUS_OK, aloqa_user_to_json (account->user));
}

/* @rest: the id */
void
aloqa_http_users_get_one (AloqaServer *server, SoupServerMessage *message, const char *rest)
{
  g_autoptr (AloqaAccount) asking = aloqa_http_authenticate (server, message);
  g_autoptr (AloqaAccount) account = NULL;
  g_autoptr (GError) error = NULL;
  gint64 id;

  if (asking == NULL)
    return;
  if (!g_ascii_string_to_signed (rest, 10, 1, ALOQA_MAX_ID, &id, NULL)) {
    aloqa_protocol_error_set (&error, ALOQA_PROTOCOL_ERROR_BAD_MESSAGE, "id", "is not a number");
    aloqa_http_reply_field_error (message, error);
    return;
  }

  account = aloqa_accounts_find_by_id (server->accounts, id, &error);
  if (account != NULL)
    aloqa_http_reply (message, SOUP_STATUS_OK, aloqa_user_to_json (account->user));
  else if (g_error_matches (error, ALOQA_SERVER_ERROR, ALOQA_SERVER_ERROR_NO_USER))
    aloqa_http_reply_error (message, SOUP_STATUS_NOT_FOUND, "User not found");
  else
    reply_broken (server, message, error);
}

/* Returns: (transfer full) (nullable): what ?search= asks for; NULL for everyone */
static char *
dup_search (SoupServerMessage *message)
{
  const char *query = g_uri_get_query (soup_server_message_get_uri (message));
  g_autoptr (GHashTable) fields = query != NULL ? soup_form_decode (query) : NULL;
  const char *text = fields != NULL ? g_hash_table_lookup (fields, "search") : NULL;

  if (text == NULL || *text == '\0')
    return NULL;
  return g_utf8_make_valid (text, (gssize) strnlen (text, MAX_SEARCH_BYTES));
}

void
aloqa_http_users_get_list (AloqaServer *server, SoupServerMessage *message, const char *rest)
{
  g_autoptr (AloqaAccount) asking = aloqa_http_authenticate (server, message);
  g_autofree char *search = asking != NULL ? dup_search (message) : NULL;
  g_autoptr (GPtrArray) users = NULL;
  g_autoptr (GError) error = NULL;

  if (asking == NULL)
    return;

  users = aloqa_accounts_search (server->accounts, asking->user->id, search, &error);
  if (users != NULL)
    aloqa_http_reply (message, SOUP_STATUS_OK, aloqa_user_list_to_json (users));
  else
    reply_broken (server, message, error);
}
