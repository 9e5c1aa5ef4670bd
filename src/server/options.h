/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * The command line:
 *
 *     aloqa-server [--host 127.0.0.1] [--port 8030] [--database FILE] [--uploads FOLDER]
 *                  [--config FILE] [--LIMIT NUMBER]… [--tls-cert FILE --tls-key FILE] [--ice-server URL]…
 *                  [--demo] [--die-with-parent] [--verbose]
 *     aloqa-server user add NAME [--first-name F] [--last-name L] [--admin] [--database FILE]
 *     aloqa-server user passwd|disable NAME [--database FILE]
 *     aloqa-server user list [--database FILE]
 *     aloqa-server backup FILE [--database FILE]
 *     aloqa-server --print-limits
 *
 * and the environment where the option is not given: API_HOST, API_PORT, DATABASE_URL
 * (sqlite:///FILE), SECRET_KEY, and those of settings.h. Passwords are read from standard input, one
 * line. One line on standard output, "listening on http://HOST:PORT", says that
 * it accepts; all else goes to standard error.
 *
 * SIGHUP reads the settings and the certificate again; SIGTERM lets what has begun come to an end
 * first, a second one does not.
 *
 * Exit: 0 after SIGTERM or SIGINT and after a command that worked, 1 when something failed, 2 for a
 * command line that makes no sense.
 */
typedef enum {
  ALOQA_COMMAND_SERVE,
  ALOQA_COMMAND_USER_ADD,
  ALOQA_COMMAND_USER_PASSWD,
  ALOQA_COMMAND_USER_LIST,
  ALOQA_COMMAND_USER_DISABLE,
  ALOQA_COMMAND_BACKUP,
  ALOQA_COMMAND_PRINT_LIMITS,
} AloqaCommand;

typedef struct {
  AloqaCommand command;
  char *host;
  guint16 port;
  char *database_path; /* NULL with is_demo: in memory */
  char *secret_key;    /* or NULL: from a file beside the database */
  char *uploads_dir;   /* or NULL */
  char *config_path;   /* or NULL */
  GStrv ice_servers;   /* or NULL: those of the settings */
  GStrv limits;        /* "calls-hz=2" …: before those of the settings */
  char *tls_cert;      /* or NULL: without TLS */
  char *tls_key;       /* with it */
  gboolean is_demo;
  gboolean dies_with_parent;
  gboolean is_verbose;

  char *backup_path; /* of "backup" */
  char *user_name;   /* of "user …" */
  char *first_name;
  char *last_name;
  gboolean is_admin;
} AloqaOptions;

AloqaOptions *aloqa_options_parse (int argc, char **argv, GError **error);
void aloqa_options_free (AloqaOptions *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaOptions, aloqa_options_free)

G_END_DECLS
