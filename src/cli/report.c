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

static void print_node (GString *text, JsonNode *node);

static void
print_string (GString *text, const char *value)
{
  g_autoptr (JsonNode) node = json_node_init_string (json_node_alloc (), value);
  g_autofree char *quoted = json_to_string (node, FALSE);

  g_string_append (text, quoted);
}

static void
print_object (GString *text, JsonObject *object)
{
  JsonObjectIter iter;
  const char *name, *separator = "";
  JsonNode *member;

  g_string_append_c (text, '{');
  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &member)) {
    g_string_append (text, separator);
    print_string (text, name);
    g_string_append_c (text, ':');
    print_node (text, member);
    separator = ",";
  }
  g_string_append_c (text, '}');
}

/* As json-glib does it, but 0.1 is printed as 0.1 and not with seventeen digits. */
static void
print_node (GString *text, JsonNode *node)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  if (JSON_NODE_HOLDS_OBJECT (node)) {
    print_object (text, json_node_get_object (node));
  } else if (json_node_get_value_type (node) == G_TYPE_DOUBLE) {
    g_string_append (text,
                     g_ascii_formatd (number, sizeof number, "%.6g", json_node_get_double (node)));
  } else {
    g_autofree char *plain = json_to_string (node, FALSE);

    g_string_append (text, plain);
  }
}

static void
print_line (const char *name, JsonObject *fields)
{
  g_autoptr (GString) text = g_string_new ("{\"event\":");
  g_autoptr (GString) rest = g_string_new (NULL);

  print_string (text, name);
  if (!json_object_has_member (fields, "t_us"))
    g_string_append_printf (text, ",\"t_us\":%" G_GINT64_FORMAT, g_get_monotonic_time ());
  print_object (rest, fields);
  if (json_object_get_size (fields) > 0)
    g_string_append_printf (text, ",%s", rest->str + 1);
  else
    g_string_append_c (text, '}');
  puts (text->str);
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
    print_line (name, object);
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
