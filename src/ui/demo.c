/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/demo.h"

#include <glib/gi18n.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

#include "ui/installation.h"

/* Both start in well under a second; a machine that is swapping may take longer. */
#define START_LIMIT_MS 20000

typedef enum { SERVER, CONTACT, N_CHILDREN } Child;

static const struct {
  const char *program;
  const char *mark; /* the beginning of the line that says that it is ready */
} children[N_CHILDREN] = {
  [SERVER] = { "aloqa-server", "listening on " },
  [CONTACT] = { "aloqa-cli", "Online" },
};

struct _AloqaDemo {
  GObject parent_instance;

  GSubprocess *processes[N_CHILDREN];
  GCancellable *cancellable; /* of reading what they say */
  char *url;
  GTask *task; /* of starting, or NULL */
  guint limit_timer;
};

/* One child's standard output, read for as long as it lives, or its pipe would fill up. */
typedef struct {
  AloqaDemo *demo; /* a reference */
  Child child;
  GDataInputStream *lines;
} Reader;

G_DEFINE_FINAL_TYPE (AloqaDemo, aloqa_demo, G_TYPE_OBJECT)

static void
free_reader (Reader *reader)
{
  g_object_unref (reader->demo);
  g_object_unref (reader->lines);
  g_free (reader);
}

/* Whoever reads holds the demo no more. */
static void
end_processes (AloqaDemo *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->limit_timer, g_source_remove);
  for (Child child = 0; child < N_CHILDREN; child++) {
    if (self->processes[child] != NULL)
      g_subprocess_send_signal (self->processes[child], SIGTERM);
    g_clear_object (&self->processes[child]);
  }
}

static void
fail (AloqaDemo *self, const char *program)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  if (task == NULL)
    return;
  end_processes (self);
  g_task_return_new_error (
      task, G_IO_ERROR, G_IO_ERROR_FAILED,
      /* Translators: %s is the name of a program */
      _ ("%s could not be started. Install Aloqa again, with all its programs."), program);
}

static void
limit_cb (gpointer user_data)
{
  AloqaDemo *self = user_data;

  self->limit_timer = 0;
  fail (self, children[self->url == NULL ? SERVER : CONTACT].program);
}

/* When this program dies of whatever, the child must not stay. Runs between fork and exec. */
static void
die_with_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static void start_contact (AloqaDemo *self);

static void
take_line (AloqaDemo *self, Child child, const char *line)
{
  if (self->task == NULL || !g_str_has_prefix (line, children[child].mark))
    return;

  if (child == SERVER && self->url == NULL) {
    self->url = g_strdup (line + strlen (children[SERVER].mark));
    start_contact (self);
  } else if (child == CONTACT) {
    g_autoptr (GTask) task = g_steal_pointer (&self->task);

    g_clear_handle_id (&self->limit_timer, g_source_remove);
    g_task_return_pointer (task, g_strdup (self->url), g_free);
  }
}

static void
line_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Reader *reader = user_data;
  g_autofree char *line = g_data_input_stream_read_line_finish (reader->lines, result, NULL, NULL);

  if (line == NULL) {
    fail (reader->demo, children[reader->child].program);
    free_reader (reader);
    return;
  }
  take_line (reader->demo, reader->child, line);
  g_data_input_stream_read_line_async (reader->lines, G_PRIORITY_DEFAULT, reader->demo->cancellable,
                                       line_cb, reader);
}

static void
start_child (AloqaDemo *self, Child child, const char *const *arguments)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autofree char *program = aloqa_installation_find_program (children[child].program);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) argv = NULL;
  g_autoptr (GError) error = NULL;
  Reader *reader;

  g_strv_builder_add (builder, program != NULL ? program : children[child].program);
  g_strv_builder_addv (builder, (const char **) arguments);
  argv = g_strv_builder_end (builder);
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  g_subprocess_launcher_setenv (launcher, "ALOQA_PASSWORD", ALOQA_DEMO_PASSWORD, TRUE);
  g_subprocess_launcher_setenv (launcher, "LC_ALL", "C.UTF-8", TRUE);
  self->processes[child] =
      g_subprocess_launcher_spawnv (launcher, (const char *const *) argv, &error);
  if (self->processes[child] == NULL) {
    g_warning ("%s", error->message);
    fail (self, children[child].program);
    return;
  }

  reader = g_new0 (Reader, 1);
  reader->demo = g_object_ref (self);
  reader->child = child;
  reader->lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->processes[child]));
  g_data_input_stream_read_line_async (reader->lines, G_PRIORITY_DEFAULT, self->cancellable,
                                       line_cb, reader);
}

static void
start_contact (AloqaDemo *self)
{
  const char *arguments[] = { "--server", self->url, "--user",         "echo",  "answer", "--echo",
                              "--delay",  "1500",    "--video-source", "clock", NULL };

  start_child (self, CONTACT, arguments);
}

static void
aloqa_demo_dispose (GObject *object)
{
  end_processes (ALOQA_DEMO (object));

  G_OBJECT_CLASS (aloqa_demo_parent_class)->dispose (object);
}

static void
aloqa_demo_finalize (GObject *object)
{
  AloqaDemo *self = ALOQA_DEMO (object);

  g_object_unref (self->cancellable);
  g_free (self->url);

  G_OBJECT_CLASS (aloqa_demo_parent_class)->finalize (object);
}

static void
aloqa_demo_class_init (AloqaDemoClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aloqa_demo_dispose;
  G_OBJECT_CLASS (klass)->finalize = aloqa_demo_finalize;
}

static void
aloqa_demo_init (AloqaDemo *self)
{
  self->cancellable = g_cancellable_new ();
}

AloqaDemo *
aloqa_demo_new (void)
{
  return g_object_new (ALOQA_TYPE_DEMO, NULL);
}

/* To be called once, and followed by aloqa_demo_stop(). */
void
aloqa_demo_start_async (AloqaDemo *self, GAsyncReadyCallback callback, gpointer user_data)
{
  static const char *const arguments[] = { "--demo", "--port", "0", "--die-with-parent", NULL };

  self->task = g_task_new (self, NULL, callback, user_data);
  self->limit_timer = g_timeout_add_once (START_LIMIT_MS, limit_cb, self);
  start_child (self, SERVER, arguments);
}

/* Returns: (transfer full) (nullable): the server's address; %NULL with %G_IO_ERROR_CANCELLED where it
 * was stopped before */
char *
aloqa_demo_start_finish (AloqaDemo *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Ends both processes; also what is still starting. */
void
aloqa_demo_stop (AloqaDemo *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  end_processes (self);
  if (task != NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "The demo was stopped");
}
