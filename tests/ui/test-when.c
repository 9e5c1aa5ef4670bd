/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/when.h"

#include "support/languages.h"
#include "support/support.h"

static void
test_day_has_its_name (void)
{
  static const struct {
    const char *day;
    const char *name;
  } rows[] = {
    { "2026-03-10T00:00:00+05", "Today" },    { "2026-03-09T23:59:59+05", "Yesterday" },
    { "2026-03-08T12:00:00+05", "Sunday" },   { "2026-03-04T12:00:00+05", "Wednesday" },
    { "2026-03-03T12:00:00+05", "March 3" },  { "2025-12-31T12:00:00+05", "December 31, 2025" },
    { "2026-03-11T12:00:00+05", "March 11" },
  };
  g_autoptr (GDateTime) now = g_date_time_new_from_iso8601 ("2026-03-10T00:30:00+05", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GDateTime) day = g_date_time_new_from_iso8601 (rows[i].day, NULL);
    g_autofree char *name = aloqa_when_format_day (day, now);

    g_assert_cmpstr (name, ==, rows[i].name);
  }
}

static void
test_follows_the_readers_locale (void)
{
  static const struct {
    const char *locale;
    const char *today, *weekday, *day, *day_of_a_year, *afternoon, *night;
  } rows[] = {
    { "uz_UZ.UTF-8", "Bugun", "Yakshanba", "3-Mart", "2025-yil 31-Dekabr", "14:05", "00:30" },
    { "ru_RU.UTF-8", "Сегодня", "Воскресенье", "3 марта", "31 декабря 2025 г.", "14:05", "00:30" },
    { "en_US.UTF-8", "Today", "Sunday", "March 3", "December 31, 2025", "2:05 PM", "12:30 AM" },
    { "en_GB.UTF-8", "Today", "Sunday", "3 March", "31 December 2025", "14:05", "00:30" },
    { "de_DE.UTF-8", "Today", "Sonntag", "3 März", "31 Dezember 2025", "14:05", "00:30" },
  };
  g_autoptr (GDateTime) now = g_date_time_new_local (2026, 3, 10, 0, 30, 0);
  g_autoptr (GDateTime) afternoon = g_date_time_new_local (2026, 3, 10, 14, 5, 0);
  g_autoptr (GDateTime) weekday = g_date_time_new_local (2026, 3, 8, 12, 0, 0);
  g_autoptr (GDateTime) day = g_date_time_new_local (2026, 3, 3, 12, 0, 0);
  g_autoptr (GDateTime) day_of_a_year = g_date_time_new_local (2025, 12, 31, 12, 0, 0);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    GDateTime *days[] = { afternoon, weekday, day, day_of_a_year };
    const char *names[] = { rows[i].today, rows[i].weekday, rows[i].day, rows[i].day_of_a_year };
    g_autofree char *later = NULL, *night = NULL;

    if (!aloqa_test_speak (rows[i].locale)) {
      g_test_skip ("localedef (package locales) cannot make the locales here");
      return;
    }
    for (guint j = 0; j < G_N_ELEMENTS (days); j++) {
      g_autofree char *name = aloqa_when_format_day (days[j], now);

      g_assert_cmpstr (name, ==, names[j]);
    }
    later = aloqa_when_format_time (afternoon);
    night = aloqa_when_format_time (now);
    g_assert_cmpstr (later, ==, rows[i].afternoon);
    g_assert_cmpstr (night, ==, rows[i].night);
  }
}

static void
test_duration_is_a_timer (void)
{
  static const struct {
    gint64 seconds;
    const char *text;
  } rows[] = { { -1, "0:00" },   { 0, "0:00" },       { 7, "0:07" },        { 61, "1:01" },
               { 750, "12:30" }, { 3909, "1:05:09" }, { 90061, "25:01:01" } };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *text = aloqa_when_format_duration (rows[i].seconds * G_USEC_PER_SEC);

    g_assert_cmpstr (text, ==, rows[i].text);
  }
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);

  g_test_add_func ("/when/day-has-its-name", test_day_has_its_name);
  g_test_add_func ("/when/duration-is-a-timer", test_duration_is_a_timer);
  g_test_add_func ("/when/follows-the-readers-locale", test_follows_the_readers_locale);
  return g_test_run ();
}
