/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/window.h"

#include <glib/gi18n.h>

#include "ui/accessible-pages.h"
#include "ui/call-view.h"
#include "ui/call-wish.h"
#include "ui/incoming-view.h"
#include "ui/people-page.h"
#include "ui/recent-page.h"
#include "ui/settings.h"
#include "ui/sign-in-page.h"
#include "ui/toast.h"

/* A keyring may ask a question that nobody sees, and a server may be far away. */
#define PATIENCE_MS 5000

struct _AloqaWindow {
  AdwApplicationWindow parent_instance;

  AdwToastOverlay *toasts;
  GtkOverlay *overlay;
  GtkStack *stack;
  GtkWidget *home;
  GtkWidget *offline_label;
  AdwViewStack *views;
  GtkWidget *narrow_title;
  AdwViewSwitcherBar *bar;
  AloqaPeoplePage *people_page;
  AdwViewStackPage *recent_view;
  AdwBin *recent_bin;
  /* NULL until they are needed: not every start asks for a password or makes a call. */
  AloqaSignInPage *sign_in_page;
  AloqaRecentPage *recent_page;
  AloqaIncomingView *incoming_view;
  AloqaCallView *call_view;

  GSettings *settings;
  AloqaSignIn *sign_in;
  AloqaCalls *calls;
  AloqaSession *session;     /* or NULL */
  char *server, *user;       /* suggested in the form */
  GtkWidget *before_ringing; /* what had the focus; weak, or NULL */
  guint patience_id; /* till the form, and with it a way to give up, is shown all the same */
};

G_DEFINE_FINAL_TYPE (AloqaWindow, aloqa_window, ADW_TYPE_APPLICATION_WINDOW)

static void
online_cb (AloqaWindow *self)
{
  gtk_widget_set_visible (self->offline_label,
                          self->session != NULL && !aloqa_session_is_online (self->session));
}

static void
missed_cb (AloqaWindow *self)
{
  guint n_missed = aloqa_history_get_n_missed (aloqa_session_get_history (self->session));

  adw_view_stack_page_set_badge_number (self->recent_view, n_missed);
  adw_view_stack_page_set_needs_attention (self->recent_view, n_missed > 0);
}

static void
show_history (AloqaWindow *self)
{
  if (self->recent_page == NULL)
    return;
  if (self->session == NULL)
    aloqa_recent_page_set_history (self->recent_page, NULL, NULL);
  else
    aloqa_recent_page_set_history (self->recent_page, aloqa_session_get_history (self->session),
                                   aloqa_session_get_roster (self->session));
}

static void
view_cb (AloqaWindow *self)
{
  if (self->recent_page != NULL ||
      adw_view_stack_get_visible_child (self->views) != GTK_WIDGET (self->recent_bin))
    return;
  self->recent_page = g_object_new (ALOQA_TYPE_RECENT_PAGE, NULL);
  show_history (self);
  adw_bin_set_child (self->recent_bin, GTK_WIDGET (self->recent_page));
}

static void
leave_session (AloqaWindow *self)
{
  if (self->session == NULL)
    return;

  aloqa_people_page_set_roster (self->people_page, NULL);
  g_signal_handlers_disconnect_by_data (aloqa_session_get_history (self->session), self);
  g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  show_history (self);
}

static void
enter_session (AloqaWindow *self, AloqaSession *session)
{
  AloqaHistory *history = aloqa_session_get_history (session);

  self->session = g_object_ref (session);
  g_signal_connect_swapped (session, "notify::online", G_CALLBACK (online_cb), self);
  g_signal_connect_swapped (history, "notify::n-missed", G_CALLBACK (missed_cb), self);
  online_cb (self);
  missed_cb (self);
  aloqa_people_page_set_roster (self->people_page, aloqa_session_get_roster (session));
  show_history (self);
}

static void
fill_in_form (AloqaWindow *self)
{
  aloqa_sign_in_page_suggest (self->sign_in_page, self->server, self->user,
                              g_settings_get_boolean (self->settings, "stay-signed-in"));
}

static void
make_sign_in_page (AloqaWindow *self)
{
  self->sign_in_page = g_object_new (ALOQA_TYPE_SIGN_IN_PAGE, NULL);
  gtk_stack_add_named (self->stack, GTK_WIDGET (self->sign_in_page), "sign-in");
  fill_in_form (self);
  aloqa_sign_in_page_set_sign_in (self->sign_in_page, self->sign_in);
}

/* While the keyring and the server are asked, nobody wants to see a form. */
static gboolean
is_signing_in_without_form (AloqaWindow *self)
{
  return self->sign_in_page == NULL &&
         aloqa_sign_in_get_state (self->sign_in) == ALOQA_SIGN_IN_BUSY;
}

/* Below 500 pixels or so the views are chosen at the bottom. AdwViewSwitcherTitle would do that, with a
 * header as wide as a title and twice its buttons: more than a phone has, or with a cramped one. */
static void
fit_cb (AloqaWindow *self, GParamSpec *pspec, AdwSqueezer *title)
{
  gboolean is_narrow = adw_squeezer_get_visible_child (title) == self->narrow_title;

  adw_view_switcher_bar_set_reveal (self->bar, is_narrow);
  if (is_narrow)
    gtk_widget_add_css_class (GTK_WIDGET (self), "narrow");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "narrow");
}

/* A call is over everything, until the person has seen why it ended. */
static void
show_page (AloqaWindow *self)
{
  if (self->call_view != NULL && aloqa_call_view_get_call (self->call_view) != NULL) {
    gtk_stack_set_visible_child_name (self->stack, "call");
  } else if (self->session != NULL || is_signing_in_without_form (self)) {
    gtk_stack_set_visible_child_name (self->stack, "home");
  } else {
    if (self->sign_in_page == NULL)
      make_sign_in_page (self);
    gtk_stack_set_visible_child_name (self->stack, "sign-in");
  }
}

static void
patience_cb (gpointer user_data)
{
  AloqaWindow *self = user_data;

  self->patience_id = 0;
  if (is_signing_in_without_form (self))
    make_sign_in_page (self);
  show_page (self);
}

static void
call_closed_cb (AloqaWindow *self)
{
  aloqa_call_view_set_call (self->call_view, NULL);
  show_page (self);
}

static void
call_again_cb (AloqaWindow *self, AloqaContact *contact, int kind, int protocol)
{
  aloqa_calls_dial (self->calls, contact, kind, protocol);
}

/* In a call; it holds for the next ones, too. */
static void
device_chosen_cb (AloqaWindow *self, int kind, const char *source)
{
  aloqa_settings_keep_device (self->settings, kind, source);
}

static void
make_call_view (AloqaWindow *self)
{
  self->call_view = g_object_new (ALOQA_TYPE_CALL_VIEW, NULL);
  g_signal_connect_swapped (self->call_view, "closed", G_CALLBACK (call_closed_cb), self);
  g_signal_connect_swapped (self->call_view, "call-again", G_CALLBACK (call_again_cb), self);
  g_signal_connect_swapped (self->call_view, "device-chosen", G_CALLBACK (device_chosen_cb), self);
  aloqa_call_view_set_session (self->call_view, self->session);
  gtk_stack_add_named (self->stack, GTK_WIDGET (self->call_view), "call");
}

static void
running_cb (AloqaWindow *self)
{
  AloqaLiveCall *call = aloqa_calls_get_running (self->calls);

  /* What has ended stays in the view, which says how. */
  if (call == NULL)
    return;
  if (self->call_view == NULL)
    make_call_view (self);
  aloqa_call_view_set_call (self->call_view, call);
  show_page (self);
}

static void
make_incoming_view (AloqaWindow *self)
{
  self->incoming_view = ALOQA_INCOMING_VIEW (aloqa_incoming_view_new ());
  aloqa_incoming_view_set_session (self->incoming_view, self->session);
  gtk_overlay_add_overlay (self->overlay, GTK_WIDGET (self->incoming_view));
}

/* Tab may have led from there to what rang, which is gone. */
static void
give_back_focus (AloqaWindow *self)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  if ((focus == NULL || !gtk_widget_get_mapped (focus)) && self->before_ringing != NULL &&
      gtk_widget_get_mapped (self->before_ringing))
    gtk_widget_grab_focus (self->before_ringing);
  g_clear_weak_pointer (&self->before_ringing);
}

static void
ringing_cb (AloqaWindow *self)
{
  AloqaLiveCall *call = aloqa_calls_get_ringing (self->calls);

  if (self->incoming_view == NULL && call != NULL)
    make_incoming_view (self);
  if (call != NULL && self->before_ringing == NULL)
    g_set_weak_pointer (&self->before_ringing, gtk_window_get_focus (GTK_WINDOW (self)));
  if (self->incoming_view != NULL)
    aloqa_incoming_view_set_call (self->incoming_view, call);
  if (call == NULL)
    give_back_focus (self);
}

static void
session_cb (AloqaWindow *self)
{
  AloqaSession *session = aloqa_sign_in_get_session (self->sign_in);

  leave_session (self);
  if (session != NULL)
    enter_session (self, session);
  if (self->call_view != NULL)
    aloqa_call_view_set_session (self->call_view, session);
  if (self->incoming_view != NULL)
    aloqa_incoming_view_set_session (self->incoming_view, session);
  show_page (self);
}

static void
call_action_cb (GtkWidget *widget, const char *name, GVariant *wish)
{
  AloqaWindow *self = ALOQA_WINDOW (widget);
  AloqaCallKind kind;
  g_autoptr (AloqaContact) contact = aloqa_call_wish_parse (wish, &kind);

  aloqa_calls_dial_as_chosen (self->calls, contact, kind);
}

static void
search_action_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AloqaWindow *self = ALOQA_WINDOW (widget);

  adw_view_stack_set_visible_child_name (self->views, "people");
  aloqa_people_page_begin_search (self->people_page);
}

static void
view_action_cb (GtkWidget *widget, const char *name, GVariant *view)
{
  adw_view_stack_set_visible_child_name (ALOQA_WINDOW (widget)->views,
                                         g_variant_get_string (view, NULL));
}

/* What rings is in front: Tab does not go behind it. */
static gboolean
aloqa_window_focus (GtkWidget *widget, GtkDirectionType direction)
{
  AloqaWindow *self = ALOQA_WINDOW (widget);

  if (self->incoming_view != NULL && gtk_widget_get_visible (GTK_WIDGET (self->incoming_view)))
    return gtk_widget_child_focus (GTK_WIDGET (self->incoming_view), direction);
  return GTK_WIDGET_CLASS (aloqa_window_parent_class)->focus (widget, direction);
}

static void
aloqa_window_dispose (GObject *object)
{
  AloqaWindow *self = ALOQA_WINDOW (object);

  leave_session (self);
  g_clear_weak_pointer (&self->before_ringing);
  g_clear_handle_id (&self->patience_id, g_source_remove);
  g_clear_object (&self->sign_in);
  g_clear_object (&self->calls);
  g_clear_object (&self->settings);
  gtk_widget_dispose_template (GTK_WIDGET (self), ALOQA_TYPE_WINDOW);

  G_OBJECT_CLASS (aloqa_window_parent_class)->dispose (object);
}

static void
aloqa_window_finalize (GObject *object)
{
  AloqaWindow *self = ALOQA_WINDOW (object);

  g_free (self->server);
  g_free (self->user);

  G_OBJECT_CLASS (aloqa_window_parent_class)->finalize (object);
}

static void
aloqa_window_class_init (AloqaWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aloqa_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = aloqa_window_finalize;
  widget_class->focus = aloqa_window_focus;

  g_type_ensure (ALOQA_TYPE_PEOPLE_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/aloqa/Aloqa/window.ui");
  gtk_widget_class_bind_template_child (widget_class, AloqaWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, AloqaWindow, overlay);
  gtk_widget_class_bind_template_child (widget_class, AloqaWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, AloqaWindow, home);
  gtk_widget_class_bind_template_child (widget_class, AloqaWindow, offline_label);
  gtk_widget_class_bind_template_child (widget_class, AloqaWindow, views);
  gtk_widget_class_bind_template_child (widget_class, AloqaWindow, narrow_title);
  gtk_widget_class_bind_template_child (widget_class, AloqaWindow, bar);
  gtk_widget_class_bind_template_child (widget_class, AloqaWindow, people_page);
  gtk_widget_class_bind_template_child (widget_class, AloqaWindow, recent_view);
  gtk_widget_class_bind_template_child (widget_class, AloqaWindow, recent_bin);
  gtk_widget_class_bind_template_callback (widget_class, view_cb);
  gtk_widget_class_bind_template_callback (widget_class, fit_cb);
  gtk_widget_class_install_action (widget_class, "win.call", ALOQA_CALL_WISH_TYPE, call_action_cb);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, search_action_cb);
  gtk_widget_class_install_action (widget_class, "win.view", "s", view_action_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_f, GDK_CONTROL_MASK, "win.search",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_1, GDK_ALT_MASK, "win.view", "s",
                                       "people");
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_2, GDK_ALT_MASK, "win.view", "s",
                                       "recent");
}

static void
aloqa_window_init (AloqaWindow *self)
{
  self->server = g_strdup ("");
  self->user = g_strdup ("");
  gtk_widget_init_template (GTK_WIDGET (self));
  aloqa_accessible_pages_follow (self->stack);
  aloqa_accessible_pages_follow_views (self->views);
  aloqa_people_page_set_key_capture (self->people_page, self->home);
}

/* The size is the person's, but for one that only a call's small window has: the program ended in it. */
static void
follow_size (AloqaWindow *self)
{
  int min_width_px;

  gtk_widget_get_size_request (GTK_WIDGET (self), &min_width_px, NULL);
  if (g_settings_get_int (self->settings, "window-width") < min_width_px) {
    g_settings_reset (self->settings, "window-width");
    g_settings_reset (self->settings, "window-height");
  }
  g_settings_bind (self->settings, "window-width", self, "default-width", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "window-height", self, "default-height",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "is-maximized", self, "maximized", G_SETTINGS_BIND_DEFAULT);
}

AloqaWindow *
aloqa_window_new (GtkApplication *application, GSettings *settings, AloqaSignIn *sign_in,
                  AloqaCalls *calls)
{
  AloqaWindow *self = g_object_new (ALOQA_TYPE_WINDOW, "application", application, NULL);

  self->settings = g_object_ref (settings);
  self->sign_in = g_object_ref (sign_in);
  self->calls = g_object_ref (calls);
  follow_size (self);
  g_signal_connect_object (sign_in, "notify::state", G_CALLBACK (show_page), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (sign_in, "notify::session", G_CALLBACK (session_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (sign_in, "notice", G_CALLBACK (aloqa_window_say), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (calls, "notify::running", G_CALLBACK (running_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (calls, "notify::ringing", G_CALLBACK (ringing_cb), self,
                           G_CONNECT_SWAPPED);
  session_cb (self);
  running_cb (self);
  ringing_cb (self);
  self->patience_id = g_timeout_add_once (PATIENCE_MS, patience_cb, self);
  return self;
}

/* For the form of signing in. */
void
aloqa_window_suggest (AloqaWindow *self, const char *server, const char *user)
{
  g_free (self->server);
  self->server = g_strdup (server);
  g_free (self->user);
  self->user = g_strdup (user);
  if (self->sign_in_page != NULL)
    fill_in_form (self);
}

/* A sentence in passing. */
void
aloqa_window_say (AloqaWindow *self, const char *text)
{
  adw_toast_overlay_add_toast (self->toasts, aloqa_toast_new (GTK_WIDGET (self), text));
}

void
aloqa_window_show_recent (AloqaWindow *self)
{
  adw_view_stack_set_visible_child_name (self->views, "recent");
}
