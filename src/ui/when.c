/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/when.h"

#include <glib/gi18n.h>
#include <langinfo.h>
#include <string.h>

/* Within it a day of the week is clear enough. */
#define DAYS_OF_A_WEEK 7

gboolean
aloqa_when_is_same_day (GDateTime *one, GDateTime *other)
{
  return g_date_time_get_year (one) == g_date_time_get_year (other) &&
         g_date_time_get_day_of_year (one) == g_date_time_get_day_of_year (other);
}

/* By the calendar: from one minute to the next it may be one. */
static int
count_days_between (GDateTime *earlier, GDateTime *later)
{
  GDate from, to;

  g_date_set_dmy (&from, (GDateDay) g_date_time_get_day_of_month (earlier),
                  (GDateMonth) g_date_time_get_month (earlier),
                  (GDateYear) g_date_time_get_year (earlier));
  g_date_set_dmy (&to, (GDateDay) g_date_time_get_day_of_month (later),
                  (GDateMonth) g_date_time_get_month (later),
                  (GDateYear) g_date_time_get_year (later));
  return g_date_days_between (&from, &to);
}

/* Some languages write days and months small; at the beginning of a line they are not. */
static char *
capitalise (char *text)
{
  g_autofree char *rest = text;
  char first[7] = "";

  if (*text == '\0')
    return g_steal_pointer (&rest);
  g_unichar_to_utf8 (g_unichar_totitle (g_utf8_get_char (text)), first);
  return g_strconcat (first, g_utf8_next_char (text), NULL);
}

/* Where the language has no form of its own: “May 3” for those who write 05/03. */
static const char *
choose_form (const char *form, const char *form_with_month_first)
{
  gboolean is_month_first = g_str_has_prefix (nl_langinfo (D_FMT), "%m");
  const char *translated = gettext (form);

  return translated == form && is_month_first ? form_with_month_first : translated;
}

/**
 * aloqa_when_format_day:
 *
 * Returns: (transfer full): what @day is called when it is @now, both in local time
 */
char *
aloqa_when_format_day (GDateTime *day, GDateTime *now)
{
  int n_days = count_days_between (day, now);

  if (n_days == 0)
    return g_strdup (_ ("Today"));
  if (n_days == 1)
    return g_strdup (_ ("Yesterday"));
  if (n_days > 1 && n_days < DAYS_OF_A_WEEK)
    return capitalise (g_date_time_format (day, "%A"));
  if (g_date_time_get_year (day) == g_date_time_get_year (now))
    /* Translators: day and month, see strftime(3), as in “3 May” */
    return g_date_time_format (day, choose_form (N_ ("%-e %B"), "%B %-e"));
  /* Translators: day, month and year, see strftime(3), as in “3 May 2025” */
  return g_date_time_format (day, choose_form (N_ ("%-e %B %Y"), "%B %-e, %Y"));
}

/* Returns: (transfer full): hours and minutes, with 12 or 24 hours as the locale has it */
char *
aloqa_when_format_time (GDateTime *time)
{
  const char *format = nl_langinfo (T_FMT);
  gboolean has_12_hours = strstr (format, "%r") != NULL || strstr (format, "%I") != NULL ||
                          strstr (format, "%l") != NULL || strstr (format, "%p") != NULL;

  return g_date_time_format (time, has_12_hours ? "%-l:%M %p" : "%H:%M");
}

/* Returns: (transfer full): as a call's timer shows it: 0:07, 12:30, 1:05:09 */
char *
aloqa_when_format_duration (gint64 duration_us)
{
  gint64 seconds = MAX (duration_us, 0) / G_USEC_PER_SEC;
  gint64 minutes = seconds / 60, hours = minutes / 60;

  if (hours > 0)
    return g_strdup_printf ("%" G_GINT64_FORMAT ":%02d:%02d", hours, (int) (minutes % 60),
                            (int) (seconds % 60));
  return g_strdup_printf ("%d:%02d", (int) minutes, (int) (seconds % 60));
}
