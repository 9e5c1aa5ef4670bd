/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/media.h"
#include "session/live-call-private.h"
#include "support/languages.h"
#include "ui/call-rig.h"

/* What a call says of this computer, as it is seen in a narrow window. */

typedef struct {
  const char *name, *locale, *words;
} Reader;

static gboolean
has_at_most_two_lines (gpointer label)
{
  return gtk_widget_get_width (label) > 0 &&
         pango_layout_get_line_count (gtk_label_get_layout (label)) <= 2;
}

static void
await_only (CallRig *rig, const char *words)
{
  call_rig_await_words (rig->view, words);
  g_assert_cmpstr (gtk_label_get_text (call_rig_find_words (rig->view, words)), ==, words);
}

static void
test_all_that_is_missing_is_told_in_two_lines (CallRig *rig, gconstpointer data)
{
  static const char *const roles[] = { "speaker", "camera", "mic" };
  const Reader *reader = data;
  g_autoptr (GError) error = g_error_new (ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_NOT_FOUND, "none");

  if (!aloqa_test_speak (reader->locale)) {
    g_test_skip ("localedef (package locales) cannot make the locales here");
    return;
  }
  call_rig_start_contact (rig, NULL);
  call_rig_show (rig, rig->view, 360, 640);
  call_rig_dial (rig, ALOQA_CALL_VIDEO);
  for (gsize i = 0; i < G_N_ELEMENTS (roles); i++)
    aloqa_live_call_show_device_error (rig->call, roles[i], error);
  await_only (rig, reader->words);
  aloqa_test_wait_until (has_at_most_two_lines, call_rig_find_words (rig->view, reader->words));
  g_object_unref (call_rig_shoot (rig, reader->name));
}

static void
test_what_has_come_is_no_longer_missing (CallRig *rig, gconstpointer data)
{
  g_autoptr (GError) error = g_error_new (ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_NOT_FOUND, "none");

  call_rig_start_contact (rig, NULL);
  call_rig_show (rig, rig->view, 360, 640);
  call_rig_dial (rig, ALOQA_CALL_VIDEO);
  aloqa_live_call_show_device_error (rig->call, "camera", error);
  aloqa_live_call_show_device_news (rig->call, "camera", ALOQA_DEVICE_NEWS_BACK, "Webcam", NULL);
  aloqa_live_call_show_device_error (rig->call, "mic", error);
  await_only (rig, "“Webcam” is used now.\nNo microphone was found. Plug one in.");
}

/* What is said again and again would stay for ever, and take the last line each time. */
static void
test_what_is_still_missing_is_not_said_again (CallRig *rig, gconstpointer data)
{
  g_autoptr (GError) error = g_error_new (ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_NOT_FOUND, "none");

  call_rig_start_contact (rig, NULL);
  call_rig_show (rig, rig->view, 360, 640);
  call_rig_dial (rig, ALOQA_CALL_VIDEO);
  aloqa_live_call_show_device_error (rig->call, "mic", error);
  aloqa_live_call_show_device_news (rig->call, "camera", ALOQA_DEVICE_NEWS_BACK, "Webcam", NULL);
  aloqa_live_call_show_device_error (rig->call, "mic", error);
  await_only (rig, "No microphone was found. Plug one in.\n“Webcam” is used now.");
}

static void
add_tests (GSubprocess *display)
{
  static const Reader readers[] = {
    { "english", "en_US.UTF-8", "No camera, microphone or speaker was found." },
    { "uzbek", "uz_UZ.UTF-8", "Kamera, mikrofon va karnay topilmadi." },
    { "russian", "ru_RU.UTF-8", "Камера, микрофон и динамик не найдены." },
  };

  g_test_add ("/ui/call-messages/what-has-come-is-no-longer-missing", CallRig, NULL,
              call_rig_set_up_view, test_what_has_come_is_no_longer_missing, call_rig_tear_down);
  g_test_add ("/ui/call-messages/what-is-still-missing-is-not-said-again", CallRig, NULL,
              call_rig_set_up_view, test_what_is_still_missing_is_not_said_again,
              call_rig_tear_down);
  for (gsize i = 0; i < G_N_ELEMENTS (readers); i++) {
    g_autofree char *path = g_strconcat (
        "/ui/call-messages/all-that-is-missing-is-told-in-two-lines/", readers[i].name, NULL);

    g_test_add (path, CallRig, &readers[i], call_rig_set_up_view,
                test_all_that_is_missing_is_told_in_two_lines, call_rig_tear_down);
  }
}

int
main (int argc, char **argv)
{
  return call_rig_run_tests (argc, argv, add_tests);
}
