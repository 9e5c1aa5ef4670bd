/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/options.h"

#include <gio/gio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/settings.h"

#define DEFAULT_HOST "127.0.0.1"
#define DEFAULT_PORT 8030

/* What GOption fills in; NULL and -1 for what was not given. */
typedef struct {
  char *host;
  int port;
  char *database;
  char *uploads;
  char *config;
  char *tls_cert;
  char *tls_key;
  gboolean prints_limits;
  char **ice_servers;
  GPtrArray *limits; /* of char *, with a NULL at the end in the end */
  GPtrArray *texts;  /* of char *: what the help says of the limits */
  gboolean is_demo;
  gboolean dies_with_parent;
  gboolean is_verbose;
  char *first_name;
  char *last_name;
  gboolean is_admin;
  char **words;
} Given;

static void
given_clear (Given *given)
{
  g_free (given->host);
  g_free (given->database);
  g_free (given->uploads);
  g_free (given->config);
  g_free (given->tls_cert);
  g_free (given->tls_key);
  g_strfreev (given->ice_servers);
  g_ptr_array_unref (given->limits);
  g_ptr_array_unref (given->texts);
  g_free (given->first_name);
  g_free (given->last_name);
  g_strfreev (given->words);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Given, given_clear)

void
aloqa_options_free (AloqaOptions *self)
{
  if (self == NULL)
    return;

  g_free (self->host);
  g_free (self->database_path);
  if (self->secret_key != NULL)
    explicit_bzero (self->secret_key, strlen (self->secret_key));
  g_free (self->secret_key);
  g_free (self->uploads_dir);
  g_free (self->config_path);
  g_free (self->tls_cert);
  g_free (self->tls_key);
  g_free (self->backup_path);
  g_strfreev (self->ice_servers);
  g_strfreev (self->limits);
  g_free (self->user_name);
  g_free (self->first_name);
  g_free (self->last_name);
  g_free (self);
}

static gboolean
refuse (GError **error, const char *text)
{
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, text);
  return FALSE;
}

static gboolean
limit_cb (const char *option, const char *value, gpointer data, GError **error)
{
  Given *given = data;
  const char *name = option + strlen ("--");
  g_autoptr (AloqaSettings) settings = aloqa_settings_new ();
  g_autoptr (GError) reason = NULL;

  if (!aloqa_settings_set_limit (settings, name, value, &reason))
    return refuse (error, reason->message);
  g_ptr_array_add (given->limits, g_strconcat (name, "=", value, NULL));
  return TRUE;
}

/* Every limit is an option, with what is usual and the reason beside it. */
static void
add_limits (GOptionContext *context, Given *given)
{
  GOptionEntry entries[ALOQA_N_LIMITS + 1] = { 0 };
  GOptionGroup *group = g_option_group_new (
      "limits", "Limits, and what is usual:", "Show the limits and their reasons", given, NULL);

  for (guint i = 0; i < ALOQA_N_LIMITS; i++) {
    const AloqaLimitInfo *info = aloqa_limit_get_info (i);
    char *text = g_strdup_printf ("(%.10g) %s", info->usual, info->reason);

    g_ptr_array_add (given->texts, text);
    entries[i] = (GOptionEntry){ .long_name = info->name,
                                 .arg = G_OPTION_ARG_CALLBACK,
                                 .arg_data = limit_cb,
                                 .description = text,
                                 .arg_description = "NUMBER" };
  }
  g_option_group_add_entries (group, entries);
  g_option_context_add_group (context, group);
}

static gboolean
print_version_cb (const char *name, const char *value, gpointer data, GError **error)
{
  puts ("aloqa-server " ALOQA_VERSION);
  exit (0);
}

static gboolean
parse_arguments (Given *given, int argc, char **argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "host", 0, 0, G_OPTION_ARG_STRING, &given->host, "Numeric address to listen on (127.0.0.1)",
      "ADDRESS" },
    { "port", 0, 0, G_OPTION_ARG_INT, &given->port, "Port to listen on, 0 for any free one (8030)",
      "PORT" },
    { "database", 0, 0, G_OPTION_ARG_FILENAME, &given->database, "Database with the users",
      "FILE" },
    { "uploads", 0, 0, G_OPTION_ARG_FILENAME, &given->uploads, "Folder with profile pictures",
      "FOLDER" },
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &given->config,
      "Settings and limits, read again on SIGHUP", "FILE" },
    { "print-limits", 0, 0, G_OPTION_ARG_NONE, &given->prints_limits,
      "Print the limits, their usual values and reasons, as --config reads them", NULL },
    { "tls-cert", 0, 0, G_OPTION_ARG_FILENAME, &given->tls_cert,
      "Certificates to speak TLS with (PEM), the server's own first", "FILE" },
    { "tls-key", 0, 0, G_OPTION_ARG_FILENAME, &given->tls_key, "The key of --tls-cert (PEM)",
      "FILE" },
    { "ice-server", 0, 0, G_OPTION_ARG_STRING_ARRAY, &given->ice_servers,
      "STUN or TURN server for the clients; may be repeated", "URL" },
    { "demo", 0, 0, G_OPTION_ARG_NONE, &given->is_demo,
      "Users ali, vali and echo, password demo, forgotten at the end", NULL },
    { "die-with-parent", 0, 0, G_OPTION_ARG_NONE, &given->dies_with_parent,
      "Stop when the program that started this one ends", NULL },
    { "verbose", 0, 0, G_OPTION_ARG_NONE, &given->is_verbose, "Say more on standard error", NULL },
    { "version", 0, G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK, (gpointer) print_version_cb,
      "Print the version", NULL },
    { "first-name", 0, 0, G_OPTION_ARG_STRING, &given->first_name, "Of “user add”", "NAME" },
    { "last-name", 0, 0, G_OPTION_ARG_STRING, &given->last_name, "Of “user add”", "NAME" },
    { "admin", 0, 0, G_OPTION_ARG_NONE, &given->is_admin, "Of “user add”: an administrator", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &given->words, NULL,
      "[user add|passwd|disable NAME | user list | backup FILE]" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (
      context, "Signalling server for Aloqa: signs users in and passes their calls on.");
  g_option_context_set_description (
      context, "From the environment where an option is not given: API_HOST, API_PORT,\n"
               "DATABASE_URL (sqlite:///FILE), SECRET_KEY; and where --config does not say\n"
               "otherwise: ICE_SERVERS, TURN_SECRET, CORS_ORIGINS, TRUSTED_PROXIES,\n"
               "METRICS_TOKEN.\n"
               "Passwords are read from standard input.");
  g_option_context_add_main_entries (context, entries, NULL);
  add_limits (context, given);
  return g_option_context_parse (context, &argc, &argv, error);
}

static gboolean
read_user_command (AloqaOptions *self, const Given *given, GError **error)
{
  static const struct {
    const char *word;
    AloqaCommand command;
  } commands[] = {
    { "add", ALOQA_COMMAND_USER_ADD },
    { "passwd", ALOQA_COMMAND_USER_PASSWD },
    { "list", ALOQA_COMMAND_USER_LIST },
    { "disable", ALOQA_COMMAND_USER_DISABLE },
  };
  guint n_words = g_strv_length (given->words);

  for (gsize i = 0; n_words > 1 && i < G_N_ELEMENTS (commands); i++) {
    gboolean is_list = commands[i].command == ALOQA_COMMAND_USER_LIST;

    if (strcmp (given->words[1], commands[i].word) != 0)
      continue;
    if (n_words != (is_list ? 2 : 3))
      return refuse (error, is_list ? "“user list” takes no name" : "one user name is needed");
    self->command = commands[i].command;
    self->user_name = g_strdup (given->words[2]);
    return TRUE;
  }

  return refuse (error, "after “user” comes add, passwd, list or disable");
}

static gboolean
read_backup_command (AloqaOptions *self, const Given *given, GError **error)
{
  if (g_strv_length (given->words) != 2 || given->is_demo)
    return refuse (error, "after “backup” comes the file to write");
  self->command = ALOQA_COMMAND_BACKUP;
  self->backup_path = g_strdup (given->words[1]);
  return TRUE;
}

static gboolean
read_command (AloqaOptions *self, const Given *given, GError **error)
{
  if (given->words == NULL) {
    if (given->first_name != NULL || given->last_name != NULL || given->is_admin)
      return refuse (error, "--first-name, --last-name and --admin go with “user add”");
    return TRUE;
  }
  if (strcmp (given->words[0], "backup") == 0)
    return read_backup_command (self, given, error);
  if (strcmp (given->words[0], "user") != 0)
    return refuse (error, "the only commands are “user add”, “user passwd”, “user list”, "
                          "“user disable” and “backup”");
  if (given->is_demo)
    return refuse (error, "the users of --demo are fixed");
  return read_user_command (self, given, error);
}

static gboolean
read_port (AloqaOptions *self, const Given *given, GError **error)
{
  const char *text = g_getenv ("API_PORT");
  guint64 port = DEFAULT_PORT;

  if (given->port != -1) {
    if (given->port < 0 || given->port > G_MAXUINT16)
      return refuse (error, "--port must be 0 to 65535");
    port = (guint64) given->port;
  } else if (text != NULL && *text != '\0' &&
             !g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT16, &port, NULL)) {
    return refuse (error, "API_PORT must be 0 to 65535");
  }

  self->port = (guint16) port;
  return TRUE;
}

/* "sqlite:///relative", "sqlite:////absolute", "sqlite+driver:///…": as SQLAlchemy writes them. */
static char *
dup_url_path (const char *url)
{
  const char *path = strstr (url, ":///");

  if (!g_str_has_prefix (url, "sqlite") || path == NULL || path[4] == '\0')
    return NULL;
  return g_strdup (path + 4);
}

static gboolean
read_database (AloqaOptions *self, const Given *given, GError **error)
{
  const char *url = g_getenv ("DATABASE_URL");

  if (given->is_demo)
    return given->database == NULL || refuse (error, "--demo has a database of its own");

  if (given->database != NULL)
    self->database_path = g_strdup (given->database);
  else if (url != NULL && *url != '\0')
    self->database_path = dup_url_path (url);
  else
    self->database_path =
        g_build_filename (g_get_user_data_dir (), "aloqa-server", "server.db", NULL);

  return self->database_path != NULL ||
         refuse (error, "DATABASE_URL must be sqlite:/// and the path of a file");
}

static gboolean
is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  return address != NULL && g_inet_address_get_is_loopback (address);
}

static gboolean
read_host (AloqaOptions *self, const Given *given, GError **error)
{
  const char *host = given->host;

  /* The environment of a real server must not carry the demo's known passwords outside. */
  if (host == NULL && !given->is_demo)
    host = g_getenv ("API_HOST");
  if (host == NULL || *host == '\0')
    host = DEFAULT_HOST;
  if (g_strcmp0 (host, "localhost") == 0)
    host = DEFAULT_HOST;
  self->host = g_strdup (host);
  return !given->is_demo || is_loopback (host) ||
         refuse (error, "--demo has users with a known password, so it listens on 127.0.0.1 "
                        "alone: leave --host out, or add real users and leave --demo out");
}

static gboolean
read_secret (AloqaOptions *self, const Given *given, GError **error)
{
  const char *key = g_getenv ("SECRET_KEY");

  if (key == NULL || given->is_demo)
    return TRUE;
  if (*key == '\0')
    return refuse (error,
                   "SECRET_KEY is empty: set it to something that is hard to guess, or unset "
                   "it to have one made");
  self->secret_key = g_strdup (key);
  return TRUE;
}

static gboolean
read_tls (AloqaOptions *self, const Given *given, GError **error)
{
  if ((given->tls_cert == NULL) != (given->tls_key == NULL))
    return refuse (error, "--tls-cert and --tls-key go together");
  self->tls_cert = g_strdup (given->tls_cert);
  self->tls_key = g_strdup (given->tls_key);
  return TRUE;
}

static GStrv
steal_strv (GPtrArray *words)
{
  g_ptr_array_add (words, NULL);
  return (GStrv) g_ptr_array_steal (words, NULL);
}

/**
 * aloqa_options_parse:
 *
 * Reads the command line and the environment. --help and --version print and exit.
 *
 * Returns: (transfer full): NULL with a G_OPTION_ERROR that says what makes no sense
 */
AloqaOptions *
aloqa_options_parse (int argc, char **argv, GError **error)
{
  g_auto (Given) given = { .port = -1,
                           .limits = g_ptr_array_new_with_free_func (g_free),
                           .texts = g_ptr_array_new_with_free_func (g_free) };
  g_autoptr (AloqaOptions) self = g_new0 (AloqaOptions, 1);

  if (!parse_arguments (&given, argc, argv, error) || !read_command (self, &given, error) ||
      !read_host (self, &given, error) || !read_port (self, &given, error) ||
      !read_database (self, &given, error) || !read_secret (self, &given, error) ||
      !read_tls (self, &given, error))
    return NULL;

  if (given.prints_limits)
    self->command = ALOQA_COMMAND_PRINT_LIMITS;
  self->ice_servers = g_strdupv (given.ice_servers);
  self->limits = steal_strv (given.limits);
  self->config_path = g_strdup (given.config);
  self->uploads_dir = g_strdup (given.uploads);
  self->is_demo = given.is_demo;
  self->dies_with_parent = given.dies_with_parent;
  self->is_verbose = given.is_verbose;
  self->first_name = g_strdup (given.first_name);
  self->last_name = g_strdup (given.last_name);
  self->is_admin = given.is_admin;
  return g_steal_pointer (&self);
}
