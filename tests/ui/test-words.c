/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/support.h"
#include "ui/call-wish.h"
#include "ui/link.h"

#include <gio/gio.h>

static void
test_link_names_somebody (void)
{
  static const struct {
    const char *text;
    const char *peer; /* NULL: refused */
    AloqaCallKind kind;
  } rows[] = {
    { "aloqa:call?peer=vali", "vali", ALOQA_CALL_VIDEO },
    { "aloqa:call?peer=vali&kind=audio", "vali", ALOQA_CALL_AUDIO },
    { "aloqa:call?kind=audio&peer=vali%20v", "vali v", ALOQA_CALL_AUDIO },
    { "ALOQA:call?peer=vali", "vali", ALOQA_CALL_VIDEO },
    { "aloqa:call?peer=vali&kind=nonsense", "vali", ALOQA_CALL_VIDEO },
    { "aloqa:call?peer=", NULL, 0 },
    { "aloqa:call?peer=va%0Ali", NULL, 0 },
    { "aloqa:call?peer=%ff%fe", NULL, 0 },
    { "aloqa:call?", NULL, 0 },
    { "aloqa:call", NULL, 0 },
    { "aloqa:erase?peer=vali", NULL, 0 },
    { "aloqa://call?peer=vali", NULL, 0 },
    { "https:call?peer=vali", NULL, 0 },
    { "", NULL, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (AloqaLink) link = aloqa_link_parse (rows[i].text, &error);

    g_test_message ("“%s”", rows[i].text);
    if (rows[i].peer == NULL) {
      g_assert_null (link);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    } else {
      g_assert_no_error (error);
      g_assert_cmpstr (link->peer, ==, rows[i].peer);
      g_assert_cmpint (link->kind, ==, rows[i].kind);
    }
  }
}

static void
test_link_is_bounded (void)
{
  g_autofree char *name = g_strnfill (100000, 'a');
  g_autofree char *text = g_strconcat ("aloqa:call?peer=", name, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (aloqa_link_parse (text, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

static void
test_wish_is_what_was_wished (void)
{
  g_autoptr (AloqaContact) contact = aloqa_contact_new (7, "vali", "Vali", NULL);
  g_autoptr (GVariant) wish = g_variant_ref_sink (aloqa_call_wish_new (contact, ALOQA_CALL_AUDIO));
  AloqaCallKind kind;
  g_autoptr (AloqaContact) parsed = NULL;

  g_assert_true (g_variant_is_of_type (wish, G_VARIANT_TYPE (ALOQA_CALL_WISH_TYPE)));
  parsed = aloqa_call_wish_parse (wish, &kind);
  g_assert_cmpint (kind, ==, ALOQA_CALL_AUDIO);
  g_assert_cmpint (aloqa_contact_get_id (parsed), ==, 7);
  g_assert_cmpstr (aloqa_contact_get_username (parsed), ==, "vali");
  g_assert_cmpstr (aloqa_contact_get_name (parsed), ==, "Vali");
  g_assert_null (aloqa_contact_get_picture (parsed));
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);

  g_test_add_func ("/link/names-somebody", test_link_names_somebody);
  g_test_add_func ("/link/is-bounded", test_link_is_bounded);
  g_test_add_func ("/call-wish/is-what-was-wished", test_wish_is_what_was_wished);

  return g_test_run ();
}
