/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/error-text.h"

#include "fakes/fake-clock.h"
#include "fakes/fake-server.h"
#include "media/ice-check.h"
#include "media/media.h"
#include "session/doctor.h"
#include "support/support.h"

#include <glib/gi18n.h>
#include <locale.h>

/* What is told of a failure, by the doctor too, in the languages that there are. */
typedef struct {
  AloqaFakeServer *server;
  AloqaClock *clock;
  AloqaMediaSettings *settings;
  AloqaAccount *account;
  AloqaDoctor *doctor;
  gboolean is_over;
} Fixture;

static void
speak (const char *language)
{
  g_setenv ("LANGUAGE", language, TRUE);
  /* gettext looks at the other one again when this changes, and translates nothing in "C". */
  setlocale (LC_MESSAGES, "C");
  g_assert_nonnull (setlocale (LC_MESSAGES, "C.UTF-8"));
}

static const struct {
  const char *language;
  GQuark (*domain) (void);
  int code;
  const char *finding, *advice;
} rows[] = {
  { "en", aloqa_signaling_error_quark, ALOQA_SIGNALING_ERROR_TLS, "It is 5 km away", "Walk." },
  { "uz", aloqa_signaling_error_quark, ALOQA_SIGNALING_ERROR_TLS,
    "chat.uz sertifikatiga ishonib boʻlmaydi, shuning uchun hech narsa yuborilmadi (It is 5 km "
    "away)",
    "Manzilni va kompyuter sanasini tekshiring; boʻlmasa server egasidan soʻrang." },
  { "ru", aloqa_signaling_error_quark, ALOQA_SIGNALING_ERROR_TLS,
    "Сертификату chat.uz нельзя доверять, поэтому ничего не отправлено (It is 5 km away)",
    "Проверьте адрес и дату на компьютере; если они верны, спросите у владельца сервера." },
  { "en", aloqa_ice_check_error_quark, ALOQA_ICE_CHECK_ERROR_NO_ANSWER, "It is 5 km away",
    "Walk." },
  { "uz", aloqa_ice_check_error_quark, ALOQA_ICE_CHECK_ERROR_NO_ANSWER,
    "chat.uz javob bermayapti (It is 5 km away)", NULL },
  { "ru", aloqa_ice_check_error_quark, ALOQA_ICE_CHECK_ERROR_NO_ANSWER,
    "chat.uz не отвечает (It is 5 km away)", NULL },
  /* Of what is not in the table the words stay as they are. */
  { "ru", g_io_error_quark, G_IO_ERROR_FAILED, "It is 5 km away", "Walk." },
};

static void
test_failure_is_explained (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error =
        g_error_new_literal (rows[i].domain (), rows[i].code, "It is 5 km away. Walk");
    g_autofree char *finding = NULL, *advice = NULL;

    speak (rows[i].language);
    aloqa_error_text_explain (error, "chat.uz", &finding, &advice);
    g_assert_cmpstr (finding, ==, rows[i].finding);
    g_assert_cmpstr (advice, ==, rows[i].advice);
  }
}

static void
test_every_failure_of_a_relay_is_translated (void)
{
  static const char *const languages[] = { "uz", "ru" };

  for (gsize i = 0; i < G_N_ELEMENTS (languages); i++) {
    speak (languages[i]);
    for (int code = 0; code <= ALOQA_ICE_CHECK_ERROR_BAD_ANSWER; code++) {
      g_autoptr (GError) error = g_error_new_literal (ALOQA_ICE_CHECK_ERROR, code, "Exactly so");
      g_autofree char *finding = NULL, *advice = NULL;

      aloqa_error_text_explain (error, "turn:chat.uz", &finding, &advice);
      g_assert_nonnull (strstr (finding, "turn:chat.uz"));
      g_assert_true (g_str_has_suffix (finding, " (Exactly so)"));
    }
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
set_up (Fixture *self, gconstpointer language)
{
  g_autofree char *url = NULL;
  g_autoptr (AloqaServerAddress) address = NULL;

  speak (language);
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
tear_down (Fixture *self, gconstpointer language)
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
test_doctor_speaks_it (Fixture *self, gconstpointer language)
{
  g_autoptr (GPtrArray) servers = aloqa_ice_server_parse_list (
      "{\"ice_servers\":[{\"urls\":\"stun:127.0.0.1:1\"}]}", -1, NULL, NULL);
  gboolean is_russian = g_str_equal (language, "ru");

  aloqa_fake_server_answer (self->server, "/api/health", 500, "{\"detail\":\"No disk\"}");
  aloqa_doctor_set_ice_servers (self->doctor, servers);
  aloqa_doctor_run_async (self->doctor, NULL, run_cb, self);
  aloqa_test_wait_until (is_over, self);

  assert_finding (self, 0,
                  is_russian
                      ? "localhost: ошибка на самом сервере (localhost has a fault of its "
                        "own (500: No disk))."
                      : "localhost: serverning oʻzida nosozlik (localhost has a fault of its "
                        "own (500: No disk)).");
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
  bindtextdomain ("aloqa", ALOQA_TEST_TRANSLATIONS);
  bind_textdomain_codeset ("aloqa", "UTF-8");
  textdomain ("aloqa");

  g_test_add_func ("/error-text/failure-is-explained", test_failure_is_explained);
  g_test_add_func ("/error-text/every-failure-of-a-relay-is-translated",
                   test_every_failure_of_a_relay_is_translated);
  g_test_add ("/error-text/doctor-speaks-uzbek", Fixture, "uz", set_up, test_doctor_speaks_it,
              tear_down);
  g_test_add ("/error-text/doctor-speaks-russian", Fixture, "ru", set_up, test_doctor_speaks_it,
              tear_down);
  return g_test_run ();
}
