/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/sign-in-page.h"

#include <glib/gi18n.h>

#include "session/error-text.h"
#include "session/server-check.h"
#include "ui/accessible-pages.h"
#include "ui/accessible-reveal.h"

/* How long the person must not have typed before the server is looked for. */
#define TYPING_PAUSE_MS 600

struct _AloqaSignInPage {
  AdwBin parent_instance;

  AdwEntryRow *server_row, *user_row, *password_row;
  GtkStack *server_state, *button_stack;
  GtkImage *server_wrong;
  GtkSwitch *stay_switch;
  GtkWidget *form, *sign_in_button, *cancel_button, *now_button, *plain_http_button;
  GtkWidget *demo_box, *demo_button;
  GtkLabel *title_label, *message_label;
  GtkSpinner *spinner;

  AloqaSignIn *sign_in;
  guint check_timer;
  GCancellable *check; /* the one that runs, or NULL */
};

G_DEFINE_FINAL_TYPE (AloqaSignInPage, aloqa_sign_in_page, ADW_TYPE_BIN)

static const char *
get_text (AdwEntryRow *row)
{
  return gtk_editable_get_text (GTK_EDITABLE (row));
}

static gboolean
is_filled (AdwEntryRow *row)
{
  g_autofree char *text = g_strstrip (g_strdup (get_text (row)));

  return *text != '\0';
}

static void
form_changed_cb (AloqaSignInPage *self)
{
  gtk_widget_set_sensitive (self->sign_in_button, is_filled (self->server_row) &&
                                                      is_filled (self->user_row) &&
                                                      *get_text (self->password_row) != '\0');
}

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AloqaSignInPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *origin = aloqa_server_check_finish (result, &error);

  /* The text is another one by now. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_clear_object (&self->check);
  if (origin == NULL) {
    g_autofree char *text = aloqa_error_text_for_server (error, get_text (self->server_row));

    gtk_widget_set_tooltip_text (GTK_WIDGET (self->server_wrong), text);
    gtk_accessible_update_property (GTK_ACCESSIBLE (self->server_wrong),
                                    GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  }
  gtk_stack_set_visible_child_name (self->server_state, origin != NULL ? "there" : "wrong");
}

static void
check_cb (gpointer user_data)
{
  AloqaSignInPage *self = user_data;

  self->check_timer = 0;
  self->check = g_cancellable_new ();
  gtk_stack_set_visible_child_name (self->server_state, "asking");
  aloqa_server_check_async (get_text (self->server_row), self->check, checked_cb,
                            g_object_ref (self));
}

static void
stop_check (AloqaSignInPage *self)
{
  g_clear_handle_id (&self->check_timer, g_source_remove);
  g_cancellable_cancel (self->check);
  g_clear_object (&self->check);
}

static void
server_changed_cb (AloqaSignInPage *self)
{
  stop_check (self);
  gtk_stack_set_visible_child_name (self->server_state, "unknown");
  /* It was asked about another server. */
  gtk_widget_set_visible (self->plain_http_button, FALSE);
  if (is_filled (self->server_row))
    self->check_timer = g_timeout_add_once (TYPING_PAUSE_MS, check_cb, self);
  form_changed_cb (self);
}

static void
sign_in_clicked_cb (AloqaSignInPage *self)
{
  g_autofree char *server = g_strstrip (g_strdup (get_text (self->server_row)));
  g_autofree char *user = g_strstrip (g_strdup (get_text (self->user_row)));

  aloqa_sign_in_start (self->sign_in, server, user, get_text (self->password_row),
                       gtk_switch_get_active (self->stay_switch));
}

static void
plain_http_clicked_cb (AloqaSignInPage *self)
{
  aloqa_sign_in_allow_plain_http (self->sign_in);
  sign_in_clicked_cb (self);
}

/*
 * To where the next thing is to be typed. (Not as the page's own grab_focus: Tab would take the page for
 * something to stop at, and come here instead of to the first of it.)
 */
static void
focus_next_entry (AloqaSignInPage *self)
{
  AdwEntryRow *entry = !is_filled (self->server_row) ? self->server_row
                       : !is_filled (self->user_row) ? self->user_row
                                                     : self->password_row;

  gtk_widget_grab_focus (GTK_WIDGET (entry));
}

/* Enter goes on to the next that is empty, and signs in when none is. */
static void
entry_activated_cb (AloqaSignInPage *self)
{
  if (gtk_widget_get_sensitive (self->sign_in_button))
    sign_in_clicked_cb (self);
  else
    focus_next_entry (self);
}

static void
cancel_clicked_cb (AloqaSignInPage *self)
{
  aloqa_sign_in_cancel (self->sign_in);
}

static void
demo_clicked_cb (AloqaSignInPage *self)
{
  aloqa_sign_in_start_demo (self->sign_in);
}

static void
now_clicked_cb (AloqaSignInPage *self)
{
  aloqa_sign_in_try_now (self->sign_in);
}

static const char *
choose_title (AloqaSignInPage *self)
{
  if (aloqa_sign_in_get_state (self->sign_in) != ALOQA_SIGN_IN_WAITING)
    return _ ("Sign In");
  if (aloqa_sign_in_lacks_network (self->sign_in))
    return _ ("Waiting for the Network");
  return aloqa_sign_in_needs_person (self->sign_in) ? _ ("You Are Not Signed In")
                                                    : _ ("Waiting for the Server");
}

static void
show_title (AloqaSignInPage *self)
{
  gtk_label_set_label (self->title_label, choose_title (self));
  /* What is waited for is no error, unless it goes on and on. */
  if (aloqa_sign_in_get_state (self->sign_in) == ALOQA_SIGN_IN_WAITING &&
      !aloqa_sign_in_needs_person (self->sign_in))
    gtk_widget_remove_css_class (GTK_WIDGET (self->message_label), "error");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->message_label), "error");
}

static const char *const button_pages[] = {
  [ALOQA_SIGN_IN_OUT] = "sign-in",
  [ALOQA_SIGN_IN_BUSY] = "busy",
  [ALOQA_SIGN_IN_WAITING] = "waiting",
  [ALOQA_SIGN_IN_DONE] = "sign-in",
};

static void
state_cb (AloqaSignInPage *self)
{
  AloqaSignInState state = aloqa_sign_in_get_state (self->sign_in);
  gboolean is_busy = state == ALOQA_SIGN_IN_BUSY;
  gboolean is_waiting = state == ALOQA_SIGN_IN_WAITING;

  show_title (self);
  gtk_stack_set_visible_child_name (self->button_stack, button_pages[state]);
  gtk_spinner_set_spinning (self->spinner, is_busy);
  /* The focus first: an entry must not lose it by being switched off. */
  if (is_busy)
    gtk_widget_grab_focus (self->cancel_button);
  else if (is_waiting)
    gtk_widget_grab_focus (self->now_button);
  gtk_widget_set_sensitive (self->form, !is_busy);
  gtk_widget_set_visible (self->form, !is_waiting);
  gtk_widget_set_sensitive (self->demo_button, !is_busy);
  gtk_widget_set_visible (self->demo_box, !is_waiting);
  if (state == ALOQA_SIGN_IN_DONE)
    gtk_editable_set_text (GTK_EDITABLE (self->password_row), "");
  else if (state == ALOQA_SIGN_IN_OUT)
    focus_next_entry (self);
}

static void
message_cb (AloqaSignInPage *self)
{
  const char *message = aloqa_sign_in_get_message (self->sign_in);

  show_title (self);
  gtk_label_set_label (self->message_label, message != NULL ? message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->message_label), message != NULL);
  gtk_widget_set_visible (self->plain_http_button, aloqa_sign_in_needs_plain_http (self->sign_in));
}

static void
aloqa_sign_in_page_dispose (GObject *object)
{
  AloqaSignInPage *self = ALOQA_SIGN_IN_PAGE (object);

  stop_check (self);
  g_clear_object (&self->sign_in);
  gtk_widget_dispose_template (GTK_WIDGET (self), ALOQA_TYPE_SIGN_IN_PAGE);

  G_OBJECT_CLASS (aloqa_sign_in_page_parent_class)->dispose (object);
}

static void
aloqa_sign_in_page_class_init (AloqaSignInPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aloqa_sign_in_page_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/aloqa/Aloqa/sign-in-page.ui");
  gtk_widget_class_bind_template_child (widget_class, AloqaSignInPage, server_row);
  gtk_widget_class_bind_template_child (widget_class, AloqaSignInPage, user_row);
  gtk_widget_class_bind_template_child (widget_class, AloqaSignInPage, password_row);
  gtk_widget_class_bind_template_child (widget_class, AloqaSignInPage, server_state);
  gtk_widget_class_bind_template_child (widget_class, AloqaSignInPage, server_wrong);
  gtk_widget_class_bind_template_child (widget_class, AloqaSignInPage, button_stack);
  gtk_widget_class_bind_template_child (widget_class, AloqaSignInPage, stay_switch);
  gtk_widget_class_bind_template_child (widget_class, AloqaSignInPage, form);
  gtk_widget_class_bind_template_child (widget_class, AloqaSignInPage, sign_in_button);
  gtk_widget_class_bind_template_child (widget_class, AloqaSignInPage, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, AloqaSignInPage, now_button);
  gtk_widget_class_bind_template_child (widget_class, AloqaSignInPage, demo_box);
  gtk_widget_class_bind_template_child (widget_class, AloqaSignInPage, demo_button);
  gtk_widget_class_bind_template_child (widget_class, AloqaSignInPage, title_label);
  gtk_widget_class_bind_template_child (widget_class, AloqaSignInPage, message_label);
  gtk_widget_class_bind_template_child (widget_class, AloqaSignInPage, plain_http_button);
  gtk_widget_class_bind_template_child (widget_class, AloqaSignInPage, spinner);
  gtk_widget_class_bind_template_callback (widget_class, form_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, server_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, sign_in_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, plain_http_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, entry_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, now_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, demo_clicked_cb);
}

static void
aloqa_sign_in_page_init (AloqaSignInPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  aloqa_accessible_reveal_name (ADW_PASSWORD_ENTRY_ROW (self->password_row));
  aloqa_accessible_pages_follow (self->server_state);
  aloqa_accessible_pages_follow (self->button_stack);
}

/* To be called once. */
void
aloqa_sign_in_page_set_sign_in (AloqaSignInPage *self, AloqaSignIn *sign_in)
{
  self->sign_in = g_object_ref (sign_in);
  g_signal_connect_object (sign_in, "notify::state", G_CALLBACK (state_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (sign_in, "notify::message", G_CALLBACK (message_cb), self,
                           G_CONNECT_SWAPPED);
  state_cb (self);
  message_cb (self);
}

/* Fills in what is known, and has the rest typed. */
void
aloqa_sign_in_page_suggest (AloqaSignInPage *self, const char *server, const char *user,
                            gboolean stays_signed_in)
{
  gtk_editable_set_text (GTK_EDITABLE (self->server_row), server);
  gtk_editable_set_text (GTK_EDITABLE (self->user_row), user);
  gtk_switch_set_active (self->stay_switch, stays_signed_in);
  focus_next_entry (self);
}
