/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/password.h"

#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* Longer than any server takes (bcrypt itself reads 72 bytes). */
#define MAX_PASSWORD_BYTES 1024

static char *
take_first_line (const char *text, GError **error)
{
  gsize length = strcspn (text, "\r\n");

  if (length > 0 && length <= MAX_PASSWORD_BYTES)
    return g_strndup (text, length);

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "The password is %s.",
               length == 0 ? "empty" : "too long");
  return NULL;
}

static char *
prompt (const char *user, GError **error)
{
  char line[MAX_PASSWORD_BYTES + 2] = "";
  struct termios before, silent;
  char *password = NULL;

  if (!isatty (STDIN_FILENO) || tcgetattr (STDIN_FILENO, &before) != 0) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 "There is no password. Set ALOQA_PASSWORD, or use --password-file.");
    return NULL;
  }

  silent = before;
  silent.c_lflag &= ~(tcflag_t) ECHO;
  fprintf (stderr, "Password of %s: ", user);
  tcsetattr (STDIN_FILENO, TCSAFLUSH, &silent);
  if (fgets (line, sizeof line, stdin) == NULL)
    line[0] = '\0';
  tcsetattr (STDIN_FILENO, TCSAFLUSH, &before);
  fputc ('\n', stderr);
  password = take_first_line (line, error);
  explicit_bzero (line, sizeof line);
  return password;
}

/**
 * aloqa_password_read:
 * @file: (nullable): where its first line is the password
 * @user: for the prompt
 * @error: #GFileError or #GIOError
 *
 * Takes it from @file, else from ALOQA_PASSWORD, else asks on the terminal.
 *
 * Returns: (transfer full) (nullable): the password
 */
char *
aloqa_password_read (const char *file, const char *user, GError **error)
{
  const char *from_environment = g_getenv ("ALOQA_PASSWORD");
  g_autofree char *text = NULL;

  if (file != NULL)
    return g_file_get_contents (file, &text, NULL, error) ? take_first_line (text, error) : NULL;
  if (from_environment != NULL)
    return take_first_line (from_environment, error);
  return prompt (user, error);
}
