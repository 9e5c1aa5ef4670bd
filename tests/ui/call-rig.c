/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/call-rig.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Programs of the test. */

static void
die_with_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static GSubprocessLauncher *
new_launcher (GSubprocessFlags flags)
{
  GSubprocessLauncher *launcher = g_subprocess_launcher_new (flags);

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  return launcher;
}

static char *
read_line (int fd)
{
  g_autoptr (GString) line = g_string_new (NULL);
  char c;

  while (read (fd, &c, 1) == 1 && c != '\n')
    g_string_append_c (line, c);
  return g_string_free (g_steal_pointer (&line), FALSE);
}

static GSubprocess *
spawn_and_await (GSubprocessLauncher *launcher, const char *const *argv, const char *text,
                 char **line)
{
  g_autoptr (GError) error = NULL;
  GSubprocess *process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  GDataInputStream *output;

  g_assert_no_error (error);
  /* Kept open with the process: it must be able to go on writing. */
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_object_set_data_full (G_OBJECT (process), "output", output, g_object_unref);
  do {
    g_clear_pointer (line, g_free);
    *line = g_data_input_stream_read_line_utf8 (output, NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_nonnull (*line);
  } while (strstr (*line, text) == NULL);
  return process;
}

/* Full screen is the window manager's doing; where it is not installed that cannot be tested. */
static void
start_window_manager (GSubprocess *display)
{
  g_autoptr (GSubprocessLauncher) launcher =
      new_launcher (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autofree char *program = g_find_program_in_path ("openbox");
  g_autofree char *line = NULL;

  if (program != NULL)
    g_object_set_data_full (
        G_OBJECT (display), "window-manager",
        spawn_and_await (
            launcher,
            (const char *const[]){ program, "--sm-disable", "--startup", "echo ready", NULL },
            "ready", &line),
        g_object_unref);
}

/* To be called before GTK is initialized: DISPLAY leads to the display then. */
GSubprocess *
call_rig_start_display (char **reason)
{
  g_autoptr (GSubprocessLauncher) launcher = new_launcher (G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) display = NULL;
  g_autofree char *number = NULL, *name = NULL;
  int fds[2];

  g_assert_cmpint (pipe (fds), ==, 0);
  g_subprocess_launcher_take_fd (launcher, fds[1], 3);
  display = g_subprocess_launcher_spawn (launcher, &error, "Xvfb", "-displayfd", "3", "-screen",
                                         "0", "1400x1000x24", "-nolisten", "tcp", NULL);
  g_clear_object (&launcher); /* our end of the pipe with it */
  if (display == NULL) {
    *reason = g_strdup (error->message);
    close (fds[0]);
    return NULL;
  }

  number = read_line (fds[0]);
  close (fds[0]);
  name = g_strconcat (":", number, NULL);
  g_setenv ("DISPLAY", name, TRUE);
  g_setenv ("GDK_BACKEND", "x11", TRUE);
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_setenv ("GTK_A11Y", "test", TRUE); /* names can be asked for, and no bus is needed */
  g_setenv ("ADW_DISABLE_PORTAL", "1", TRUE);
  start_window_manager (display);
  return g_steal_pointer (&display);
}

gboolean
call_rig_has_window_manager (GSubprocess *display)
{
  return g_object_get_data (G_OBJECT (display), "window-manager") != NULL;
}

/* Generated; named here, as a linker leaves the resources of a static library out. */
GResource *aloqa_ui_get_resource (void);

/* Does what an application does by itself. ALOQA_TEST_DARK asks for the dark style. */
void
call_rig_init_toolkit (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  adw_init ();
  g_resources_register (aloqa_ui_get_resource ());
  gtk_css_provider_load_from_resource (provider, "/io/github/aloqa/Aloqa/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (),
                                              GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  if (g_getenv ("ALOQA_TEST_DARK") != NULL)
    adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                        ADW_COLOR_SCHEME_FORCE_DARK);
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
start_server (CallRig *rig)
{
  g_autoptr (GSubprocessLauncher) launcher =
      new_launcher (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autofree char *line = NULL;

  rig->server = spawn_and_await (
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
      new_launcher (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE |
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
  rig->contact = spawn_and_await (launcher, (const char *const *) words, text, &line);
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
  end (&rig->contact);
}

/* The session. */

static gboolean
is_true (gpointer user_data)
{
  return *(gboolean *) user_data;
}

static gboolean
is_online (gpointer session)
{
  return aloqa_session_is_online (session);
}

static void
signed_in_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  aloqa_session_sign_in_finish (ALOQA_SESSION (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

static void
closed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  aloqa_session_close_finish (ALOQA_SESSION (source), result);
  *(gboolean *) user_data = TRUE;
}

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
  gboolean is_done = FALSE;

  g_assert_no_error (error);
  rig->session = aloqa_session_new (choice, settings);
  aloqa_session_sign_in_async (rig->session, "ali", "demo", signed_in_cb, &is_done);
  aloqa_test_wait_until (is_true, &is_done);
  aloqa_test_wait_until (is_online, rig->session);
  g_signal_connect_swapped (aloqa_session_get_controller (rig->session), "call-added",
                            G_CALLBACK (call_added_cb), rig);
}

void
call_rig_set_up (CallRig *rig, gconstpointer data)
{
  start_server (rig);
  sign_in (rig);
}

void
call_rig_tear_down (CallRig *rig, gconstpointer data)
{
  gboolean is_done = FALSE;

  if (rig->window != NULL)
    gtk_window_destroy (rig->window);
  g_clear_object (&rig->window);
  g_clear_object (&rig->call);
  aloqa_session_close_async (rig->session, closed_cb, &is_done);
  aloqa_test_wait_until (is_true, &is_done);
  g_assert_finalize_object (rig->session);
  aloqa_test_drain ();
  end (&rig->contact);
  end (&rig->server);
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

/* What the window looks like now; also as a file where ALOQA_TEST_SHOTS names a folder. */
GdkTexture *
call_rig_shoot (CallRig *rig, const char *name)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (GTK_WIDGET (rig->window));
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  const char *folder = g_getenv ("ALOQA_TEST_SHOTS");
  GdkTexture *texture;

  gdk_paintable_snapshot (paintable, snapshot, gtk_widget_get_width (GTK_WIDGET (rig->window)),
                          gtk_widget_get_height (GTK_WIDGET (rig->window)));
  node = gtk_snapshot_to_node (snapshot);
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

/* Whether a label that is shown has @text in it. */
gboolean
call_rig_says (GtkWidget *root, const char *text)
{
  if (!gtk_widget_get_child_visible (root) || !gtk_widget_get_visible (root))
    return FALSE;
  if (GTK_IS_LABEL (root) && strstr (gtk_label_get_text (GTK_LABEL (root)), text) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    if (call_rig_says (child, text))
      return TRUE;
  }
  return FALSE;
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
