/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "protocol/error.h"
#include "protocol/message-names.h"
#include "protocol/message.h"

/* What one side writes, it and the other side read again, and write the same. */
static void
check_written (const AloqaMessage *message, AloqaSide writer)
{
  g_autofree char *json = aloqa_message_to_json (message, writer);
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaMessage) again = aloqa_message_parse (json, -1, writer, &error);
  g_autofree char *json_again = NULL;

  g_assert_no_error (error);
  json_again = aloqa_message_to_json (again, writer);
  g_assert_cmpstr (json, ==, json_again);
}

static void
check_side (const char *text, size_t size, AloqaSide writer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaMessage) message = aloqa_message_parse (text, size, writer, &error);

  if (message == NULL) {
    g_assert_true (error->domain == ALOQA_PROTOCOL_ERROR);
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
    return;
  }
  g_assert_no_error (error);
  check_written (message, writer);

  /* The server passes on what it has accepted. */
  if (aloqa_message_is_written_by (message->type, ALOQA_SIDE_SERVER))
    check_written (message, ALOQA_SIDE_SERVER);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  check_side ((const char *) data, size, ALOQA_SIDE_CLIENT);
  check_side ((const char *) data, size, ALOQA_SIDE_SERVER);
  return 0;
}
