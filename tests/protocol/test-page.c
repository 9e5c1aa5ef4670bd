/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/message-names.h"
#include "server/limits.h"
#include "support/support.h"

#include <string.h>

/* docs/protocol.md, by which others write clients, is held against the code. */

static char *
read_page (void)
{
  g_autoptr (GError) error = NULL;
  char *text;

  g_file_get_contents (ALOQA_TEST_PAGE, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

/* As code, or in a frame. */
static void
assert_has_word (const char *page, const char *word)
{
  g_autofree char *code = g_strdup_printf ("`%s`", word);
  g_autofree char *json = g_strdup_printf ("\"%s\"", word);

  if (strstr (page, code) == NULL && strstr (page, json) == NULL)
    g_error ("docs/protocol.md does not say what “%s” is", word);
}

static void
test_page_names_every_word (void)
{
  const char *const *const tables[] = { aloqa_end_reason_names, aloqa_unavailable_reason_names,
                                        aloqa_call_state_phase_names };
  g_autofree char *page = read_page ();

  for (guint type = 0; type < ALOQA_N_MESSAGES; type++)
    assert_has_word (page, aloqa_message_type_to_string (type));
  for (guint i = 0; i < ALOQA_N_FEATURES; i++)
    assert_has_word (page, aloqa_feature_names[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++) {
    for (const char *const *word = tables[i]; *word != NULL; word++) {
      if (**word != '\0')
        assert_has_word (page, *word);
    }
  }
}

static void
test_page_has_the_times_of_the_server (void)
{
  static const struct {
    guint time_ms;
    const char *option;
  } rows[] = {
    { ALOQA_RING_RETURN_LIMIT_MS, "| `--ring-return-ms` |" },
    { ALOQA_RECONNECT_LIMIT_MS, "| `--reconnect-ms` |" },
    { ALOQA_RING_SILENCE_LIMIT_MS, "(`--ring-silence-ms`)" },
    { ALOQA_SILENCE_LIMIT_MS, "(`--silence-ms`)" },
  };
  g_autofree char *page = read_page ();

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *text = g_strdup_printf ("%g s %s", rows[i].time_ms / 1000.0, rows[i].option);

    if (strstr (page, text) == NULL)
      g_error ("docs/protocol.md does not say “%s”", text);
  }
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  g_test_add_func ("/protocol/page/names-every-word", test_page_names_every_word);
  g_test_add_func ("/protocol/page/has-the-times-of-the-server",
                   test_page_has_the_times_of_the_server);
  return g_test_run ();
}
