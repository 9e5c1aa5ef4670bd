/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/metrics.h"

#include "raw.h"
#include "rig.h"
#include "support/support.h"

#include <string.h>

static Answer *
get_metrics (Rig *rig, const char *token)
{
  return http_get (rig->base, "/metrics", token);
}

static void
assert_line (const Answer *answer, const char *line)
{
  g_autofree char *with_ends = g_strdup_printf ("\n%s\n", line);

  if (strstr (answer->text, with_ends) == NULL)
    g_error ("there is no line %s in %s", line, answer->text);
}

static void
test_metrics_count_what_happens (void)
{
  g_autoptr (Rig) rig = rig_new ();
  g_autoptr (Client) ali = client_connect (rig->base, "ali", "secret");
  g_autoptr (Client) vali = client_connect (rig->base, "vali", "secret");
  g_autoptr (Answer) wrong = post_sign_in (rig->base, "ali", "guess");
  g_autoptr (Answer) answer = NULL;

  client_send (ali, "{\"type\":\"call_request\",\"to\":2}");
  json_object_unref (client_take_type (vali, "call_request"));
  client_send (vali, "nonsense");
  json_object_unref (client_take_type (vali, "error"));
  client_send (vali, "{\"type\":\"call_accept\",\"to\":3}");
  json_object_unref (client_take_type (vali, "error"));

  answer = get_metrics (rig, NULL);
  g_assert_cmpuint (answer->status, ==, 200);
  g_assert_cmpstr (soup_message_headers_get_one (answer->headers, "Content-Type"), ==,
                   "text/plain; version=0.0.4");
  assert_line (answer, "aloqa_websockets 2");
  assert_line (answer, "aloqa_users 2");
  assert_line (answer, "aloqa_calls 1");
  assert_line (answer, "aloqa_calls_total 1");
  assert_line (answer, "aloqa_sign_ins_total 2");
  assert_line (answer, "aloqa_messages_total{type=\"call_request\"} 1");
  assert_line (answer, "aloqa_rejections_total{reason=\"bad_message\"} 1");
  assert_line (answer, "aloqa_rejections_total{reason=\"not_in_call\"} 1");
  assert_line (answer, "aloqa_rejections_total{reason=\"wrong_password\"} 1");
  assert_line (answer, "aloqa_handling_seconds_count 3");
  assert_line (answer, "aloqa_handling_seconds_bucket{le=\"+Inf\"} 3");
}

static void
test_metrics_are_for_this_machine_or_a_token (void)
{
  g_autoptr (AloqaSettings) settings = aloqa_settings_new ();
  g_autoptr (Rig) rig = NULL;
  g_autoptr (Answer) right = NULL;
  g_autoptr (Answer) wrong = NULL;
  g_autoptr (Raw) forwarded = NULL;

  settings->metrics_token = g_strdup ("open");
  rig = rig_new_with (&(AloqaServerConfig){ .settings = settings });
  right = get_metrics (rig, "open");
  wrong = get_metrics (rig, "opem");
  g_assert_cmpuint (right->status, ==, 200);
  assert_error (wrong, 403, "Forbidden");
  /* A proxy of this machine that passes everything on. */
  forwarded = raw_connect (aloqa_server_get_port (rig->server));
  raw_send (forwarded, "GET /metrics HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n",
            -1);
  g_assert_true (g_str_has_prefix (raw_wait_end (forwarded), "HTTP/1.1 403"));
}

static void
test_latencies_fall_into_their_buckets (void)
{
  AloqaMetrics metrics = { 0 };
  g_autofree char *text = NULL;

  aloqa_metrics_note_handled (&metrics, 10);
  aloqa_metrics_note_handled (&metrics, 20);
  aloqa_metrics_note_handled (&metrics, 2000);
  aloqa_metrics_note_handled (&metrics, 2000000);
  text = aloqa_metrics_to_text (&metrics, &(AloqaGauges){ 0 });
  g_assert_nonnull (strstr (text, "{le=\"1e-05\"} 1\n"));
  g_assert_nonnull (strstr (text, "{le=\"3e-05\"} 2\n"));
  g_assert_nonnull (strstr (text, "{le=\"0.001\"} 2\n"));
  g_assert_nonnull (strstr (text, "{le=\"0.003\"} 3\n"));
  g_assert_nonnull (strstr (text, "{le=\"0.1\"} 3\n"));
  g_assert_nonnull (strstr (text, "{le=\"+Inf\"} 4\n"));
}

#define ADD(name, func) g_test_add_func ("/server/metrics/" name, func)

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  ADD ("metrics-count-what-happens", test_metrics_count_what_happens);
  ADD ("metrics-are-for-this-machine-or-a-token", test_metrics_are_for_this_machine_or_a_token);
  ADD ("latencies-fall-into-their-buckets", test_latencies_fall_into_their_buckets);
  return g_test_run ();
}
