/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/languages.h"

#include <gio/gio.h>
#include <libintl.h>
#include <locale.h>
#include <stdlib.h>

static char *folder; /* of locales that this machine may lack; or NULL */

static void
run_quietly (const char *const *command)
{
  g_spawn_sync (NULL, (char **) command, NULL,
                G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
                NULL, NULL, NULL, NULL, NULL);
}

static void
remove_folder (void)
{
  run_quietly ((const char *const[]){ "rm", "-r", folder, NULL });
  g_free (folder);
}

static void
make_folder (void)
{
  folder = g_dir_make_tmp ("aloqa-test-XXXXXX", NULL);
  g_assert_nonnull (folder);
  atexit (remove_folder);
  g_setenv ("LOCPATH", folder, TRUE);
  bindtextdomain ("aloqa", ALOQA_TEST_TRANSLATIONS);
  bind_textdomain_codeset ("aloqa", "UTF-8");
  textdomain ("aloqa");
}

/* Makes of a locale what tests look at, since a whole one takes seconds. */
static void
make_locale (const char *name, const char *path)
{
  g_autofree char *text =
      g_strdup_printf ("LC_TIME\ncopy \"%.5s\"\nEND LC_TIME\n", name); /* without the ".UTF-8" */
  g_autofree char *source = g_build_filename (folder, "source", NULL);

  g_assert_true (g_file_set_contents (source, text, -1, NULL));
  /* It fails for what is left out: what counts is whether the locale is there. */
  run_quietly ((const char *const[]){ "localedef", "-c", "-i", source, "-f", "UTF-8", path, NULL });
}

/**
 * aloqa_test_speak:
 * @locale: such as "uz_UZ.UTF-8"
 *
 * Has what follows translated as for a reader there. A locale of its own, since "C.UTF-8" is as deaf to
 * LANGUAGE as "C" in newer C libraries.
 *
 * Returns: %FALSE where the locale cannot be made, for want of localedef (package locales)
 */
gboolean
aloqa_test_speak (const char *locale)
{
  g_autofree char *path = NULL;
  g_autofree char *language = g_strndup (locale, 2);

  if (folder == NULL)
    make_folder ();
  path = g_build_filename (folder, locale, NULL);
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    make_locale (locale, path);
  g_setenv ("LANGUAGE", language, TRUE);
  return setlocale (LC_TIME, locale) != NULL && setlocale (LC_MESSAGES, locale) != NULL;
}
