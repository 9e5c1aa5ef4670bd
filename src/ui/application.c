/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/application-private.h"

#include <glib/gi18n.h>
#include <stdlib.h>

#include "media/media.h"
#include "session/camera-access.h"
#include "ui/installation.h"

/* Long enough for a window to come up, and shorter than anybody takes to call. */
#define WARM_UP_DELAY_MS 1500

/* Generated from aloqa.gresource.xml. */
GResource *aloqa_ui_get_resource (void);

G_DEFINE_FINAL_TYPE (AloqaApplication, aloqa_application, ADW_TYPE_APPLICATION)

static const GOptionEntry option_entries[] = {
  { "server", 0, 0, G_OPTION_ARG_STRING, NULL, N_ ("Sign in to this server"), N_ ("URL") },
  { "user", 0, 0, G_OPTION_ARG_STRING, NULL, N_ ("Sign in as this user"), N_ ("NAME") },
  { "call", 0, 0, G_OPTION_ARG_STRING, NULL, N_ ("Call somebody, with video"), N_ ("PEER") },
  { "audio", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("With --call: without video"), NULL },
  { "demo", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Try it without a server"), NULL },
  { "hidden", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Start without a window"), NULL },
  { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Print the version"), NULL },
  { NULL },
};

/* From then on it ends when it is told to, in order; see app.quit. Before that it is a service of the
 * bus, woken for a key or a button that may mean nothing any more. */
static void
stay (AloqaApplication *self)
{
  if (!self->stays)
    g_application_hold (G_APPLICATION (self));
  self->stays = TRUE;
}

/* Fills in the form of @window: as the command line says, else as it was last. */
void
aloqa_application_suggest (AloqaApplication *self, AloqaWindow *window)
{
  g_autofree char *server = g_settings_get_string (self->settings, "server");
  g_autofree char *user = g_settings_get_string (self->settings, "user");

  aloqa_window_suggest (window, self->server != NULL ? self->server : server,
                        self->user != NULL ? self->user : user);
}

/**
 * aloqa_application_show_window:
 *
 * The person wants it: what is ending goes on to end, and not the program with it.
 *
 * Returns: (transfer none): the window, made if there is none
 */
AloqaWindow *
aloqa_application_show_window (AloqaApplication *self)
{
  AloqaWindow *window = aloqa_application_get_window (self);

  stay (self);
  if (window == NULL || self->is_quitting)
    aloqa_application_sign_in_as_before (self);
  self->is_quitting = FALSE;
  if (window == NULL) {
    window = aloqa_window_new (GTK_APPLICATION (self), self->settings, self->sign_in, self->calls);
    aloqa_application_suggest (self, window);
    g_signal_connect_object (window, "close-request",
                             G_CALLBACK (aloqa_application_window_close_cb), self,
                             G_CONNECT_SWAPPED);
    aloqa_application_tell_ice_trouble (self);
  }
  gtk_window_present (GTK_WINDOW (window));
  return window;
}

/* Returns: (transfer none) (nullable) */
AloqaWindow *
aloqa_application_get_window (AloqaApplication *self)
{
  for (GList *link = gtk_application_get_windows (GTK_APPLICATION (self)); link != NULL;
       link = link->next) {
    if (ALOQA_IS_WINDOW (link->data))
      return link->data;
  }
  return NULL;
}

/* Its strings are the launch's own. */
static AloqaNamedAccount
read_account (GApplicationCommandLine *command_line, GVariantDict *options)
{
  const char *base = g_application_command_line_getenv (command_line, "API_BASE");
  AloqaNamedAccount named = { .server = base != NULL && *base != '\0' ? base : NULL };

  g_variant_dict_lookup (options, "server", "&s", &named.server);
  g_variant_dict_lookup (options, "user", "&s", &named.user);
  g_variant_dict_lookup (options, "demo", "b", &named.is_demo);
  return named;
}

static void
take_call (AloqaApplication *self, GVariantDict *options, const AloqaNamedAccount *named)
{
  gboolean is_audio = FALSE;
  const char *peer;

  g_variant_dict_lookup (options, "audio", "b", &is_audio);
  if (g_variant_dict_lookup (options, "call", "&s", &peer))
    aloqa_application_call_when_ready (self, peer, is_audio ? ALOQA_CALL_AUDIO : ALOQA_CALL_VIDEO,
                                       named);
}

static int
aloqa_application_command_line (GApplication *application, GApplicationCommandLine *command_line)
{
  AloqaApplication *self = ALOQA_APPLICATION (application);
  GVariantDict *options = g_application_command_line_get_options_dict (command_line);
  g_auto (GStrv) words = g_application_command_line_get_arguments (command_line, NULL);
  AloqaNamedAccount named = read_account (command_line, options);

  stay (self);
  self->is_quitting = FALSE; /* without a window, too */
  if (!aloqa_application_take_account (self, &named))
    return 0;
  if (!g_variant_dict_contains (options, "hidden"))
    aloqa_application_show_window (self);
  take_call (self, options, &named);
  for (guint i = 1; words[0] != NULL && words[i] != NULL; i++)
    aloqa_application_open_link (self, words[i]);
  return 0;
}

/* The bus starts the program so, for a link. */
static void
aloqa_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  aloqa_application_show_window (ALOQA_APPLICATION (application));
  aloqa_application_sign_in_as_before (ALOQA_APPLICATION (application));
  for (int i = 0; i < n_files; i++) {
    g_autofree char *uri = g_file_get_uri (files[i]);

    aloqa_application_open_link (ALOQA_APPLICATION (application), uri);
  }
}

static void
aloqa_application_activate (GApplication *application)
{
  AloqaApplication *self = ALOQA_APPLICATION (application);

  aloqa_application_sign_in_as_before (self);
  aloqa_application_show_window (self);
}

/* Of another launch it is not known what it is for; only this one can be answered here. */
static int
aloqa_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  if (!g_variant_dict_contains (options, "version"))
    return -1;

  g_print ("Aloqa %s\n", ALOQA_VERSION);
  return 0;
}

static void
session_cb (AloqaApplication *self)
{
  AloqaSession *session = aloqa_sign_in_get_session (self->sign_in);

  aloqa_calls_set_session (self->calls, session);
  aloqa_application_session_changed (self, session);
}

/* What the first call would wait for is made ready when the window is there: starting GStreamer and
 * loading its plugins would slow down what the person sees come up. So would the icon that X11's panels
 * show. Not on a thread beside the toolkit's start: both register fundamental types, which GObject
 * numbers without a lock, and now and then one of them got the other's. */
static void
warm_up_cb (gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  gtk_window_set_default_icon_name (ALOQA_APPLICATION_ID);
  if (aloqa_media_init (&error))
    aloqa_media_warm_up ();
  else
    g_warning ("Calls will fail: %s", error->message);
}

static void
aloqa_application_startup (GApplication *application)
{
  AloqaApplication *self = ALOQA_APPLICATION (application);

  aloqa_camera_access_init ();
  G_APPLICATION_CLASS (aloqa_application_parent_class)->startup (application);

  self->settings = aloqa_installation_open_settings ();
  if (self->settings == NULL) {
    g_printerr ("%s\n", _ ("Aloqa is not installed whole: its settings are missing."));
    exit (EXIT_FAILURE);
  }
  self->sign_in = aloqa_sign_in_new (self->settings);
  self->calls = aloqa_calls_new (self->settings);
  g_signal_connect_object (self->sign_in, "notify::session", G_CALLBACK (session_cb), self,
                           G_CONNECT_SWAPPED);
  aloqa_application_add_actions (self);
  aloqa_application_add_keys (self);
  aloqa_application_follow_calls (self);
  aloqa_application_follow_sign_in (self);
  aloqa_application_follow_wishes (self);
  aloqa_application_follow_settings (self);
  g_timeout_add_once (WARM_UP_DELAY_MS, warm_up_cb, NULL);
}

static void
aloqa_application_dispose (GObject *object)
{
  AloqaApplication *self = ALOQA_APPLICATION (object);

  g_clear_handle_id (&self->withdrawal_id, g_source_remove);
  g_cancellable_cancel (self->ice_loading);
  g_clear_object (&self->ice_loading);
  g_cancellable_cancel (self->background_asking);
  g_clear_object (&self->background_asking);
  g_clear_weak_pointer (&self->preferences);
  g_clear_weak_pointer (&self->troubles);
  g_clear_object (&self->keys);
  g_clear_object (&self->calls);
  g_clear_object (&self->sign_in);
  g_clear_object (&self->settings);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (aloqa_application_parent_class)->dispose (object);
}

static void
aloqa_application_finalize (GObject *object)
{
  AloqaApplication *self = ALOQA_APPLICATION (object);

  g_free (self->server);
  g_free (self->user);
  g_free (self->ice_trouble);
  g_clear_pointer (&self->wish, aloqa_outside_wish_free);

  G_OBJECT_CLASS (aloqa_application_parent_class)->finalize (object);
}

static void
aloqa_application_class_init (AloqaApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  /* Named, or a linker leaves the resources of a static library out. */
  g_resources_register (aloqa_ui_get_resource ());

  G_OBJECT_CLASS (klass)->dispose = aloqa_application_dispose;
  G_OBJECT_CLASS (klass)->finalize = aloqa_application_finalize;
  application_class->handle_local_options = aloqa_application_handle_local_options;
  application_class->startup = aloqa_application_startup;
  application_class->command_line = aloqa_application_command_line;
  application_class->open = aloqa_application_open;
  application_class->activate = aloqa_application_activate;
}

static void
aloqa_application_init (AloqaApplication *self)
{
  GApplication *application = G_APPLICATION (self);

  g_application_add_main_option_entries (application, option_entries);
  g_application_set_option_context_parameter_string (application, _ ("[aloqa:LINK]"));
}

AloqaApplication *
aloqa_application_new (void)
{
  return g_object_new (ALOQA_TYPE_APPLICATION, "application-id", ALOQA_APPLICATION_ID,
                       "resource-base-path", "/io/github/aloqa/Aloqa", "flags",
                       G_APPLICATION_HANDLES_COMMAND_LINE | G_APPLICATION_HANDLES_OPEN |
                           G_APPLICATION_SEND_ENVIRONMENT,
                       NULL);
}
