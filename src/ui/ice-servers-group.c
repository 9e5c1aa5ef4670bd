/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ice-servers-group.h"

#include <glib/gi18n.h>

#include "session/error-text.h"
#include "session/own-ice-servers.h"
#include "ui/accessible-reveal.h"
#include "ui/row-button.h"
#include "ui/toast.h"

/* More than anybody needs; each is asked at the beginning of a call. */
#define MAX_SERVERS 8

/* What is being added, whatever is written in the form meanwhile. */
typedef struct {
  GtkWidget *form; /* a reference */
  char *url, *user;
} Adding;

/* One group: lives as long as its widget. */
typedef struct {
  AdwPreferencesGroup *group;
  AdwPreferencesWindow *window;
  GSettings *settings;
  GVariant *shown; /* the list that is shown, or NULL */
  GPtrArray *rows; /* one for each server; owned by the group */
  GtkWidget *form;
  AdwEntryRow *url_row, *user_row, *password_row;
  Adding *adding;            /* the keyring has not answered yet; or NULL; not owned */
  guint n_forgetting;        /* likewise */
  GCancellable *cancellable; /* of trying */
  GCancellable *looking;     /* for the passwords */
} Servers;

static void
say (Servers *self, const char *text)
{
  adw_preferences_window_add_toast (self->window,
                                    aloqa_toast_new (GTK_WIDGET (self->window), text));
}

static void
tried_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GtkWidget *row = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *address = aloqa_own_ice_servers_try_finish (result, &error);
  g_autofree char *text = NULL, *markup = NULL;

  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    if (address != NULL)
      /* Translators: %s is a network address */
      text = g_strdup_printf (_ ("Works, and gave %s"), address);
    else
      text = aloqa_error_text_for_server (error, g_object_get_data (G_OBJECT (row), "url"));
    markup = g_markup_escape_text (text, -1);
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), markup);
  }
  g_object_unref (row);
}

static void
try_cb (GtkWidget *row, GtkButton *button)
{
  Servers *self = g_object_get_data (G_OBJECT (row), "servers");

  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _ ("Asking…"));
  aloqa_own_ice_servers_try_async (g_object_get_data (G_OBJECT (row), "url"),
                                   g_object_get_data (G_OBJECT (row), "user"), self->cancellable,
                                   tried_cb, g_object_ref (row));
}

static gboolean
is_about (GVariant *pair, const char *url, const char *user)
{
  const char *its_url, *its_user;

  g_variant_get (pair, "(&s&s)", &its_url, &its_user);
  return g_strcmp0 (its_url, url) == 0 && g_strcmp0 (its_user, user) == 0;
}

/* Writes the list without @left_out, and with @url as well where that is not %NULL: once, as there is
 * one password. */
static void
write_list (Servers *self, guint left_out, const char *url, const char *user)
{
  g_autoptr (GVariant) pairs = g_settings_get_value (self->settings, "ice-servers");
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ss)"));
  for (guint i = 0; i < g_variant_n_children (pairs); i++) {
    g_autoptr (GVariant) pair = g_variant_get_child_value (pairs, i);

    if (i != left_out && !is_about (pair, url, user))
      g_variant_builder_add_value (&builder, pair);
  }
  if (url != NULL)
    g_variant_builder_add (&builder, "(ss)", url, user);
  g_settings_set_value (self->settings, "ice-servers", g_variant_builder_end (&builder));
}

/* One server may be there as several users, each with a password of their own. */
static gboolean
has_pair (GVariant *pairs, const char *url, const char *user)
{
  for (gsize i = 0; i < g_variant_n_children (pairs); i++) {
    g_autoptr (GVariant) pair = g_variant_get_child_value (pairs, i);

    if (is_about (pair, url, user))
      return TRUE;
  }
  return FALSE;
}

/* It is there while there is room for one more, and not while the keyring has yet to answer for the one
 * before. */
static void
update_form (Servers *self)
{
  gtk_widget_set_sensitive (self->form, self->adding == NULL && self->n_forgetting == 0 &&
                                            g_variant_n_children (self->shown) < MAX_SERVERS);
}

static void
forgotten_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AdwPreferencesGroup) group = user_data;
  Servers *self = g_object_get_data (G_OBJECT (group), "servers");

  aloqa_own_ice_servers_forget_finish (result);
  self->n_forgetting--;
  /* Else the window is gone, and the form with it. */
  if (gtk_widget_get_root (GTK_WIDGET (group)) != NULL)
    update_form (self);
}

/* A list that was written by hand may have the same one twice, with the one password; and what is just
 * being added has it, too. */
static void
forget_unused (Servers *self, const char *url, const char *user)
{
  g_autoptr (GVariant) left = g_settings_get_value (self->settings, "ice-servers");
  gboolean is_added = self->adding != NULL && g_str_equal (self->adding->url, url) &&
                      g_str_equal (self->adding->user, user);

  if (is_added || has_pair (left, url, user))
    return;
  self->n_forgetting++;
  aloqa_own_ice_servers_forget_async (url, user, forgotten_cb, g_object_ref (self->group));
  update_form (self);
}

static void
remove_cb (GtkWidget *row, GtkButton *button)
{
  g_autoptr (GtkWidget) kept_row = g_object_ref (row); /* the list is built anew */
  Servers *self = g_object_get_data (G_OBJECT (row), "servers");
  guint place;

  if (!g_ptr_array_find (self->rows, row, &place))
    return;
  write_list (self, place, NULL, NULL);
  forget_unused (self, g_object_get_data (G_OBJECT (kept_row), "url"),
                 g_object_get_data (G_OBJECT (kept_row), "user"));
}

static void
add_button (GtkWidget *row, const char *icon_name, const char *text, GCallback callback)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon_name);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  aloqa_row_button_name (button, text);
  g_signal_connect_object (button, "clicked", callback, row, G_CONNECT_SWAPPED);
  gtk_widget_set_focusable (row, FALSE);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
}

static void
add_row (Servers *self, const char *url, const char *user)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *title = g_markup_escape_text (url, -1);
  g_autofree char *subtitle = g_markup_escape_text (user, -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  g_object_set_data (G_OBJECT (row), "servers", self);
  g_object_set_data_full (G_OBJECT (row), "url", g_strdup (url), g_free);
  g_object_set_data_full (G_OBJECT (row), "user", g_strdup (user), g_free);
  add_button (row, "network-transmit-receive-symbolic", _ ("Try This Server"), G_CALLBACK (try_cb));
  add_button (row, "user-trash-symbolic", _ ("Remove This Server"), G_CALLBACK (remove_cb));
  g_ptr_array_add (self->rows, row);
  adw_preferences_group_add (self->group, row);
}

static void
mark_missing (Servers *self, GVariant *missing)
{
  for (guint i = 0; i < self->rows->len; i++) {
    GObject *row = self->rows->pdata[i];

    if (has_pair (missing, g_object_get_data (row, "url"), g_object_get_data (row, "user")))
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row),
                                   _ ("Not used: the keyring does not give its password"));
  }
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AdwPreferencesGroup) group = user_data;
  Servers *self = g_object_get_data (G_OBJECT (group), "servers");
  g_autoptr (GVariant) missing = NULL;
  g_autoptr (GPtrArray) servers = aloqa_own_ice_servers_load_finish (result, &missing, NULL);

  /* NULL: the list is another one; no root: the window is gone, and the rows with it. */
  if (servers == NULL || gtk_widget_get_root (GTK_WIDGET (group)) == NULL)
    return;
  mark_missing (self, missing);
  /* Calls had to do without them where the keyring was locked till now. */
  if (servers->len > 0)
    g_signal_emit_by_name (self->settings, "changed::ice-servers", "ice-servers");
}

/* Whether calls can use them. */
static void
look_for_passwords (Servers *self)
{
  g_cancellable_cancel (self->looking);
  g_clear_object (&self->looking);
  self->looking = g_cancellable_new ();
  aloqa_own_ice_servers_load_async (self->shown, self->looking, loaded_cb,
                                    g_object_ref (self->group));
}

static void
rebuild (Servers *self)
{
  g_autoptr (GVariant) pairs = g_settings_get_value (self->settings, "ice-servers");
  const char *url, *user;
  GVariantIter iter;

  if (self->shown != NULL && g_variant_equal (self->shown, pairs))
    return;
  g_clear_pointer (&self->shown, g_variant_unref);
  self->shown = g_variant_ref (pairs);
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->group, self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  /* The form stays the last. */
  g_object_ref (self->form);
  adw_preferences_group_remove (self->group, self->form);
  g_variant_iter_init (&iter, pairs);
  while (g_variant_iter_next (&iter, "(&s&s)", &url, &user))
    add_row (self, url, user);
  adw_preferences_group_add (self->group, self->form);
  g_object_unref (self->form);
  update_form (self);
  look_for_passwords (self);
}

static const char *
get_text (AdwEntryRow *row)
{
  return gtk_editable_get_text (GTK_EDITABLE (row));
}

static void
free_adding (Adding *adding)
{
  g_object_unref (adding->form);
  g_free (adding->url);
  g_free (adding->user);
  g_free (adding);
}

static void
clear_form (Servers *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->url_row), "");
  gtk_editable_set_text (GTK_EDITABLE (self->user_row), "");
  gtk_editable_set_text (GTK_EDITABLE (self->password_row), "");
}

static void
added_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Adding *adding = user_data;
  Servers *self = g_object_get_data (G_OBJECT (adding->form), "servers");
  g_autoptr (GError) error = NULL;
  gboolean is_kept = aloqa_own_ice_servers_add_finish (result, &error);

  /* The window, and with it all that is here, may be gone by now. */
  if (gtk_widget_get_root (adding->form) != NULL) {
    self->adding = NULL;
    if (is_kept) {
      write_list (self, G_MAXUINT, adding->url, adding->user);
      clear_form (self);
    } else {
      say (self, aloqa_error_text_for_desktop (error));
      forget_unused (self, adding->url, adding->user); /* the one before, if it was removed */
      adw_expander_row_set_expanded (ADW_EXPANDER_ROW (self->form), TRUE);
    }
    update_form (self);
  }
  free_adding (adding);
}

/* The keyring may ask to be unlocked first. */
static void
add_cb (Servers *self)
{
  const char *url = get_text (self->url_row), *user = get_text (self->user_row);
  const char *password = get_text (self->password_row);
  g_autoptr (GError) error = NULL;
  Adding *adding;

  if (self->adding != NULL || self->n_forgetting > 0)
    return;
  if (!aloqa_own_ice_servers_check_url (url, user, password, &error)) {
    say (self, aloqa_error_text_for_ice_server (error));
    return;
  }
  adding = g_new0 (Adding, 1);
  adding->form = g_object_ref (self->form);
  adding->url = g_strdup (url);
  adding->user = g_strdup (user);
  self->adding = adding;
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (self->form), FALSE);
  aloqa_own_ice_servers_add_async (url, user, password, added_cb, adding);
  update_form (self);
}

static AdwEntryRow *
add_entry (Servers *self, GtkWidget *entry, const char *title)
{
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (entry), title);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self->form), entry);
  return ADW_ENTRY_ROW (entry);
}

static void
make_form (Servers *self)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_with_label (_ ("Add"));

  self->form = adw_expander_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->form), _ ("Add a Server"));
  self->url_row =
      add_entry (self, adw_entry_row_new (), _ ("Address, as in turn:turn.example.org"));
  self->user_row = add_entry (self, adw_entry_row_new (), _ ("User name, for TURN"));
  self->password_row = add_entry (self, adw_password_entry_row_new (), _ ("Password, for TURN"));
  aloqa_accessible_reveal_name (ADW_PASSWORD_ENTRY_ROW (self->password_row));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "suggested-action");
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (add_cb), self);
  gtk_widget_set_focusable (row, FALSE);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self->form), row);
  g_object_set_data (G_OBJECT (self->form), "servers", self);
  adw_preferences_group_add (self->group, self->form);
}

static void
free_servers (gpointer data)
{
  Servers *self = data;

  g_signal_handlers_disconnect_by_data (self->settings, self);
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_cancellable_cancel (self->looking);
  g_object_unref (self->looking);
  g_object_unref (self->settings);
  g_clear_pointer (&self->shown, g_variant_unref);
  g_ptr_array_unref (self->rows);
  g_free (self);
}

void
aloqa_ice_servers_group_fill (AdwPreferencesGroup *group, AdwPreferencesWindow *window,
                              GSettings *settings)
{
  Servers *self = g_new0 (Servers, 1);

  self->group = group;
  self->window = window;
  self->settings = g_object_ref (settings);
  self->rows = g_ptr_array_new ();
  self->cancellable = g_cancellable_new ();
  g_object_set_data_full (G_OBJECT (group), "servers", self, free_servers);
  make_form (self);
  rebuild (self);
  g_signal_connect_swapped (settings, "changed::ice-servers", G_CALLBACK (rebuild), self);
}
