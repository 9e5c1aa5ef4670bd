/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/event-log.h"

#include "base/rate-limiter.h"

/* Above what a full server does in a minute; the journal's own limit is ten thousand in 30 s. */
#define EVENTS_BURST 2000
#define EVENTS_HZ 200

/* Who is refused can go on to be: that must not hide what others do. The metrics count them all. */
#define REFUSALS_BURST 100
#define REFUSALS_HZ 5

#define MAX_FIELDS 9

/* The fields of one line, and what is to be freed with them. */
typedef struct {
  GLogField fields[MAX_FIELDS];
  gsize n_fields;
  char *numbers[3];
  guint n_numbers;
} Line;

static void
add_field (Line *line, const char *key, const char *value)
{
  if (value != NULL)
    line->fields[line->n_fields++] = (GLogField){ key, value, -1 };
}

static void
add_number (Line *line, const char *key, gint64 number)
{
  char *text;

  if (number == 0)
    return;
  text = g_strdup_printf ("%" G_GINT64_FORMAT, number);
  line->numbers[line->n_numbers++] = text;
  add_field (line, key, text);
}

static char *
make_message (const AloqaEvent *event)
{
  GString *text = g_string_new (event->text);

  if (event->user_id != 0)
    g_string_append_printf (text, ": user %" G_GINT64_FORMAT, event->user_id);
  if (event->peer_id != 0)
    g_string_append_printf (text, " and user %" G_GINT64_FORMAT, event->peer_id);
  if (event->reason != NULL)
    g_string_append_printf (text, " (%s)", event->reason);
  if (event->took_us != 0)
    g_string_append_printf (text, " after %.1f s", (double) event->took_us / G_USEC_PER_SEC);
  return g_string_free (text, FALSE);
}

static void
write_line (const AloqaEvent *event)
{
  g_autofree char *message = make_message (event);
  Line line = { 0 };

  add_field (&line, "MESSAGE", message);
  add_field (&line, "PRIORITY", "5");
  add_field (&line, "GLIB_DOMAIN", G_LOG_DOMAIN);
  add_field (&line, "ALOQA_EVENT", event->name);
  add_number (&line, "ALOQA_USER_ID", event->user_id);
  add_number (&line, "ALOQA_PEER_ID", event->peer_id);
  add_field (&line, "ALOQA_CALL_ID", event->call_id);
  add_field (&line, "ALOQA_REASON", event->reason);
  add_number (&line, "ALOQA_DURATION_MS", event->took_us / 1000);
  g_log_structured_array (G_LOG_LEVEL_MESSAGE, line.fields, line.n_fields);
  for (guint i = 0; i < line.n_numbers; i++)
    g_free (line.numbers[i]);
}

/**
 * aloqa_event_log:
 *
 * On a terminal it is one line. Past a rate that no honest server reaches, events are left out.
 */
void
aloqa_event_log (const AloqaEvent *event)
{
  static AloqaRateLimiter limiter = { .rate_hz = EVENTS_HZ, .burst = EVENTS_BURST };

  if (aloqa_rate_limiter_take (&limiter, g_get_monotonic_time ()))
    write_line (event);
}

/**
 * aloqa_event_log_refusal:
 * @reason: as the metrics call it
 * @user_id: 0: not known
 */
void
aloqa_event_log_refusal (const char *reason, gint64 user_id)
{
  static AloqaRateLimiter limiter = { .rate_hz = REFUSALS_HZ, .burst = REFUSALS_BURST };

  if (aloqa_rate_limiter_take (&limiter, g_get_monotonic_time ()))
    write_line (&(AloqaEvent){
        .name = "refused", .text = "Refused", .user_id = user_id, .reason = reason });
}
