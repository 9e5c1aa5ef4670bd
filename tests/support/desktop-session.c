/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/desktop-session.h"

#include "support/support.h"

#include <errno.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <sys/prctl.h>

struct _AloqaTestSession {
  char *folder;
  GPtrArray *processes;    /* of GSubprocess, in the order of their start */
  GSubprocess *daemons[3]; /* among them: PipeWire's */
};

/* As hardware has them: WirePlumber 0.5 would take a speaker's monitor for the default microphone. */
#define SPEAKER_PRIORITY "priority.session=1000"
#define MICROPHONE_PRIORITY "priority.session=2000"
/* WirePlumber 0.4.13 crashes where it comes to suspend a node that was unplugged since it fell idle. */
#define NO_SUSPENSION "session.suspend-timeout-seconds=0"
/* As a loop, the sink behind a microphone is not listed. */
#define NO_PLACE_TO_LISTEN "node.link-group=loopback"

static const char *const daemons[] = { "dbus-daemon",    "pipewire",    "wireplumber",
                                       "pipewire-pulse", "pw-cli",      "pw-dump",
                                       "pw-link",        "pw-loopback", "pw-metadata" };

/* In the child, before exec: it must not outlive a test that crashed. */
static void
die_with_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static void
set_folder (AloqaTestSession *self, const char *variable, const char *name)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);

  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  g_setenv (variable, path, TRUE);
}

static void
forget_desktop (void)
{
  static const char *const variables[] = { "DISPLAY",         "WAYLAND_DISPLAY",
                                           "PULSE_SERVER",    "PULSE_RUNTIME_PATH",
                                           "PIPEWIRE_REMOTE", "PIPEWIRE_RUNTIME_DIR" };

  for (gsize i = 0; i < G_N_ELEMENTS (variables); i++)
    g_unsetenv (variables[i]);
}

static gboolean
file_exists (gpointer path)
{
  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
wait_for_socket (AloqaTestSession *self, const char *name)
{
  g_autofree char *path = g_build_filename (self->folder, "run", name, NULL);

  aloqa_test_wait_until (file_exists, path);
}

static gboolean
has_session_manager (gpointer user_data)
{
  const char *const argv[] = { "pw-cli", "ls", "Client", NULL };
  g_autofree char *clients = aloqa_test_session_ask (user_data, argv);

  return strstr (clients, "WirePlumber [export]") != NULL ||
         strstr (clients, "WirePlumber") != NULL;
}

/* Returns: (transfer full) (nullable): why it cannot be run here */
static char *
find_obstacle (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (daemons); i++) {
    g_autofree char *path = g_find_program_in_path (daemons[i]);

    if (path == NULL)
      return g_strdup_printf ("%s is not installed", daemons[i]);
  }

  return NULL;
}

/* The machine's own devices stay out, in the words of WirePlumber 0.4 and of 0.5. */
static const struct {
  const char *folder, *file, *text;
} configs[] = {
  { "main.lua.d", "51-no-hardware.lua",
    "alsa_monitor.enabled = false\nv4l2_monitor.enabled = false\n"
    "libcamera_monitor.enabled = false\n" },
  { "bluetooth.lua.d", "51-no-hardware.lua", "bluez_monitor.enabled = false\n" },
  { "wireplumber.conf.d", "51-no-hardware.conf",
    "wireplumber.profiles = { main = { monitor.alsa = disabled, monitor.v4l2 = disabled, "
    "monitor.libcamera = disabled, monitor.bluez = disabled } }\n" },
};

static void
write_configs (AloqaTestSession *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (configs); i++) {
    g_autofree char *folder =
        g_build_filename (self->folder, "config", "wireplumber", configs[i].folder, NULL);
    g_autofree char *path = g_build_filename (folder, configs[i].file, NULL);

    g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
    g_assert_true (g_file_set_contents (path, configs[i].text, -1, NULL));
  }
}

static void
start_bus (AloqaTestSession *self)
{
  g_autofree char *bus = g_strdup_printf ("unix:path=%s/run/bus", self->folder);
  g_autofree char *address = g_strconcat ("--address=", bus, NULL);

  aloqa_test_session_spawn (self, (const char *const[]){ "dbus-daemon", "--session", "--nofork",
                                                         "--nopidfile", address, NULL });
  wait_for_socket (self, "bus");
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", bus, TRUE);
}

/**
 * aloqa_test_session_start:
 * @reason: (out): why it cannot be had here
 *
 * To be called before anything connects to a daemon: changes the environment of the program.
 *
 * Returns: (transfer full) (nullable): the session
 */
AloqaTestSession *
aloqa_test_session_start (char **reason)
{
  AloqaTestSession *self;

  *reason = find_obstacle ();
  if (*reason != NULL)
    return NULL;

  self = g_new0 (AloqaTestSession, 1);
  self->processes = g_ptr_array_new_with_free_func (g_object_unref);
  self->folder = g_dir_make_tmp ("aloqa-session-XXXXXX", NULL);
  forget_desktop ();
  set_folder (self, "XDG_RUNTIME_DIR", "run");
  set_folder (self, "HOME", "home");
  set_folder (self, "XDG_CONFIG_HOME", "config");
  set_folder (self, "XDG_STATE_HOME", "state");
  write_configs (self);
  start_bus (self);
  aloqa_test_session_start_daemons (self);

  return self;
}

/* PipeWire, its session manager and its Pulse server; the devices that were added are gone. */
void
aloqa_test_session_start_daemons (AloqaTestSession *self)
{
  self->daemons[0] = aloqa_test_session_spawn (self, (const char *const[]){ "pipewire", NULL });
  wait_for_socket (self, "pipewire-0");
  self->daemons[1] = aloqa_test_session_spawn (self, (const char *const[]){ "wireplumber", NULL });
  self->daemons[2] =
      aloqa_test_session_spawn (self, (const char *const[]){ "pipewire-pulse", NULL });
  wait_for_socket (self, "pulse/native");
  aloqa_test_wait_until (has_session_manager, self);
}

/* As if they had crashed all at once. */
void
aloqa_test_session_stop_daemons (AloqaTestSession *self)
{
  g_autofree char *pipewire = g_build_filename (self->folder, "run", "pipewire-0", NULL);
  g_autofree char *pulse = g_build_filename (self->folder, "run", "pulse", "native", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (self->daemons); i++)
    g_subprocess_force_exit (self->daemons[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (self->daemons); i++)
    aloqa_test_session_end (self, self->daemons[i]);
  g_remove (pipewire);
  g_remove (pulse);
}

static int
remove_entry (const char *path, const struct stat *info, int type, struct FTW *ftw)
{
  return g_remove (path);
}

void
aloqa_test_session_stop (AloqaTestSession *self)
{
  while (self->processes->len > 0)
    aloqa_test_session_end (self, self->processes->pdata[self->processes->len - 1]);
  nftw (self->folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
  g_ptr_array_unref (self->processes);
  g_free (self->folder);
  g_free (self);
}

/**
 * aloqa_test_session_spawn:
 *
 * Returns: (transfer none): a process inside the session, ended with it
 */
GSubprocess *
aloqa_test_session_spawn (AloqaTestSession *self, const char *const *argv)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE |
                                 (g_test_verbose () ? 0 : G_SUBPROCESS_FLAGS_STDERR_SILENCE));
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  g_ptr_array_add (self->processes, process);

  return process;
}

/* Ends a process that was spawned, and waits for it. */
void
aloqa_test_session_end (AloqaTestSession *self, GSubprocess *process)
{
  g_subprocess_send_signal (process, SIGTERM);
  g_subprocess_wait (process, NULL, NULL);
  g_ptr_array_remove (self->processes, process);
}

/**
 * aloqa_test_session_ask:
 *
 * Returns: (transfer full): what a short-lived program says
 */
char *
aloqa_test_session_ask (AloqaTestSession *self, const char *const *argv)
{
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  char *output = NULL;

  process = g_subprocess_newv (
      argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, &error);
  g_assert_no_error (error);

  return output;
}

/* Returns: (transfer full): the graph; pw-dump says something else where that changes under it */
static JsonParser *
dump_graph (AloqaTestSession *self)
{
  for (guint n_tries = 0; n_tries < 50; n_tries++) {
    const char *const argv[] = { "pw-dump", NULL };
    g_autofree char *text = aloqa_test_session_ask (self, argv);
    g_autoptr (JsonParser) parser = json_parser_new ();

    if (json_parser_load_from_data (parser, text, -1, NULL) &&
        JSON_NODE_HOLDS_ARRAY (json_parser_get_root (parser)))
      return g_steal_pointer (&parser);
  }

  g_error ("pw-dump gives nothing that can be read");
}

/* Calls @func for each object of the graph of one type. */
static void
each_object (AloqaTestSession *self, const char *type,
             void (*func) (JsonObject *object, JsonObject *info, gpointer user_data),
             gpointer user_data)
{
  g_autoptr (JsonParser) parser = dump_graph (self);
  JsonArray *objects = json_node_get_array (json_parser_get_root (parser));

  for (guint i = 0; i < json_array_get_length (objects); i++) {
    JsonObject *object = json_array_get_object_element (objects, i);
    JsonNode *info = json_object_get_member (object, "info");

    if (g_str_equal (json_object_get_string_member_with_default (object, "type", ""), type) &&
        info != NULL && JSON_NODE_HOLDS_OBJECT (info))
      func (object, json_node_get_object (info), user_data);
  }
}

typedef struct {
  AloqaTestSession *session;
  const char *name;
  gint64 id;     /* -1: no such node */
  guint n_links; /* out of that node */
} Search;

static void
match_node (JsonObject *object, JsonObject *info, gpointer user_data)
{
  Search *search = user_data;
  JsonObject *props = json_object_get_object_member (info, "props");

  if (props != NULL &&
      g_str_equal (json_object_get_string_member_with_default (props, "node.name", ""),
                   search->name))
    search->id = json_object_get_int_member (object, "id");
}

static void
count_link (JsonObject *object, JsonObject *info, gpointer user_data)
{
  Search *search = user_data;

  search->n_links +=
      json_object_get_int_member_with_default (info, "output-node-id", -2) == search->id;
}

static gboolean
find_node (gpointer user_data)
{
  Search *search = user_data;

  search->id = -1;
  each_object (search->session, "PipeWire:Interface:Node", match_node, search);
  return search->id >= 0;
}

/**
 * aloqa_test_session_count_links:
 *
 * Returns: how many links lead out of the node; one that changes its state may be missed
 */
guint
aloqa_test_session_count_links (AloqaTestSession *self, const char *name)
{
  Search search = { .session = self, .name = name };

  if (find_node (&search))
    each_object (self, "PipeWire:Interface:Link", count_link, &search);
  return search.n_links;
}

static void
wait_for_node (AloqaTestSession *self, const char *name)
{
  Search search = { .session = self, .name = name };

  aloqa_test_wait_until (find_node, &search);
}

/* A node of the daemon's that is its own driver: with one of another process PipeWire 0.3.65 lets
 * whatever just runs drive it, be it a camera with its 15 rounds a second. */
static void
add_node (AloqaTestSession *self, const char *name, const char *description, const char *more)
{
  g_autofree char *props =
      g_strdup_printf ("{ factory.name=support.null-audio-sink node.name=%s "
                       "node.description=\"%s\" object.linger=true " NO_SUSPENSION " %s }",
                       name, description, more);
  g_autofree char *output = aloqa_test_session_ask (
      self, (const char *const[]){ "pw-cli", "create-node", "adapter", props, NULL });

  wait_for_node (self, name);
}

/**
 * aloqa_test_session_add_speaker:
 *
 * A sink that swallows what is played; the microphone "@name.monitor" hears it.
 */
void
aloqa_test_session_add_speaker (AloqaTestSession *self, const char *name, const char *description)
{
  add_node (self, name, description,
            "media.class=Audio/Sink audio.position=[FL FR] " SPEAKER_PRIORITY);
}

/* Takes away a speaker that was added. */
void
aloqa_test_session_remove_node (AloqaTestSession *self, const char *name)
{
  Search search = { .session = self, .name = name };
  g_autofree char *id = NULL;
  g_autofree char *output = NULL;

  aloqa_test_wait_until (find_node, &search);
  id = g_strdup_printf ("%" G_GINT64_FORMAT, search.id);
  output = aloqa_test_session_ask (self, (const char *const[]){ "pw-cli", "destroy", id, NULL });
}

typedef struct {
  AloqaTestSession *session;
  const char *sink, *source;
} Cable;

/* Its ports appear a little after a node. */
static gboolean
lay_cable (gpointer user_data)
{
  Cable *cable = user_data;
  g_autofree char *output = g_strconcat (cable->sink, ":monitor_MONO", NULL);
  g_autofree char *input = g_strconcat (cable->source, ":input_MONO", NULL);
  g_autofree char *said = aloqa_test_session_ask (
      cable->session, (const char *const[]){ "pw-link", output, input, NULL });

  return aloqa_test_session_count_links (cable->session, cable->sink) > 0;
}

/**
 * aloqa_test_session_add_microphone:
 *
 * A source that hears what is played into the sink "@name.in".
 */
void
aloqa_test_session_add_microphone (AloqaTestSession *self, const char *name,
                                   const char *description)
{
  g_autofree char *sink = g_strconcat (name, ".in", NULL);
  Cable cable = { .session = self, .sink = sink, .source = name };

  add_node (self, sink, sink, "media.class=Audio/Sink audio.position=[MONO] " NO_PLACE_TO_LISTEN);
  add_node (self, name, description,
            "media.class=Audio/Source/Virtual audio.position=[MONO] " MICROPHONE_PRIORITY);
  aloqa_test_wait_until (lay_cable, &cable);
}

/* Unplugs a microphone that was added. */
void
aloqa_test_session_remove_microphone (AloqaTestSession *self, const char *name)
{
  g_autofree char *sink = g_strconcat (name, ".in", NULL);

  aloqa_test_session_remove_node (self, name);
  aloqa_test_session_remove_node (self, sink);
}

/**
 * aloqa_test_session_add_camera:
 * @mode: the only one that it has, as "640x480@30"
 * @format: "I420", "YUY2" or "JPEG"
 * @picture: the luma of its grey picture, or the path of its JPEG
 *
 * Returns: (transfer none): its process; the camera may not be there yet, and is unplugged when that
 *   ends
 */
GSubprocess *
aloqa_test_session_add_camera (AloqaTestSession *self, const char *name, const char *description,
                               const char *mode, const char *format, const char *picture)
{
  g_auto (GStrv) numbers = g_strsplit_set (mode, "x@", 3);

  return aloqa_test_session_spawn (self, (const char *const[]){ VIRTUAL_CAMERA, name, description,
                                                                numbers[0], numbers[1], numbers[2],
                                                                format, picture, NULL });
}

/* As a desktop does where a headset with a microphone is plugged in: it becomes the default. */
void
aloqa_test_session_set_default (AloqaTestSession *self, const char *name)
{
  g_autofree char *value = g_strdup_printf ("{ \"name\": \"%s\" }", name);
  g_autofree char *output = aloqa_test_session_ask (
      self, (const char *const[]){ "pw-metadata", "0", "default.configured.audio.source", value,
                                   "Spa:String:JSON", NULL });
}

/**
 * aloqa_test_hide_daemons:
 *
 * Makes the program believe that no sound server and no PipeWire run.
 */
void
aloqa_test_hide_daemons (void)
{
  forget_desktop ();
  g_setenv ("XDG_RUNTIME_DIR", "/invalid", TRUE);
  g_setenv ("PULSE_SERVER", "unix:/invalid/pulse", TRUE);
  g_setenv ("PULSE_RUNTIME_PATH", "/invalid", TRUE);
  g_unsetenv ("DBUS_SESSION_BUS_ADDRESS");
}
