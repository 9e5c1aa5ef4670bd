/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rig.h"
#include "server/limits.h"
#include "server/tokens.h"
#include "support/support.h"

static void
test_greets_with_id_and_features (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autofree char *token = sign_in (rig->base, "ali", "secret");
  g_autoptr (Client) client = client_open (rig->base, rig->ali, token);
  g_autofree char *expected = g_strdup_printf (
      "{\"type\":\"connected\",\"user_id\":%" G_GINT64_FORMAT ",\"features\":[\"call_id\"]}",
      rig->ali);

  client_expect (client, expected);
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  g_test_add_func ("/server/websocket/greets-with-id-and-features",
                   test_greets_with_id_and_features);
  return g_test_run ();
}
