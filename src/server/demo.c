/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/demo.h"

#include "server/accounts.h"

#include <glib/gstdio.h>

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

static gboolean
add_users (const char *path, GError **error)
{
  g_autoptr (AloqaAccounts) accounts = aloqa_accounts_open (path, error);

  for (gsize i = 0; accounts != NULL && i < G_N_ELEMENTS (users); i++) {
    if (aloqa_accounts_add (accounts, users[i].username, password_hash, users[i].first_name,
                            users[i].last_name, FALSE, error) == 0)
      return FALSE;
  }
  return accounts != NULL;
}

/**
 * aloqa_demo_new:
 *
 * Returns: (transfer full): NULL with an error; what it is kept in goes with it
 */
AloqaDemo *
aloqa_demo_new (GError **error)
{
  g_autoptr (AloqaDemo) self = g_new0 (AloqaDemo, 1);

  self->folder = g_dir_make_tmp ("aloqa-demo-XXXXXX", error);
  if (self->folder == NULL)
    return NULL;
  self->database_path = g_build_filename (self->folder, "demo.db", NULL);
  return add_users (self->database_path, error) ? g_steal_pointer (&self) : NULL;
}

/**
 * aloqa_demo_free:
 *
 * Removes the folder: close the database before.
 */
void
aloqa_demo_free (AloqaDemo *self)
{
  static const char *const suffixes[] = { "", "-wal", "-shm" };

  if (self == NULL)
    return;

  for (gsize i = 0; self->database_path != NULL && i < G_N_ELEMENTS (suffixes); i++) {
    g_autofree char *path = g_strconcat (self->database_path, suffixes[i], NULL);

    g_unlink (path);
  }
  if (self->folder != NULL)
    g_rmdir (self->folder);
  g_free (self->database_path);
  g_free (self->folder);
  g_free (self);
}
