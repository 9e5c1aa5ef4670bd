/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/demo.h"

#include "server/server-private.h"

/*
 * bcrypt of "demo", with the fewest rounds there are: everybody knows the password, so there is
 * nothing to protect, and trying out begins half a second sooner.
 */
static const char password_hash[] = "$2b$04$FhfWn9Cq91cMmsEEE8fw2.EScQedYvHaJhgFGoxHTru.Eg0Ec.rai";

static const struct {
  const char *username;
  const char *first_name;
  const char *last_name;
} users[] = {
  { "ali", "Ali", "Aliyev" },
  { "vali", "Vali", "Valiyev" },
  { "echo", "Echo", "Test" },
};

/**
 * aloqa_demo_add_users:
 * @server: with its database in memory, so that nothing is left behind however the program ends
 *
 * Adds ali, vali and echo, whose password is "demo".
 */
gboolean
aloqa_demo_add_users (AloqaServer *server, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (users); i++) {
    if (aloqa_accounts_add (server->accounts, users[i].username, password_hash, users[i].first_name,
                            users[i].last_name, FALSE, error) == 0)
      return FALSE;
  }
  return TRUE;
}
