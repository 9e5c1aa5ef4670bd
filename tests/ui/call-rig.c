/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/call-rig.h"

#include <string.h>

#include "media/media.h"
#include "session/sign-in-rig.h"
#include "support/media-run.h"
#include "support/support.h"
#include "ui/call-view.h"
#include "ui/display.h"
#include "ui/programs.h"

static void
start_server (CallRig *rig)
{
  g_autoptr (GSubprocessLauncher) launcher =
      programs_new_launcher (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autofree char *line = NULL;

  rig->server = programs_spawn (
      launcher, (const char *const[]){ ALOQA_TEST_SERVER, "--demo", "--port", "0", NULL },
      "listening on", &line);
  rig->url = g_strdup (strstr (line, "http"));
}

/* Somebody else in another program. */
static void
start_person (CallRig *rig, const char *const *command, const char *const *options,
              const char *text)
{
  g_autoptr (GSubprocessLauncher) launcher =
      programs_new_launcher (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE |
                             G_SUBPROCESS_FLAGS_STDIN_PIPE);
  g_autoptr (GStrvBuilder) argv = g_strv_builder_new ();
  g_auto (GStrv) words = NULL;
  g_autofree char *line = NULL;

  g_strv_builder_add_many (argv, ALOQA_TEST_CLI, "--server", rig->url, "--video-source", "clock",
                           "--audio-source", "test", "--audio-sink", "null", NULL);
  g_strv_builder_addv (argv, (const char **) command);
  if (options != NULL)
    g_strv_builder_addv (argv, (const char **) options);
  words = g_strv_builder_end (argv);
  g_subprocess_launcher_setenv (launcher, "ALOQA_PASSWORD", "demo", TRUE);
  rig->contact = programs_spawn (launcher, (const char *const *) words, text, &line);
}

/* "echo", who answers; @options: (nullable): more of aloqa-cli's */
void
call_rig_start_contact (CallRig *rig, const char *const *options)
{
  start_person (rig, (const char *const[]){ "--user", "echo", "answer", NULL }, options, "Online");
}

/* "vali", who calls "ali" */
void
call_rig_start_caller (CallRig *rig, const char *const *options)
{
  start_person (rig, (const char *const[]){ "--user", "vali", "call", "ali", NULL }, options,
                "Online");
}

/* A command to the other program, as a person types it. */
void
call_rig_tell_contact (CallRig *rig, const char *command)
{
  GOutputStream *input = g_subprocess_get_stdin_pipe (rig->contact);
  g_autoptr (GError) error = NULL;

  g_output_stream_printf (input, NULL, NULL, &error, "%s\n", command);
  g_assert_no_error (error);
}

void
call_rig_stop_contact (CallRig *rig)
{
  programs_end (&rig->contact);
}

/* The session. */

static void
call_added_cb (CallRig *rig, AloqaLiveCall *call)
{
  g_set_object (&rig->call, call);
}

static AloqaMediaSettings *
make_settings (void)
{
  AloqaMediaSettings *settings = aloqa_media_settings_new ();
  const struct {
    char **field;
    const char *variable;
    const char *value;
  } rows[] = {
    { &settings->video_source, "ALOQA_TEST_VIDEO", "clock" },
    { &settings->audio_source, "ALOQA_TEST_AUDIO", "test" },
    { &settings->audio_sink, NULL, "null" },
    { &settings->ring_sink, NULL, "null" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    const char *wanted = rows[i].variable != NULL ? g_getenv (rows[i].variable) : NULL;

    g_free (*rows[i].field);
    *rows[i].field = g_strdup (wanted != NULL ? wanted : rows[i].value);
  }
  return settings;
}

static void
sign_in (CallRig *rig)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaServerChoice) choice =
      aloqa_server_choice_new (rig->url, NULL, FALSE, NULL, &error);
  g_autoptr (AloqaMediaSettings) settings = make_settings ();

  g_assert_no_error (error);
  rig->session = aloqa_session_new (choice, settings);
  sign_in_rig_begin (rig->session, "ali");
  g_signal_connect_swapped (aloqa_session_get_controller (rig->session), "call-added",
                            G_CALLBACK (call_added_cb), rig);
}

void
call_rig_set_up (CallRig *rig, gconstpointer data)
{
  start_server (rig);
  sign_in (rig);
}

/* With a view that the window does not show yet. */
void
call_rig_set_up_view (CallRig *rig, gconstpointer data)
{
  call_rig_set_up (rig, data);
  rig->view = aloqa_call_view_new ();
  aloqa_call_view_set_session (ALOQA_CALL_VIEW (rig->view), rig->session);
}

void
call_rig_tear_down (CallRig *rig, gconstpointer data)
{
  if (rig->window != NULL)
    gtk_window_destroy (rig->window);
  g_clear_object (&rig->window);
  g_clear_object (&rig->call);
  sign_in_rig_end (rig->session);
  g_assert_finalize_object (rig->session);
  aloqa_test_drain ();
  programs_end (&rig->contact);
  programs_end (&rig->server);
  g_clear_pointer (&rig->url, g_free);
}

/* Calls. */

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  *(AloqaContact **) user_data =
      aloqa_session_find_contact_finish (ALOQA_SESSION (source), result, &error);
  g_assert_no_error (error);
}

static gboolean
is_set (gpointer user_data)
{
  return *(gpointer *) user_data != NULL;
}

void
call_rig_dial (CallRig *rig, AloqaCallKind kind)
{
  g_autoptr (AloqaContact) contact = NULL;

  aloqa_session_find_contact_async (rig->session, "echo", found_cb, &contact);
  aloqa_test_wait_until (is_set, &contact);
  aloqa_call_controller_dial (aloqa_session_get_controller (rig->session), contact, kind,
                              ALOQA_DIAL_AUTO, 0);
  if (rig->view != NULL)
    aloqa_call_view_set_call (ALOQA_CALL_VIEW (rig->view), rig->call);
}

/* One that comes in. */
void
call_rig_await_call (CallRig *rig)
{
  aloqa_test_wait_until (is_set, &rig->call);
}

typedef struct {
  AloqaLiveCall *call;
  AloqaPhase phase;
} Wanted;

static gboolean
is_in_phase (gpointer user_data)
{
  Wanted *wanted = user_data;

  return aloqa_live_call_get_phase (wanted->call) == wanted->phase;
}

void
call_rig_await_phase (CallRig *rig, AloqaPhase phase)
{
  aloqa_test_wait_until (is_in_phase, &(Wanted){ rig->call, phase });
}

/* The window. */

static gboolean
is_mapped (gpointer widget)
{
  return gtk_widget_get_mapped (widget);
}

/* @child becomes all of the window. */
void
call_rig_show (CallRig *rig, GtkWidget *child, int width_px, int height_px)
{
  if (rig->window == NULL) {
    rig->window = g_object_ref (GTK_WINDOW (adw_window_new ()));
    gtk_window_set_title (rig->window, "Aloqa");
  }
  gtk_window_set_default_size (rig->window, width_px, height_px);
  adw_window_set_content (ADW_WINDOW (rig->window), child);
  gtk_window_present (rig->window);
  aloqa_test_wait_until (is_mapped, child);
}

static gboolean
quit_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

/* Lets it be seen for so long: for figures and pictures, never for a test's result. */
void
call_rig_run (guint duration_ms)
{
  gboolean is_over = FALSE;

  g_timeout_add (duration_ms, quit_cb, &is_over);
  while (!is_over)
    g_main_context_iteration (NULL, TRUE);
}

typedef struct {
  GtkWidget *widget;
  GskRenderNode *node;
} Look;

/* There is nothing to see between a change and the next frame. */
static gboolean
has_look (gpointer user_data)
{
  Look *look = user_data;
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (look->widget);
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();

  gdk_paintable_snapshot (paintable, snapshot, gtk_widget_get_width (look->widget),
                          gtk_widget_get_height (look->widget));
  look->node = gtk_snapshot_to_node (snapshot);
  return look->node != NULL;
}

/* What the window looks like now; also as a file where ALOQA_TEST_SHOTS names a folder. */
GdkTexture *
call_rig_shoot (CallRig *rig, const char *name)
{
  const char *folder = g_getenv ("ALOQA_TEST_SHOTS");
  Look look = { GTK_WIDGET (rig->window), NULL };
  g_autoptr (GskRenderNode) node = NULL;
  GdkTexture *texture;

  aloqa_test_wait_until (has_look, &look);
  node = look.node;
  texture =
      gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (rig->window)), node, NULL);
  if (folder != NULL) {
    g_autofree char *file_name = g_strconcat (name, ".png", NULL);
    g_autofree char *path = g_build_filename (folder, file_name, NULL);

    gdk_texture_save_to_png (texture, path);
  }
  return texture;
}

/* Returns: (transfer none) (nullable): the first of that type, by its name, below @root */
GtkWidget *
call_rig_find (GtkWidget *root, const char *type_name)
{
  if (g_str_equal (G_OBJECT_TYPE_NAME (root), type_name))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = call_rig_find (child, type_name);

    if (found != NULL)
      return found;
  }
  return NULL;
}

/* Returns: (transfer none) (nullable): what is explained so */
GtkWidget *
call_rig_find_tooltip (GtkWidget *root, const char *words)
{
  GtkWidget *found = g_strcmp0 (gtk_widget_get_tooltip_text (root), words) == 0 ? root : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = call_rig_find_tooltip (child, words);
  return found;
}

static gboolean
is_shown (GtkWidget *widget)
{
  return gtk_widget_get_child_visible (widget) && gtk_widget_get_visible (widget);
}

/* Returns: (transfer none) (nullable): a label that is shown and has @text in it */
GtkLabel *
call_rig_find_words (GtkWidget *root, const char *text)
{
  if (!is_shown (root))
    return NULL;
  if (GTK_IS_LABEL (root) && strstr (gtk_label_get_text (GTK_LABEL (root)), text) != NULL)
    return GTK_LABEL (root);
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkLabel *found = call_rig_find_words (child, text);

    if (found != NULL)
      return found;
  }
  return NULL;
}

gboolean
call_rig_says (GtkWidget *root, const char *text)
{
  return call_rig_find_words (root, text) != NULL;
}

/* Returns: (transfer none) (nullable): a button that is shown and has @text on it */
GtkWidget *
call_rig_find_button (GtkWidget *root, const char *text)
{
  GtkWidget *found = NULL;

  if (!is_shown (root))
    return NULL;
  if (GTK_IS_BUTTON (root))
    return call_rig_says (root, text) ? root : NULL;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = call_rig_find_button (child, text);
  return found;
}

typedef struct {
  GtkWidget *root;
  const char *text;
} Words;

static gboolean
is_said (gpointer user_data)
{
  Words *words = user_data;

  return call_rig_says (words->root, words->text);
}

void
call_rig_await_words (GtkWidget *root, const char *text)
{
  aloqa_test_wait_until (is_said, &(Words){ root, text });
}

static gboolean
is_unsaid (gpointer words)
{
  return !is_said (words);
}

void
call_rig_await_no_words (GtkWidget *root, const char *text)
{
  aloqa_test_wait_until (is_unsaid, &(Words){ root, text });
}

/**
 * call_rig_run_tests:
 * @add_tests: with the display of their own that they have
 *
 * Returns: the program's exit status
 */
int
call_rig_run_tests (int argc, char **argv, void (*add_tests) (GSubprocess *display))
{
  g_autofree char *reason = NULL;
  g_autoptr (GSubprocess) display = display_start (&reason);
  g_autoptr (GError) error = NULL;
  int status;

  aloqa_test_init (&argc, &argv);
  if (display == NULL) {
    g_print ("1..0 # SKIP no display: %s\n", reason);
    return 0;
  }
  aloqa_media_init (&error);
  g_assert_no_error (error);
  display_init_toolkit ();
  add_tests (display);
  status = aloqa_test_run_media ();
  g_subprocess_force_exit (display);
  return status;
}
