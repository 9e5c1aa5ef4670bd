/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/installation.h"

#include <string.h>

static char *
dup_own_folder (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);

  return program != NULL ? g_path_get_dirname (program) : g_strdup (".");
}

/* The top of the build folder that this executable was built in, or NULL. */
static char *
dup_build_folder (void)
{
  g_autofree char *folder = dup_own_folder ();
  g_autofree char *top = g_canonicalize_filename ("../..", folder);
  g_autofree char *mark = g_build_filename (top, "build.ninja", NULL);

  return g_file_test (mark, G_FILE_TEST_EXISTS) ? g_steal_pointer (&top) : NULL;
}

static char *
keep_if_there (char *path, GFileTest test)
{
  if (!g_file_test (path, test))
    g_clear_pointer (&path, g_free);
  return path;
}

/**
 * aloqa_installation_find_program:
 * @name: `aloqa-server` or `aloqa-cli`
 *
 * Returns: (transfer full) (nullable): its path: beside this executable, in the build folder, or in
 *   the search path
 */
char *
aloqa_installation_find_program (const char *name)
{
  g_autofree char *folder = dup_own_folder (), *build = dup_build_folder ();
  char *path = keep_if_there (g_build_filename (folder, name, NULL), G_FILE_TEST_IS_EXECUTABLE);

  if (path == NULL && build != NULL)
    path = keep_if_there (g_build_filename (build, "src", name + strlen ("aloqa-"), name,
                                            NULL), /* src/cli/aloqa-cli */
                          G_FILE_TEST_IS_EXECUTABLE);
  return path != NULL ? path : g_find_program_in_path (name);
}

/* Returns: (transfer full): for bindtextdomain() */
char *
aloqa_installation_dup_locale_folder (void)
{
  g_autofree char *folder = dup_own_folder (), *build = dup_build_folder ();
  g_autofree char *locale = build != NULL
                                ? g_build_filename (build, "po", NULL)
                                : g_build_filename (folder, "..", "share", "locale", NULL);

  return g_canonicalize_filename (locale, NULL);
}

static GSettingsSchema *
load_schema (const char *folder)
{
  g_autoptr (GSettingsSchemaSource) source = g_settings_schema_source_new_from_directory (
      folder, g_settings_schema_source_get_default (), FALSE, NULL);

  return source != NULL ? g_settings_schema_source_lookup (source, ALOQA_APPLICATION_ID, FALSE)
                        : NULL;
}

/**
 * aloqa_installation_open_settings:
 *
 * Returns: (transfer full) (nullable): what the person chose, %NULL where the schema is not installed
 */
GSettings *
aloqa_installation_open_settings (void)
{
  GSettingsSchemaSource *installed = g_settings_schema_source_get_default ();
  g_autofree char *own = dup_own_folder (), *build = dup_build_folder ();
  g_autofree char *folder =
      build != NULL ? g_build_filename (build, "data", NULL)
                    : g_build_filename (own, "..", "share", "glib-2.0", "schemas", NULL);
  g_autoptr (GSettingsSchema) schema = load_schema (folder);

  if (schema == NULL && installed != NULL)
    schema = g_settings_schema_source_lookup (installed, ALOQA_APPLICATION_ID, TRUE);
  return schema != NULL ? g_settings_new_full (schema, NULL, NULL) : NULL;
}
