/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/application-private.h"

#include <glib/gi18n.h>

#include "session/background-running.h"
#include "session/erasing.h"
#include "session/error-text.h"
#include "session/own-ice-servers.h"
#include "ui/settings.h"

/* What the person chooses holds at once, for who is signed in and for calls that are on. */

static void
media_cb (AloqaApplication *self)
{
  g_autoptr (AloqaMediaSettings) media = NULL;

  if (self->session == NULL)
    return;
  media = aloqa_settings_build_media (self->settings);
  aloqa_session_set_media_settings (self->session, media);
}

static void
say (AloqaApplication *self, const char *text)
{
  AloqaWindow *window = aloqa_application_get_window (self);

  if (window != NULL)
    aloqa_window_say (window, text);
}

/* Told in the window: in the next one where there is none now. */
static void
tell_missing_servers (AloqaApplication *self, GVariant *missing, gboolean is_nothing_left)
{
  g_autoptr (GPtrArray) urls = g_ptr_array_new ();
  g_autofree char *list = NULL;
  GVariantIter iter;
  const char *url;

  g_variant_iter_init (&iter, missing);
  while (g_variant_iter_next (&iter, "(&s&s)", &url, NULL))
    if (!g_ptr_array_find_with_equal_func (urls, url, g_str_equal, NULL))
      g_ptr_array_add (urls, (gpointer) url);
  g_ptr_array_add (urls, NULL);
  list = g_strjoinv (", ", (char **) urls->pdata);

  g_free (self->ice_trouble);
  if (is_nothing_left && g_settings_get_boolean (self->settings, "relay-only"))
    self->ice_trouble = g_strdup (
        _ ("Calls do not connect: they may go through your TURN server only, and the keyring does "
           "not give its password"));
  else
    /* Translators: %s is the addresses of STUN and TURN servers */
    self->ice_trouble =
        g_strdup_printf (_ ("Not used, as the keyring does not give the password: %s"), list);
  aloqa_application_tell_ice_trouble (self);
}

void
aloqa_application_tell_ice_trouble (AloqaApplication *self)
{
  AloqaWindow *window = aloqa_application_get_window (self);

  if (self->ice_trouble == NULL || window == NULL)
    return;
  aloqa_window_say (window, self->ice_trouble);
  g_clear_pointer (&self->ice_trouble, g_free);
}

static void
use_ice_servers (AloqaApplication *self, GPtrArray *servers)
{
  g_autoptr (GVariant) pairs = g_settings_get_value (self->settings, "ice-servers");

  aloqa_session_use_ice_servers (
      self->session,
      aloqa_own_ice_servers_choose (servers, g_variant_n_children (pairs) > 0,
                                    g_settings_get_boolean (self->settings, "relay-only")));
}

static void
ice_servers_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AloqaApplication) self = user_data;
  g_autoptr (GVariant) missing = NULL;
  g_autoptr (GPtrArray) servers = aloqa_own_ice_servers_load_finish (result, &missing, NULL);

  /* NULL: others are on the way. */
  if (servers == NULL || self->session == NULL)
    return;
  g_clear_pointer (&self->ice_trouble, g_free);
  use_ice_servers (self, servers);
  if (g_variant_n_children (missing) > 0)
    tell_missing_servers (self, missing, servers->len == 0);
}

/* Puts the person's own STUN and TURN servers in use, where there are any. */
void
aloqa_application_use_own_ice_servers (AloqaApplication *self)
{
  g_autoptr (GVariant) pairs = g_settings_get_value (self->settings, "ice-servers");
  g_autoptr (GPtrArray) none_yet = g_ptr_array_new ();

  g_cancellable_cancel (self->ice_loading);
  g_clear_object (&self->ice_loading);
  self->ice_loading = g_cancellable_new ();
  /* The keyring may ask to be unlocked first. */
  use_ice_servers (self, none_yet);
  aloqa_own_ice_servers_load_async (pairs, self->ice_loading, ice_servers_cb, g_object_ref (self));
}

static void
own_servers_changed_cb (AloqaApplication *self)
{
  if (self->session != NULL)
    aloqa_application_use_own_ice_servers (self);
}

/* The desktop may grant less than was wished; then the switches say so. */
static void
background_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AloqaApplication) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean may_run = FALSE, starts = FALSE;
  gboolean is_done = aloqa_background_running_ask_finish (result, &may_run, &starts, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (!is_done)
    say (self, aloqa_error_text_for_desktop (error));
  else if (!may_run)
    say (self, _ ("Your desktop does not allow running in the background"));
  if (!may_run)
    g_settings_set_boolean (self->settings, "run-in-background", FALSE);
  if (!starts)
    g_settings_set_boolean (self->settings, "start-at-log-in", FALSE);
}

/* The answer to what was asked before knows nothing of this change. */
static void
background_changed_cb (AloqaApplication *self)
{
  g_cancellable_cancel (self->background_asking);
  g_clear_object (&self->background_asking);
  self->background_asking = g_cancellable_new ();
  aloqa_background_running_ask_async (_ ("So that calls come in"),
                                      g_settings_get_boolean (self->settings, "start-at-log-in"),
                                      g_application_get_dbus_connection (G_APPLICATION (self)),
                                      self->background_asking, background_cb, g_object_ref (self));
}

void
aloqa_application_follow_settings (AloqaApplication *self)
{
  static const struct {
    const char *signal;
    void (*callback) (AloqaApplication *self);
  } rows[] = {
    { "changed::camera", media_cb },
    { "changed::microphone", media_cb },
    { "changed::speaker", media_cb },
    { "changed::ring-device", media_cb },
    { "changed::ringtone", media_cb },
    { "changed::ring-volume", media_cb },
    { "changed::echo-cancellation", media_cb },
    { "changed::noise-suppression", media_cb },
    { "changed::gain-control", media_cb },
    { "changed::relay-only", media_cb },
    { "changed::max-kbps", media_cb },
    { "changed::relay-only", own_servers_changed_cb },
    { "changed::ice-servers", own_servers_changed_cb },
    { "changed::run-in-background", background_changed_cb },
    { "changed::start-at-log-in", background_changed_cb },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_signal_connect_object (self->settings, rows[i].signal, G_CALLBACK (rows[i].callback), self,
                             G_CONNECT_SWAPPED);
}

/* Erasing: nobody is signed in any more, and nothing of anybody is left here. Quitting waits for it. */

static void
erased_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AloqaApplication) self = user_data;
  AloqaWindow *window = aloqa_application_get_window (self);
  g_autoptr (GError) error = NULL;

  if (window != NULL)
    aloqa_window_suggest (window, "", "");
  if (aloqa_erase_finish (result, &error)) {
    say (self, _ ("Your data were erased"));
  } else {
    g_autofree char *text = aloqa_error_text_for_erasing (error);

    /* Whoever has quit meanwhile thinks that nothing is left. */
    self->is_quitting = FALSE;
    aloqa_window_say (aloqa_application_show_window (self), text);
  }
  aloqa_application_note_closed (self);
}

static void
left_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  AloqaApplication *self = user_data;
  g_autoptr (GSettingsSchema) schema = NULL;
  g_auto (GStrv) keys = NULL;

  aloqa_sign_in_close_finish (ALOQA_SIGN_IN (source), result);
  g_object_get (self->settings, "settings-schema", &schema, NULL);
  keys = g_settings_schema_list_keys (schema);
  for (guint i = 0; keys[i] != NULL; i++)
    g_settings_reset (self->settings, keys[i]);
  aloqa_erase_async (erased_cb, self);
}

static void
response_cb (AloqaApplication *self, const char *response)
{
  if (!g_str_equal (response, "erase"))
    return;

  self->n_closing++;
  aloqa_application_withdraw_missed (self);
  aloqa_application_drop_wish (self);
  aloqa_sign_in_forget (self->sign_in);
  aloqa_sign_in_close_async (self->sign_in, left_cb, g_object_ref (self));
}

void
aloqa_application_ask_erase (AloqaApplication *self)
{
  GtkWidget *dialog = adw_message_dialog_new (
      GTK_WINDOW (aloqa_application_show_window (self)), _ ("Erase Your Data?"),
      _ ("The list of calls, your settings and what signs you in are "
         "erased from this computer, and "
         "you are signed out. Your account on the server stays."));

  /* What it shows is about to be erased. */
  if (self->preferences != NULL)
    gtk_window_close (GTK_WINDOW (self->preferences));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "erase",
                                    _ ("_Erase"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "erase",
                                              ADW_RESPONSE_DESTRUCTIVE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (response_cb), self, G_CONNECT_SWAPPED);
  aloqa_application_add_call_keys (dialog);
  gtk_window_present (GTK_WINDOW (dialog));
}
