/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/error-text.h"

#include "desktop/portal.h"
#include "desktop/secrets.h"
#include "fakes/fake-clock.h"
#include "fakes/fake-server.h"
#include "media/ice-check.h"
#include "media/media.h"
#include "session/doctor.h"
#include "support/languages.h"
#include "support/support.h"

#include <string.h>

/* What is told of a failure, by the doctor too, in the languages that there are. */
typedef struct {
  AloqaFakeServer *server;
  AloqaClock *clock;
  AloqaMediaSettings *settings;
  AloqaAccount *account;
  AloqaDoctor *doctor;
  gboolean is_over;
} Fixture;

/* Returns: whether that can be done here; the test is skipped where not */
static gboolean
speak (const char *locale)
{
  gboolean is_spoken = aloqa_test_speak (locale);

  if (!is_spoken)
    g_test_skip ("localedef (package locales) cannot make the locales here");
  return is_spoken;
}

#define ENGLISH "en_US.UTF-8"
#define UZBEK "uz_UZ.UTF-8"
#define RUSSIAN "ru_RU.UTF-8"

static const struct {
  const char *locale;
  GQuark (*domain) (void);
  int code;
  const char *message, *finding, *advice;
} rows[] = {
  { ENGLISH, aloqa_signaling_error_quark, ALOQA_SIGNALING_ERROR_TLS, "It is 5 km away. Walk",
    "It is 5 km away", "Walk." },
  { ENGLISH, aloqa_signaling_error_quark, ALOQA_SIGNALING_ERROR_TLS, "It is 5 km away. Walk.",
    "It is 5 km away", "Walk." },
  { ENGLISH, aloqa_signaling_error_quark, ALOQA_SIGNALING_ERROR_TLS, "It is 5 km away.",
    "It is 5 km away", NULL },
  { ENGLISH, aloqa_ice_check_error_quark, ALOQA_ICE_CHECK_ERROR_NO_ANSWER, "It is 5 km away",
    "It is 5 km away", NULL },
  /* What is to be done in this very case is in the error's own words only. */
  { UZBEK, aloqa_signaling_error_quark, ALOQA_SIGNALING_ERROR_TLS, "It is 5 km away. Walk",
    "chat.uz sertifikatiga ishonib boʻlmaydi, shuning uchun hech narsa yuborilmadi (It is 5 km "
    "away. Walk)",
    "Manzilni va kompyuter sanasini tekshiring; boʻlmasa server egasidan soʻrang." },
  { RUSSIAN, aloqa_signaling_error_quark, ALOQA_SIGNALING_ERROR_TLS, "It is 5 km away. Walk.",
    "Сертификату chat.uz нельзя доверять, поэтому ничего не отправлено (It is 5 km away. Walk)",
    "Проверьте адрес и дату на компьютере; если они верны, спросите у владельца сервера." },
  { UZBEK, aloqa_ice_check_error_quark, ALOQA_ICE_CHECK_ERROR_NO_ANSWER, "It is 5 km away",
    "chat.uz javob bermayapti (It is 5 km away)", NULL },
  { RUSSIAN, aloqa_ice_check_error_quark, ALOQA_ICE_CHECK_ERROR_NO_ANSWER, "It is 5 km away",
    "chat.uz не отвечает (It is 5 km away)", NULL },
  /* Of what is not in the table the words stay as they are. */
  { RUSSIAN, g_io_error_quark, G_IO_ERROR_FAILED, "It is 5 km away. Walk", "It is 5 km away",
    "Walk." },
};

static void
test_failure_is_explained (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error =
        g_error_new_literal (rows[i].domain (), rows[i].code, rows[i].message);
    g_autofree char *finding = NULL, *advice = NULL;

    if (!speak (rows[i].locale))
      return;
    aloqa_error_text_explain (error, "chat.uz", &finding, &advice);
    g_assert_cmpstr (finding, ==, rows[i].finding);
    g_assert_cmpstr (advice, ==, rows[i].advice);
  }
}

static void
assert_translated (GQuark domain, int code)
{
  g_autoptr (GError) error = g_error_new_literal (domain, code, "Exactly so");
  g_autofree char *finding = NULL, *advice = NULL;

  aloqa_error_text_explain (error, "chat.uz", &finding, &advice);
  g_assert_nonnull (strstr (finding, "chat.uz"));
  g_assert_true (g_str_has_suffix (finding, " (Exactly so)"));
}

static void
test_every_failure_is_translated (void)
{
  static const char *const locales[] = { UZBEK, RUSSIAN };

  for (gsize i = 0; i < G_N_ELEMENTS (locales); i++) {
    if (!speak (locales[i]))
      return;
    for (int code = 0; code <= ALOQA_SIGNALING_ERROR_TOO_LARGE; code++) {
      /* The file is named on the command line, which is English; who is looked for, and not there,
       * has a text of its own where that is done. */
      if (code != ALOQA_SIGNALING_ERROR_BAD_CA_FILE && code != ALOQA_SIGNALING_ERROR_NOT_FOUND)
        assert_translated (ALOQA_SIGNALING_ERROR, code);
    }
    for (int code = 0; code <= ALOQA_ICE_CHECK_ERROR_BAD_ANSWER; code++)
      assert_translated (ALOQA_ICE_CHECK_ERROR, code);
  }
}

/* Nobody typed a password that could be wrong. */
static void
test_a_kept_sign_in_is_told_of_in_its_own_words (void)
{
  static const char *const locales[] = { ENGLISH, UZBEK, RUSSIAN };

  for (gsize i = 0; i < G_N_ELEMENTS (locales); i++) {
    if (!speak (locales[i]))
      return;
    for (int code = ALOQA_SIGNALING_ERROR_UNREACHABLE; code < ALOQA_SIGNALING_ERROR_NOT_FOUND;
         code++) {
      g_autoptr (GError) error = g_error_new_literal (ALOQA_SIGNALING_ERROR, code, "Exactly so");
      g_autofree char *kept = aloqa_error_text_for_kept_sign_in (error, "chat.uz");
      g_autofree char *typed = aloqa_error_text_for_server (error, "chat.uz");

      g_assert_nonnull (strstr (kept, "chat.uz"));
      g_assert_cmpint (g_str_equal (kept, typed), ==,
                       code == ALOQA_SIGNALING_ERROR_TLS ||
                           code == ALOQA_SIGNALING_ERROR_FORBIDDEN);
    }
  }
}

/* Every one a person meets: the words of libraries are no answer. */
static const struct {
  const char *role;
  AloqaMediaError first, last;
} roles[] = {
  /* A bad name is written on a command line, which is English. */
  { "camera", ALOQA_MEDIA_ERROR_NOT_FOUND, ALOQA_MEDIA_ERROR_FAILED },
  { "mic", ALOQA_MEDIA_ERROR_NOT_FOUND, ALOQA_MEDIA_ERROR_FAILED },
  { "speaker", ALOQA_MEDIA_ERROR_NOT_FOUND, ALOQA_MEDIA_ERROR_FAILED },
  /* No screen is ever busy. */
  { "screen", ALOQA_MEDIA_ERROR_NOT_FOUND, ALOQA_MEDIA_ERROR_NOT_FOUND },
  { "screen", ALOQA_MEDIA_ERROR_DENIED, ALOQA_MEDIA_ERROR_UNREADABLE },
  { "sound", ALOQA_MEDIA_ERROR_NOT_FOUND, ALOQA_MEDIA_ERROR_NOT_FOUND },
  { "media", ALOQA_MEDIA_ERROR_MISSING_PART, ALOQA_MEDIA_ERROR_FAILED },
};

static void
assert_device_is_told (const char *role, AloqaMediaError code)
{
  g_autoptr (GError) error = g_error_new_literal (ALOQA_MEDIA_ERROR, (int) code, "Exactly so");
  g_autofree char *english = aloqa_error_text_explain_device (error, role);
  g_autofree char *finding = NULL;

  g_assert_cmpstr (aloqa_error_text_for_device (error, role), !=, "Exactly so");
  g_assert_cmpstr (english, ==, "Exactly so.");
  speak (RUSSIAN);
  finding = aloqa_error_text_explain_device (error, role);
  speak (ENGLISH);
  g_assert_true (g_str_has_suffix (finding, " (Exactly so)."));
  g_assert_null (strstr (finding, ". "));
}

static void
test_devices_speak_it (void)
{
  if (!speak (ENGLISH))
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (roles); i++) {
    for (AloqaMediaError code = roles[i].first; code <= roles[i].last; code++)
      assert_device_is_told (roles[i].role, code);
  }
}

/* The words of libraries, which the doctor gives in English, end as they like. */
static void
test_finding_ends_as_one_sentence (void)
{
  static const struct {
    const char *locale, *message, *end;
  } ends[] = {
    { ENGLISH, "It is gone", "It is gone." },
    { ENGLISH, "It is gone.", "It is gone." },
    { ENGLISH, "It is gone: why?", "It is gone: why?" },
    { RUSSIAN, "It is gone.", " (It is gone)." },
    { RUSSIAN, "It is gone: why?", " (It is gone: why?)." },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ends); i++) {
    g_autoptr (GError) error =
        g_error_new_literal (ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_GONE, ends[i].message);
    g_autofree char *finding = NULL;

    if (!speak (ends[i].locale))
      return;
    finding = aloqa_error_text_explain_device (error, "mic");
    g_assert_true (g_str_has_suffix (finding, ends[i].end));
  }
}

/* All are found, have advice behind what is wrong, and are translated. */
static void
assert_desktop_is_told (GQuark domain, int code)
{
  g_autoptr (GError) error = g_error_new_literal (domain, code, "Exactly so");
  const char *english = aloqa_error_text_for_desktop (error);

  g_assert_cmpstr (english, !=, "Exactly so");
  g_assert_nonnull (strstr (english, ". "));
  speak (RUSSIAN);
  g_assert_cmpstr (aloqa_error_text_for_desktop (error), !=, english);
  speak (ENGLISH);
}

static void
test_desktop_speaks_it (void)
{
  if (!speak (ENGLISH))
    return;
  for (int code = 0; code <= ALOQA_SECRETS_ERROR_FAILED; code++)
    assert_desktop_is_told (ALOQA_SECRETS_ERROR, code);
  for (int code = 0; code <= ALOQA_PORTAL_ERROR_UNREACHABLE; code++)
    assert_desktop_is_told (ALOQA_PORTAL_ERROR, code);
}

static void
test_what_is_not_erased_is_told (void)
{
  static const struct {
    GQuark (*domain) (void);
    int code;
    const char *words, *advice;
  } cases[] = {
    { aloqa_secrets_error_quark, ALOQA_SECRETS_ERROR_LOCKED, "still in it", "Unlock it and erase" },
    { aloqa_secrets_error_quark, ALOQA_SECRETS_ERROR_FAILED, "still in it", "erase again" },
    { g_io_error_quark, G_IO_ERROR_PERMISSION_DENIED, "(Exactly so)", "erase again" },
  };

  if (!speak (ENGLISH))
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error =
        g_error_new_literal (cases[i].domain (), cases[i].code, "Exactly so");
    g_autofree char *text = aloqa_error_text_for_erasing (error);

    g_assert_true (g_str_has_prefix (text, "Not everything was erased: "));
    g_assert_nonnull (strstr (text, cases[i].words));
    g_assert_nonnull (strstr (text, cases[i].advice));
  }
}

static void
test_bad_address_of_an_ice_server_is_told (void)
{
  static const struct {
    const char *url, *username, *words;
  } cases[] = {
    { "turn.example.org", "ali", "Write stun:HOST" },
    { "stuns:turn.example.org", NULL, "Write stun:HOST" },
    { "turn:turn.example.org", NULL, "needs a user name" },
  };

  if (!speak (ENGLISH))
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (
        aloqa_ice_server_new (cases[i].url, cases[i].username, cases[i].username, &error));
    g_assert_nonnull (strstr (aloqa_error_text_for_ice_server (error), cases[i].words));
  }
}

/* The doctor. */

static void
run_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *self = user_data;
  gboolean is_healthy;

  self->is_over =
      aloqa_doctor_run_finish (ALOQA_DOCTOR (source), result, &is_healthy, NULL) && !is_healthy;
}

static gboolean
is_over (gpointer user_data)
{
  return ((Fixture *) user_data)->is_over;
}

static void
set_string (char **value, const char *text)
{
  g_free (*value);
  *value = g_strdup (text);
}

static void
set_up (Fixture *self, gconstpointer locale)
{
  g_autofree char *url = NULL;
  g_autoptr (AloqaServerAddress) address = NULL;

  self->server = aloqa_fake_server_new (NULL);
  url = aloqa_fake_server_dup_url (self->server);
  address = aloqa_server_address_new (url, NULL, ALOQA_ADDRESS_NONE, NULL);
  self->clock = aloqa_fake_clock_new ();
  self->settings = aloqa_media_settings_new ();
  set_string (&self->settings->video_source, "none");
  set_string (&self->settings->audio_source, "none");
  set_string (&self->settings->audio_sink, "null");
  self->account = aloqa_account_new (address, NULL, self->clock);
  self->doctor = aloqa_doctor_new (self->account, NULL, self->clock, self->settings);
}

static void
tear_down (Fixture *self, gconstpointer locale)
{
  g_assert_finalize_object (self->doctor);
  g_assert_finalize_object (self->account);
  aloqa_test_drain ();
  aloqa_media_settings_free (self->settings);
  aloqa_fake_server_free (self->server);
  aloqa_test_drain ();
  g_assert_finalize_object (self->clock);
}

static void
assert_finding (Fixture *self, guint position, const char *finding)
{
  g_autoptr (AloqaDoctorCheck) check =
      g_list_model_get_item (aloqa_doctor_get_checks (self->doctor), position);

  g_assert_cmpstr (aloqa_doctor_check_get_finding (check), ==, finding);
}

static void
test_doctor_speaks_it (Fixture *self, gconstpointer locale)
{
  g_autoptr (GPtrArray) servers = aloqa_ice_server_parse_list (
      "{\"ice_servers\":[{\"urls\":\"stun:127.0.0.1:1\"}]}", -1, NULL, NULL);
  gboolean is_russian = g_str_equal (locale, RUSSIAN);

  if (!speak (locale))
    return;
  aloqa_fake_server_answer (self->server, "/api/health", 500, "{\"detail\":\"No disk\"}");
  aloqa_doctor_set_ice_servers (self->doctor, servers);
  aloqa_doctor_run_async (self->doctor, NULL, run_cb, self);
  aloqa_test_wait_until (is_over, self);

  assert_finding (self, 0,
                  is_russian
                      ? "localhost: ошибка на самом сервере (localhost has a fault of its "
                        "own (500: No disk). Try again later)."
                      : "localhost: serverning oʻzida nosozlik (localhost has a fault of its "
                        "own (500: No disk). Try again later).");
  assert_finding (self, 3,
                  is_russian
                      ? "По адресу stun:127.0.0.1:1 сервер не работает (127.0.0.1 (port 1, "
                        "UDP) is not there: its host says that nothing listens on this port)."
                      : "stun:127.0.0.1:1 manzilida server ishlamayapti (127.0.0.1 (port 1, "
                        "UDP) is not there: its host says that nothing listens on this port).");
}

int
main (int argc, char **argv)
{
  aloqa_test_init (&argc, &argv);
  aloqa_media_init (NULL);

  g_test_add_func ("/error-text/failure-is-explained", test_failure_is_explained);
  g_test_add_func ("/error-text/every-failure-is-translated", test_every_failure_is_translated);
  g_test_add_func ("/error-text/a-kept-sign-in-is-told-of-in-its-own-words",
                   test_a_kept_sign_in_is_told_of_in_its_own_words);
  g_test_add_func ("/error-text/devices-speak-it", test_devices_speak_it);
  g_test_add_func ("/error-text/finding-ends-as-one-sentence", test_finding_ends_as_one_sentence);
  g_test_add_func ("/error-text/desktop-speaks-it", test_desktop_speaks_it);
  g_test_add_func ("/error-text/what-is-not-erased-is-told", test_what_is_not_erased_is_told);
  g_test_add_func ("/error-text/bad-address-of-an-ice-server-is-told",
                   test_bad_address_of_an_ice_server_is_told);
  g_test_add ("/error-text/doctor-speaks-uzbek", Fixture, UZBEK, set_up, test_doctor_speaks_it,
              tear_down);
  g_test_add ("/error-text/doctor-speaks-russian", Fixture, RUSSIAN, set_up, test_doctor_speaks_it,
              tear_down);
  return g_test_run ();
}
