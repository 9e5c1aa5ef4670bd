/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/report.h"

#include "base/log.h"

#include <stdio.h>

static gboolean is_json;

void
aloqa_report_init (gboolean wants_json)
{
  is_json = wants_json;
}

static void
print_object (const char *name, JsonObject *fields)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autofree char *text = NULL;

  json_object_set_string_member (fields, "event", name);
  if (!json_object_has_member (fields, "t_us"))
    json_object_set_int_member (fields, "t_us", g_get_monotonic_time ());
  json_node_set_object (node, fields);
  json_generator_set_root (generator, node);
  text = json_generator_to_data (generator, NULL);
  puts (text);
}

/**
 * aloqa_report_event:
 * @fields: (transfer full) (nullable): what else the JSON object holds
 * @sentence: (nullable): for people; %NULL for what is of no interest to them
 *
 * Prints one event, at once.
 */
void
aloqa_report_event (const char *name, JsonObject *fields, const char *sentence, ...)
{
  g_autoptr (JsonObject) object = fields != NULL ? fields : json_object_new ();

  if (is_json) {
    print_object (name, object);
  } else if (sentence != NULL) {
    va_list arguments;

    va_start (arguments, sentence);
    vprintf (sentence, arguments);
    va_end (arguments);
    putchar ('\n');
  }
  fflush (stdout);
}

/**
 * aloqa_report_error:
 * @name: what it concerns: "camera", "sign-in", …
 *
 * An event "error" for programs; for people the message on standard error.
 */
void
aloqa_report_error (const char *name, const GError *error)
{
  g_autofree char *message = aloqa_log_redact (error->message);
  JsonObject *fields;

  if (!is_json) {
    g_printerr ("aloqa-cli: %s\n", message);
    return;
  }

  fields = json_object_new ();
  json_object_set_string_member (fields, "about", name);
  json_object_set_string_member (fields, "message", message);
  aloqa_report_event ("error", fields, NULL);
}
