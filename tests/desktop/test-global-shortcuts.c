/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desktop/global-shortcuts.h"

#include "fakes/fake-clock.h"
#include "support/support.h"
#include "support/test-bus.h"

#include <glib/gstdio.h>
#include <string.h>

#define PORTAL "/usr/libexec/xdg-desktop-portal"
#define PORTAL_NAME "org.freedesktop.portal.Desktop"
#define BACKEND_NAME "org.freedesktop.impl.portal.desktop.fake"

/* The real portal with a backend that does what it is told, on a bus of the test's own. */
typedef struct {
  char *folder;
  char *answer_path; /* what the person does next, for the backend to read */
  char *backend_path;
  char *log_path; /* what the backend was asked */
  GTestDBus *test_bus;
  GDBusConnection *bus;
  GSubprocess *backend;
  GSubprocess *portal;

  AloqaClock *clock;
  AloqaGlobalShortcuts *shortcuts;
  GError *error;
  gboolean is_over;
  GString *story; /* what was heard of the keys */
} Fixture;

static const AloqaGlobalShortcut wishes[] = {
  { "mute", "Microphone on and off", "CTRL+ALT+m" },
  { "talk", "Speak while it is held", "CTRL+ALT+space" },
};

static gboolean
has_backend (gpointer user_data)
{
  return aloqa_test_bus_has_owner (((Fixture *) user_data)->bus, BACKEND_NAME);
}

static gboolean
has_portal (gpointer user_data)
{
  return aloqa_test_bus_has_owner (((Fixture *) user_data)->bus, PORTAL_NAME);
}

static gboolean
has_no_portal (gpointer user_data)
{
  return !aloqa_test_bus_has_owner (((Fixture *) user_data)->bus, PORTAL_NAME);
}

static gboolean
is_over (gpointer user_data)
{
  return ((Fixture *) user_data)->is_over;
}

static GSubprocess *
spawn (Fixture *self, const char *log_path, const char *const *argv)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  g_subprocess_launcher_set_stdout_file_path (launcher, log_path);
  g_subprocess_launcher_setenv (launcher, "HOME", self->folder, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_RUNTIME_DIR", self->folder, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_DATA_HOME", self->folder, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_CURRENT_DESKTOP", "fake", TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_DESKTOP_PORTAL_DIR", self->folder, TRUE);
  g_subprocess_launcher_setenv (launcher, "FAKE_PORTAL_ANSWER", self->answer_path, TRUE);
  process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  return process;
}

static void
end (GSubprocess **process)
{
  if (*process == NULL)
    return;
  g_subprocess_send_signal (*process, SIGTERM);
  g_subprocess_wait (*process, NULL, NULL);
  g_clear_object (process);
}

static void
set_answer (Fixture *self, const char *answer)
{
  g_assert_true (g_file_set_contents (self->answer_path, answer, -1, NULL));
}

/* Where there is one, it takes its place. */
static void
start_portal (Fixture *self)
{
  GSubprocess *before = g_steal_pointer (&self->portal);

  self->portal = spawn (self, "/dev/null", (const char *const[]){ PORTAL, "--replace", NULL });
  if (before != NULL)
    g_subprocess_wait (before, NULL, NULL);
  g_clear_object (&before);
  aloqa_test_wait_until (has_portal, self);
}

/* @interface: what the backend is said to have */
static void
set_up (Fixture *self, gconstpointer interface)
{
  g_autofree char *text =
      g_strdup_printf ("[portal]\nDBusName=" BACKEND_NAME
                       "\nInterfaces=org.freedesktop.impl.portal.%s;\nUseIn=fake\n",
                       (const char *) interface);

  self->folder = g_dir_make_tmp ("aloqa-test-XXXXXX", NULL);
  self->answer_path = g_build_filename (self->folder, "answer", NULL);
  self->backend_path = g_build_filename (self->folder, "fake.portal", NULL);
  self->log_path = g_build_filename (self->folder, "log", NULL);
  g_assert_true (g_file_set_contents (self->backend_path, text, -1, NULL));
  set_answer (self, "ok");
  self->story = g_string_new (NULL);
  self->clock = aloqa_fake_clock_new ();
  self->test_bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (self->test_bus);
  self->bus = aloqa_test_bus_connect (self->test_bus);
  self->backend = spawn (self, self->log_path,
                         (const char *const[]){ "/usr/bin/python3", ALOQA_TEST_FAKE_PORTAL, NULL });
  aloqa_test_wait_until (has_backend, self);
  start_portal (self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  if (self->shortcuts != NULL)
    g_assert_finalize_object (self->shortcuts);
  g_assert_finalize_object (self->clock);
  end (&self->portal);
  end (&self->backend);
  aloqa_test_bus_disconnect (&self->bus);
  aloqa_test_drain ();
  g_test_dbus_down (self->test_bus);
  g_object_unref (self->test_bus);
  g_clear_error (&self->error);
  g_string_free (self->story, TRUE);
  g_unlink (self->answer_path);
  g_unlink (self->backend_path);
  g_unlink (self->log_path);
  g_rmdir (self->folder);
  g_free (self->answer_path);
  g_free (self->backend_path);
  g_free (self->log_path);
  g_free (self->folder);
}

static void
activated_cb (Fixture *self, const char *id)
{
  g_string_append_printf (self->story, "+%s ", id);
}

static void
deactivated_cb (Fixture *self, const char *id)
{
  g_string_append_printf (self->story, "-%s ", id);
}

static void
closed_cb (Fixture *self)
{
  g_string_append (self->story, "closed ");
}

static void
bound_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *self = user_data;

  self->shortcuts = aloqa_global_shortcuts_bind_finish (result, &self->error);
  self->is_over = TRUE;
  if (self->shortcuts == NULL)
    return;
  g_signal_connect_swapped (self->shortcuts, "activated", G_CALLBACK (activated_cb), self);
  g_signal_connect_swapped (self->shortcuts, "deactivated", G_CALLBACK (deactivated_cb), self);
  g_signal_connect_swapped (self->shortcuts, "closed", G_CALLBACK (closed_cb), self);
}

static void
begin (Fixture *self, GCancellable *cancellable)
{
  self->is_over = FALSE;
  g_clear_error (&self->error);
  aloqa_global_shortcuts_bind_async (self->bus, self->clock, wishes, G_N_ELEMENTS (wishes), "",
                                     cancellable, bound_cb, self);
}

static void
bind (Fixture *self)
{
  begin (self, NULL);
  aloqa_test_wait_until (is_over, self);
  /* What was asked goes with its task. */
  aloqa_test_drain ();
}

/* What happens at the desktop. */
static void
control (Fixture *self, const char *method, const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_sync (self->bus, BACKEND_NAME, "/control", "org.aloqa.Control", method,
                                   id != NULL ? g_variant_new ("(s)", id) : NULL, NULL,
                                   G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);

  g_assert_no_error (error);
}

typedef struct {
  Fixture *fixture;
  const char *story;
} Expectation;

static gboolean
is_told (gpointer user_data)
{
  Expectation *expectation = user_data;

  return strlen (expectation->fixture->story->str) >= strlen (expectation->story);
}

static void
await_story (Fixture *self, const char *story)
{
  Expectation expectation = { self, story };

  aloqa_test_wait_until (is_told, &expectation);
  g_assert_cmpstr (self->story->str, ==, story);
}

/* The desktop was asked for each of them, in words for the person. */
static void
assert_asked (Fixture *self)
{
  g_autofree char *log = NULL;

  g_assert_true (g_file_get_contents (self->log_path, &log, NULL, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (wishes); i++) {
    g_assert_nonnull (strstr (log, wishes[i].id));
    g_assert_nonnull (strstr (log, wishes[i].description));
    g_assert_nonnull (strstr (log, wishes[i].trigger));
  }
}

static void
test_keys_are_heard_as_they_are_pressed_and_let_go (Fixture *self, gconstpointer data)
{
  bind (self);
  g_assert_no_error (self->error);
  g_assert_nonnull (self->shortcuts);
  assert_asked (self);

  control (self, "Press", "talk");
  control (self, "Release", "talk");
  control (self, "Press", "nobody-asked-for-this");
  control (self, "Release", "mute");
  control (self, "Press", "mute");
  await_story (self, "+talk -talk +mute ");
}

static void
press_after_ms (Fixture *self, gint64 duration_ms)
{
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (self->clock), duration_ms);
  control (self, "Press", "talk");
  /* The portal has passed it on before it answers this. */
  control (self, "Press", "mute");
  control (self, "Release", "mute");
}

static void
test_a_key_that_repeats_is_pressed_once (Fixture *self, gconstpointer data)
{
  bind (self);
  control (self, "Press", "talk");
  await_story (self, "+talk ");
  press_after_ms (self, 660);
  await_story (self, "+talk +mute -mute ");
  press_after_ms (self, 40);
  await_story (self, "+talk +mute -mute +mute -mute ");
  /* However late, where the desktop has told of a key that it was let go. */
  press_after_ms (self, 2000);
  await_story (self, "+talk +mute -mute +mute -mute +mute -mute ");
  control (self, "Release", "talk");
  press_after_ms (self, 40);
  await_story (self, "+talk +mute -mute +mute -mute +mute -mute -talk +talk +mute -mute ");
}

static void
test_a_key_whose_release_is_never_told_is_pressed_each_time (Fixture *self, gconstpointer data)
{
  bind (self);
  control (self, "Press", "talk");
  await_story (self, "+talk ");
  aloqa_fake_clock_advance_ms (ALOQA_FAKE_CLOCK (self->clock), 1000);
  control (self, "Press", "talk");
  await_story (self, "+talk +talk ");
  control (self, "CloseAll", NULL);
  await_story (self, "+talk +talk -talk closed ");
}

static void
test_another_session_is_not_heard (Fixture *self, gconstpointer data)
{
  g_autoptr (AloqaGlobalShortcuts) first = NULL;

  bind (self);
  first = g_steal_pointer (&self->shortcuts);
  g_signal_handlers_disconnect_by_data (first, self);
  bind (self);
  /* Each of the two sessions is told of the key. */
  control (self, "Press", "mute");
  control (self, "Release", "mute");
  control (self, "Press", "talk");
  await_story (self, "+mute -mute +talk ");
}

static void
test_keys_that_are_held_are_let_go_when_the_desktop_takes_them (Fixture *self, gconstpointer data)
{
  bind (self);
  control (self, "Press", "talk");
  control (self, "CloseAll", NULL);
  await_story (self, "+talk -talk closed ");
}

static guint
count_questions (Fixture *self)
{
  g_autofree char *log = NULL;
  guint n = 0;

  g_assert_true (g_file_get_contents (self->log_path, &log, NULL, NULL));
  for (const char *p = log; (p = strstr (p, "BindShortcuts")) != NULL; p++)
    n++;
  return n;
}

static gboolean
was_asked_twice (gpointer user_data)
{
  return count_questions (user_data) == 2;
}

static gboolean
was_asked_thrice (gpointer user_data)
{
  return count_questions (user_data) == 3;
}

static void
test_keys_come_back_with_the_portal (Fixture *self, gconstpointer data)
{
  bind (self);
  control (self, "Press", "talk");
  await_story (self, "+talk ");
  end (&self->portal);
  await_story (self, "+talk -talk ");

  start_portal (self);
  aloqa_test_wait_until (was_asked_twice, self);
  control (self, "Press", "talk");
  await_story (self, "+talk -talk +talk ");

  /* Another takes its place, and it has never been away. */
  start_portal (self);
  await_story (self, "+talk -talk +talk -talk ");
  aloqa_test_wait_until (was_asked_thrice, self);
  control (self, "Press", "mute");
  await_story (self, "+talk -talk +talk -talk +mute ");
  aloqa_test_drain ();
}

static void
test_who_says_no_to_a_portal_that_came_back_has_them_no_more (Fixture *self, gconstpointer data)
{
  bind (self);
  end (&self->portal);
  set_answer (self, "cancel");
  start_portal (self);
  await_story (self, "closed ");
  aloqa_test_drain ();
}

static void
test_keys_that_were_given_back_are_not_heard (Fixture *self, gconstpointer data)
{
  bind (self);
  control (self, "Press", "talk");
  await_story (self, "+talk ");
  aloqa_global_shortcuts_close (self->shortcuts);
  aloqa_global_shortcuts_close (self->shortcuts);
  control (self, "Release", "talk");
  end (&self->portal);
  aloqa_test_wait_until (has_no_portal, self);
  start_portal (self);
  g_assert_finalize_object (g_steal_pointer (&self->shortcuts));
  bind (self);
  g_assert_cmpuint (count_questions (self), ==, 2);
  g_assert_cmpstr (self->story->str, ==, "+talk ");
}

static void
test_refusals_are_told_apart (Fixture *self, gconstpointer data)
{
  set_answer (self, "cancel");
  bind (self);
  g_assert_error (self->error, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_DECLINED);

  set_answer (self, "fail");
  bind (self);
  g_assert_error (self->error, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_FAILED);

  end (&self->portal);
  aloqa_test_wait_until (has_no_portal, self);
  bind (self);
  g_assert_error (self->error, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_NOT_INSTALLED);
  g_assert_null (self->shortcuts);
}

static void
test_a_question_can_be_taken_back (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  set_answer (self, "hang");
  begin (self, cancellable);
  g_cancellable_cancel (cancellable);
  aloqa_test_wait_until (is_over, self);
  g_assert_error (self->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (self->shortcuts);
}

static void
test_a_desktop_without_global_shortcuts_says_so (Fixture *self, gconstpointer data)
{
  bind (self);
  g_assert_error (self->error, ALOQA_PORTAL_ERROR, ALOQA_PORTAL_ERROR_NO_BACKEND);
  g_assert_null (self->shortcuts);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/desktop/global-shortcuts/" name, Fixture, "GlobalShortcuts", set_up, func,         \
              tear_down)

int
main (int argc, char **argv)
{
  g_autofree char *daemon = g_find_program_in_path ("dbus-daemon");

  if (daemon == NULL || !g_file_test (PORTAL, G_FILE_TEST_IS_EXECUTABLE)) {
    g_printerr ("dbus-daemon or xdg-desktop-portal is not installed\n");
    return 77;
  }

  aloqa_test_init (&argc, &argv);
  ADD ("keys-are-heard-as-they-are-pressed-and-let-go",
       test_keys_are_heard_as_they_are_pressed_and_let_go);
  ADD ("a-key-that-repeats-is-pressed-once", test_a_key_that_repeats_is_pressed_once);
  ADD ("a-key-whose-release-is-never-told-is-pressed-each-time",
       test_a_key_whose_release_is_never_told_is_pressed_each_time);
  ADD ("another-session-is-not-heard", test_another_session_is_not_heard);
  ADD ("keys-that-are-held-are-let-go-when-the-desktop-takes-them",
       test_keys_that_are_held_are_let_go_when_the_desktop_takes_them);
  ADD ("keys-come-back-with-the-portal", test_keys_come_back_with_the_portal);
  ADD ("who-says-no-to-a-portal-that-came-back-has-them-no-more",
       test_who_says_no_to_a_portal_that_came_back_has_them_no_more);
  ADD ("keys-that-were-given-back-are-not-heard", test_keys_that_were_given_back_are_not_heard);
  ADD ("refusals-are-told-apart", test_refusals_are_told_apart);
  ADD ("a-question-can-be-taken-back", test_a_question_can_be_taken_back);
  g_test_add ("/desktop/global-shortcuts/a-desktop-without-global-shortcuts-says-so", Fixture,
              "ScreenCast", set_up, test_a_desktop_without_global_shortcuts_says_so, tear_down);
  return g_test_run ();
}
