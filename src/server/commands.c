/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/commands.h"

#include "server/accounts.h"
#include "server/limits.h"
#include "server/passwords.h"
#include "server/server.h"
#include "server/limit-table.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* Shorter ones are tried in minutes. */
#define MIN_PASSWORD_CHARS 4

static gboolean
refuse_password (GError **error, const char *text)
{
  g_set_error_literal (error, ALOQA_SERVER_ERROR, ALOQA_SERVER_ERROR_BAD_USER, text);
  return FALSE;
}

static gboolean
check_password (const char *password, GError **error)
{
  if (!g_utf8_validate (password, -1, NULL))
    return refuse_password (error, "the password must be UTF-8");
  if (g_utf8_strlen (password, -1) < MIN_PASSWORD_CHARS)
    return refuse_password (error, "the password must have at least 4 characters");
  if (strlen (password) >= ALOQA_MAX_PASSWORD_BYTES)
    return refuse_password (error, "the password is too long");
  return TRUE;
}

/* The terminal as it was, for the moment in which it shows nothing. */
static struct termios shown;

/* Whoever breaks off gets the terminal back. */
static void
interrupted_cb (int signal_number)
{
  tcsetattr (STDIN_FILENO, TCSANOW, &shown);
  signal (signal_number, SIG_DFL);
  raise (signal_number);
}

/* Returns: FALSE where standard input is no terminal */
static gboolean
hide_input (void)
{
  struct termios hidden;

  if (tcgetattr (STDIN_FILENO, &shown) != 0)
    return FALSE;
  hidden = shown;
  hidden.c_lflag &= ~(tcflag_t) ECHO;
  signal (SIGINT, interrupted_cb);
  signal (SIGTERM, interrupted_cb);
  return tcsetattr (STDIN_FILENO, TCSAFLUSH, &hidden) == 0;
}

static void
show_input (void)
{
  tcsetattr (STDIN_FILENO, TCSANOW, &shown);
  signal (SIGINT, SIG_DFL);
  signal (SIGTERM, SIG_DFL);
  g_printerr ("\n");
}

/* Returns: (transfer full): one line of standard input, unseen on a terminal; or NULL with an error */
static char *
read_password (GError **error)
{
  char line[ALOQA_MAX_PASSWORD_BYTES + 2] = "";
  gboolean is_hidden = hide_input ();
  char *password = NULL;

  if (is_hidden)
    g_printerr ("Password: ");
  if (fgets (line, sizeof line, stdin) == NULL)
    line[0] = '\0';
  if (is_hidden)
    show_input ();

  line[strcspn (line, "\r\n")] = '\0';
  if (check_password (line, error))
    password = g_strdup (line);
  explicit_bzero (line, sizeof line);
  return password;
}

/* Returns: (transfer full): NULL with an error */
static char *
read_password_hash (GError **error)
{
  g_autoptr (AloqaPasswords) passwords = aloqa_passwords_new (0);
  g_autofree char *password = read_password (error);
  char *hash = password != NULL ? aloqa_passwords_hash (passwords, password, error) : NULL;

  if (password != NULL)
    explicit_bzero (password, strlen (password));
  return hash;
}

static gboolean
add_user (AloqaAccounts *accounts, const AloqaOptions *options, GError **error)
{
  g_autofree char *hash = NULL;
  gint64 id;

  if (!aloqa_username_is_valid (options->user_name)) {
    g_set_error_literal (error, ALOQA_SERVER_ERROR, ALOQA_SERVER_ERROR_BAD_USER,
                         "this cannot be a user name");
    return FALSE;
  }
  hash = read_password_hash (error);
  id = hash != NULL ? aloqa_accounts_add (accounts, options->user_name, hash, options->first_name,
                                          options->last_name, options->is_admin, error)
                    : 0;
  if (id != 0)
    g_print ("added user %" G_GINT64_FORMAT ": %s\n", id, options->user_name);
  return id != 0;
}

static gboolean
change_password (AloqaAccounts *accounts, const AloqaOptions *options, GError **error)
{
  g_autoptr (AloqaAccount) account =
      aloqa_accounts_find_by_name (accounts, options->user_name, error);
  g_autofree char *hash = account != NULL ? read_password_hash (error) : NULL;

  if (hash == NULL || !aloqa_accounts_set_password_hash (accounts, options->user_name, hash, error))
    return FALSE;

  g_print ("changed; every sign-in of %s has ended\n", options->user_name);
  return TRUE;
}

static gboolean
list_users (AloqaAccounts *accounts, GError **error)
{
  g_autoptr (GPtrArray) users = aloqa_accounts_list (accounts, error);

  if (users == NULL)
    return FALSE;
  for (guint i = 0; i < users->len; i++) {
    AloqaUser *user = g_ptr_array_index (users, i);
    g_autofree char *name = aloqa_user_dup_display_name (user);

    g_print ("%" G_GINT64_FORMAT "\t%s\t%s\t%s\t%s\n", user->id, user->username, name,
             user->role == ALOQA_USER_ROLE_ADMIN ? "admin" : "user",
             user->is_active ? "active" : "disabled");
  }
  return TRUE;
}

static gboolean
disable_user (AloqaAccounts *accounts, const AloqaOptions *options, GError **error)
{
  if (!aloqa_accounts_disable (accounts, options->user_name, error))
    return FALSE;

  g_print ("disabled %s\n", options->user_name);
  return TRUE;
}

/* While the server runs, too: the copy is as the database is at one moment. */
static gboolean
back_up (AloqaAccounts *accounts, const AloqaOptions *options, GError **error)
{
  if (!aloqa_accounts_back_up (accounts, options->backup_path, error))
    return FALSE;

  g_print ("wrote %s\n", options->backup_path);
  return TRUE;
}

static gboolean
print_limits (void)
{
  g_autofree char *text = aloqa_limit_describe_all ();

  g_print ("%s", text);
  return TRUE;
}

/**
 * aloqa_commands_make_folder:
 *
 * Makes the folder of @database_path, for its owner alone, where there is none.
 */
gboolean
aloqa_commands_make_folder (const char *database_path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (database_path);

  if (g_mkdir_with_parents (folder, 0700) == 0)
    return TRUE;
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno),
               "cannot make the folder %s: %s", folder, g_strerror (errno));
  return FALSE;
}

/**
 * aloqa_commands_run:
 * @options: of one of the commands that do not serve
 */
gboolean
aloqa_commands_run (const AloqaOptions *options, GError **error)
{
  g_autoptr (AloqaAccounts) accounts = NULL;

  if (options->command == ALOQA_COMMAND_PRINT_LIMITS)
    return print_limits ();
  if (!aloqa_commands_make_folder (options->database_path, error))
    return FALSE;
  accounts = aloqa_accounts_open (options->database_path, error);
  if (accounts == NULL)
    return FALSE;

  switch (options->command) {
  case ALOQA_COMMAND_USER_ADD:
    return add_user (accounts, options, error);
  case ALOQA_COMMAND_USER_PASSWD:
    return change_password (accounts, options, error);
  case ALOQA_COMMAND_USER_LIST:
    return list_users (accounts, error);
  case ALOQA_COMMAND_BACKUP:
    return back_up (accounts, options, error);
  case ALOQA_COMMAND_USER_DISABLE:
    return disable_user (accounts, options, error);
  default:
    g_return_val_if_reached (FALSE);
  }
}
