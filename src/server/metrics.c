/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/metrics.h"

#include "server/event-log.h"

static const double latency_limits_s[ALOQA_N_LATENCIES] = { 0.00001, 0.00003, 0.0001, 0.0003,
                                                            0.001,   0.003,   0.01,   0.1 };

static const char *const rejection_names[ALOQA_N_REJECTIONS] = {
  [ALOQA_REJECTION_BAD_MESSAGE] = "bad_message",
  [ALOQA_REJECTION_TOO_LARGE] = "too_large",
  [ALOQA_REJECTION_RATE_LIMITED] = "rate_limited",
  [ALOQA_REJECTION_NOT_IN_CALL] = "not_in_call",
  [ALOQA_REJECTION_WRONG_PASSWORD] = "wrong_password",
  [ALOQA_REJECTION_SIGN_IN_DELAYED] = "sign_in_delayed",
  [ALOQA_REJECTION_BAD_TOKEN] = "bad_token",
  [ALOQA_REJECTION_CONNECTION] = "connection",
  [ALOQA_REJECTION_REQUEST] = "request",
  [ALOQA_REJECTION_REQUESTS] = "too_many_requests",
  [ALOQA_REJECTION_SLOW_EXCHANGE] = "slow_exchange",
  [ALOQA_REJECTION_FLOOD] = "flood",
  [ALOQA_REJECTION_SLOW_READER] = "slow_reader",
  [ALOQA_REJECTION_SILENT] = "silent",
};

/**
 * aloqa_metrics_note_rejection:
 * @user_id: whom; 0: it is not known
 */
void
aloqa_metrics_note_rejection (AloqaMetrics *self, AloqaRejection rejection, gint64 user_id)
{
  self->n_rejections[rejection]++;
  aloqa_event_log_refusal (rejection_names[rejection], user_id);
}

/**
 * aloqa_metrics_note_handled:
 * @took_us: to handle one frame: parse it, decide, and queue what follows from it
 */
void
aloqa_metrics_note_handled (AloqaMetrics *self, gint64 took_us)
{
  double took_s = (double) took_us / G_USEC_PER_SEC;

  for (guint i = ALOQA_N_LATENCIES; i > 0 && took_s <= latency_limits_s[i - 1]; i--)
    self->n_latencies[i - 1]++;
  self->n_handled++;
  self->handled_s += took_s;
}

/**
 * aloqa_metrics_note_lag:
 * @lag_us: how much later than it should a timer was called
 */
void
aloqa_metrics_note_lag (AloqaMetrics *self, gint64 lag_us)
{
  self->longest_lag_s = MAX (self->longest_lag_s, (double) lag_us / G_USEC_PER_SEC);
}

static void
describe (GString *text, const char *name, const char *type, const char *help)
{
  g_string_append_printf (text, "# HELP aloqa_%s %s\n# TYPE aloqa_%s %s\n", name, help, name, type);
}

static void
add_count (GString *text, const char *name, const char *type, const char *help, guint64 value)
{
  describe (text, name, type, help);
  g_string_append_printf (text, "aloqa_%s %" G_GUINT64_FORMAT "\n", name, value);
}

/* Whatever the locale, with a point. */
static void
add_number (GString *text, const char *name, double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf (text, "aloqa_%s %s\n", name,
                          g_ascii_formatd (buffer, sizeof buffer, "%.6f", value));
}

static void
add_messages (GString *text, const AloqaMetrics *self)
{
  describe (text, "messages_total", "counter", "Frames of clients by type");
  for (guint i = 0; i < ALOQA_N_MESSAGES; i++) {
    if (self->n_messages[i] > 0)
      g_string_append_printf (text, "aloqa_messages_total{type=\"%s\"} %" G_GUINT64_FORMAT "\n",
                              aloqa_message_type_to_string (i), self->n_messages[i]);
  }
}

static void
add_rejections (GString *text, const AloqaMetrics *self)
{
  describe (text, "rejections_total", "counter", "What was refused, by reason");
  for (guint i = 0; i < ALOQA_N_REJECTIONS; i++)
    g_string_append_printf (text, "aloqa_rejections_total{reason=\"%s\"} %" G_GUINT64_FORMAT "\n",
                            rejection_names[i], self->n_rejections[i]);
}

static void
add_latencies (GString *text, const AloqaMetrics *self)
{
  char limit[G_ASCII_DTOSTR_BUF_SIZE];

  describe (text, "handling_seconds", "histogram", "Time to handle one frame of a client");
  for (guint i = 0; i < ALOQA_N_LATENCIES; i++)
    g_string_append_printf (
        text, "aloqa_handling_seconds_bucket{le=\"%s\"} %" G_GUINT64_FORMAT "\n",
        g_ascii_formatd (limit, sizeof limit, "%g", latency_limits_s[i]), self->n_latencies[i]);
  g_string_append_printf (
      text, "aloqa_handling_seconds_bucket{le=\"+Inf\"} %" G_GUINT64_FORMAT "\n", self->n_handled);
  add_number (text, "handling_seconds_sum", self->handled_s);
  g_string_append_printf (text, "aloqa_handling_seconds_count %" G_GUINT64_FORMAT "\n",
                          self->n_handled);
}

/**
 * aloqa_metrics_to_text:
 *
 * Returns: (transfer full): all of it in the text format of Prometheus, version 0.0.4
 */
char *
aloqa_metrics_to_text (AloqaMetrics *self, const AloqaGauges *gauges)
{
  GString *text = g_string_new (NULL);

  add_count (text, "connections", "gauge", "Connections of any kind", gauges->n_connections);
  add_count (text, "websockets", "gauge", "Clients that are signed in", gauges->n_websockets);
  add_count (text, "users", "gauge", "Users with a client that is signed in", gauges->n_users);
  add_count (text, "calls", "gauge", "Calls that ring or go on", gauges->n_calls);
  add_count (text, "calls_total", "counter", "Calls that have begun", self->n_calls);
  add_count (text, "sign_ins_total", "counter", "Right passwords", self->n_sign_ins);
  add_count (text, "relayed_total", "counter", "Frames sent to clients", self->n_relayed);
  add_messages (text, self);
  add_rejections (text, self);
  add_latencies (text, self);
  describe (text, "longest_lag_seconds", "gauge",
            "Longest delay of the main loop since this was last read");
  add_number (text, "longest_lag_seconds", self->longest_lag_s);
  self->longest_lag_s = 0;
  return g_string_free (text, FALSE);
}
