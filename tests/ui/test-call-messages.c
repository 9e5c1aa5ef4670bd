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
  call_rig_await_words (rig->view, reader->words);
  aloqa_test_wait_until (has_at_most_two_lines, call_rig_find_words (rig->view, reader->words));
  g_assert_cmpstr (gtk_label_get_text (call_rig_find_words (rig->view, reader->words)), ==,
                   reader->words);
  g_object_unref (call_rig_shoot (rig, reader->name));
}

static void
add_tests (GSubprocess *display)
{
  static const Reader readers[] = {
    { "english", "en_US.UTF-8", "No camera, microphone or speaker was found." },
    { "uzbek", "uz_UZ.UTF-8", "Kamera, mikrofon va karnay topilmadi." },
    { "russian", "ru_RU.UTF-8", "Камера, микрофон и динамик не найдены." },
  };

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
