/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/people-page.h"

#include <glib/gi18n.h>

#include "session/error-text.h"
#include "ui/accessible-pages.h"
#include "ui/call-wish.h"
#include "ui/contact-row.h"
#include "ui/row-factory.h"
#include "ui/slot-list.h"

/* Most servers answer before anybody wonders: till then there is nothing to see, and to load. */
#define SPINNER_DELAY_MS 500

struct _AloqaPeoplePage {
  AdwBin parent_instance;

  GtkSearchEntry *search_entry;
  GtkStack *stack;
  GtkSpinner *spinner;
  guint spinner_id;
  GtkListView *list;
  /* Instead of a list; NULL until it is needed, as its large icon takes long to load. */
  AdwStatusPage *status_page;
  GtkWidget *again_button;

  AloqaRoster *roster;
  guint n_frames; /* painted with people in them, counted up to two */
};

G_DEFINE_FINAL_TYPE (AloqaPeoplePage, aloqa_people_page, ADW_TYPE_BIN)

/* What is said where there is no list. */
static const struct {
  const char *icon_name, *title, *description;
  const char *button; /* to ask the server again, or NULL */
} statuses[] = {
  [ALOQA_ROSTER_EMPTY] = { "system-users-symbolic", N_ ("Nobody Else Yet"),
                           N_ ("Whoever gets an account on this server appears here."),
                           N_ ("Look Again") },
  [ALOQA_ROSTER_NO_MATCH] = { "system-search-symbolic", N_ ("Nobody Found"),
                              N_ ("Try another spelling, or a part of the name."), NULL },
  [ALOQA_ROSTER_OFFLINE] = { "network-offline-symbolic", N_ ("The Server Does Not Answer"),
                             N_ ("Check your network. Aloqa keeps trying by itself."),
                             N_ ("Try Now") },
  [ALOQA_ROSTER_FAILED] = { "dialog-warning-symbolic", N_ ("Could Not Look for People"), NULL,
                            N_ ("Try Again") },
};

/* For whoever measures how long a start takes: at the second frame the first has been painted. */
static gboolean
tick_cb (GtkWidget *list, GdkFrameClock *clock, gpointer user_data)
{
  AloqaPeoplePage *self = user_data;

  if (self->roster == NULL)
    return G_SOURCE_REMOVE;
  if (self->n_frames++ == 0)
    return G_SOURCE_CONTINUE;
  g_debug ("%u people are on the screen", aloqa_roster_get_n_contacts (self->roster));
  return G_SOURCE_REMOVE;
}

static void
refresh_cb (AloqaPeoplePage *self)
{
  aloqa_roster_refresh (self->roster);
}

static void
make_status_page (AloqaPeoplePage *self)
{
  self->status_page = ADW_STATUS_PAGE (adw_status_page_new ());
  self->again_button = gtk_button_new ();
  gtk_widget_set_halign (self->again_button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->again_button, "pill");
  g_signal_connect_swapped (self->again_button, "clicked", G_CALLBACK (refresh_cb), self);
  adw_status_page_set_child (self->status_page, self->again_button);
  gtk_stack_add_named (self->stack, GTK_WIDGET (self->status_page), "status");
}

static void
show_status (AloqaPeoplePage *self, AloqaRosterState state)
{
  const GError *error = aloqa_roster_get_error (self->roster);
  const char *button = statuses[state].button;
  g_autofree char *text = NULL;
  g_autofree char *markup = NULL;

  if (self->status_page == NULL)
    make_status_page (self);
  if (statuses[state].description != NULL)
    text = g_strdup (_ (statuses[state].description));
  else if (error != NULL)
    text = aloqa_error_text_for_server (error, _ ("The server"));
  markup = g_markup_escape_text (text != NULL ? text : "", -1);
  adw_status_page_set_icon_name (self->status_page, statuses[state].icon_name);
  adw_status_page_set_title (self->status_page, _ (statuses[state].title));
  adw_status_page_set_description (self->status_page, markup);
  gtk_widget_set_visible (self->again_button, button != NULL);
  gtk_button_set_label (GTK_BUTTON (self->again_button), button != NULL ? _ (button) : "");
  gtk_stack_set_visible_child_name (self->stack, "status");
}

static void
spin_cb (gpointer user_data)
{
  AloqaPeoplePage *self = user_data;

  self->spinner_id = 0;
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), TRUE);
  gtk_spinner_start (self->spinner);
}

static void
stop_spinner (AloqaPeoplePage *self)
{
  g_clear_handle_id (&self->spinner_id, g_source_remove);
  gtk_spinner_stop (self->spinner);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), FALSE);
}

static void
show_loading (AloqaPeoplePage *self)
{
  stop_spinner (self);
  self->spinner_id = g_timeout_add_once (SPINNER_DELAY_MS, spin_cb, self);
  gtk_stack_set_visible_child_name (self->stack, "loading");
}

static void
state_cb (AloqaPeoplePage *self)
{
  AloqaRosterState state = aloqa_roster_get_state (self->roster);

  stop_spinner (self);
  if (state == ALOQA_ROSTER_LOADING)
    show_loading (self);
  else if (state == ALOQA_ROSTER_READY)
    gtk_stack_set_visible_child_name (self->stack, "list");
  else
    show_status (self, state);
  if (state == ALOQA_ROSTER_READY && self->n_frames == 0)
    gtk_widget_add_tick_callback (GTK_WIDGET (self->list), tick_cb, self, NULL);
}

static void
search_changed_cb (AloqaPeoplePage *self)
{
  if (self->roster == NULL)
    return;
  aloqa_roster_set_search (self->roster, gtk_editable_get_text (GTK_EDITABLE (self->search_entry)));
  if (g_list_model_get_n_items (G_LIST_MODEL (self->roster)) > 0)
    gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", 0);
}

static void
call_item (AloqaPeoplePage *self, guint position)
{
  g_autoptr (AloqaContact) contact = g_list_model_get_item (G_LIST_MODEL (self->roster), position);

  if (contact != NULL)
    gtk_widget_activate_action_variant (GTK_WIDGET (self), "win.call",
                                        aloqa_call_wish_new (contact, ALOQA_CALL_VIDEO));
}

static void
activate_cb (AloqaPeoplePage *self, guint position)
{
  call_item (self, position);
}

/* By typing where it has no focus: what is typed next, Enter too, is for it. */
static void
search_started_cb (AloqaPeoplePage *self)
{
  GtkEditable *text = gtk_editable_get_delegate (GTK_EDITABLE (self->search_entry));

  gtk_text_grab_focus_without_selecting (GTK_TEXT (text));
}

/* Enter goes to who was found; another Enter calls. */
static void
search_activate_cb (AloqaPeoplePage *self)
{
  search_changed_cb (self); /* it may not have been told yet what was typed last */
  gtk_widget_child_focus (GTK_WIDGET (self->list), GTK_DIR_TAB_FORWARD);
}

static void
stop_search_cb (AloqaPeoplePage *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");
  gtk_widget_child_focus (GTK_WIDGET (self->list), GTK_DIR_TAB_FORWARD);
}

static void
bind_cb (AloqaPeoplePage *self, GtkListItem *item)
{
  AloqaContactRow *row = ALOQA_CONTACT_ROW (gtk_list_item_get_child (item));

  aloqa_contact_row_follow (row, self->roster, gtk_list_item_get_item (item));
}

static void
unbind_cb (AloqaPeoplePage *self, GtkListItem *item)
{
  aloqa_contact_row_follow (ALOQA_CONTACT_ROW (gtk_list_item_get_child (item)), NULL, NULL);
}

static void
aloqa_people_page_dispose (GObject *object)
{
  AloqaPeoplePage *self = ALOQA_PEOPLE_PAGE (object);

  if (self->list != NULL)
    aloqa_people_page_set_roster (self, NULL);
  g_clear_handle_id (&self->spinner_id, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (self), ALOQA_TYPE_PEOPLE_PAGE);

  G_OBJECT_CLASS (aloqa_people_page_parent_class)->dispose (object);
}

static void
aloqa_people_page_class_init (AloqaPeoplePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aloqa_people_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/aloqa/Aloqa/people-page.ui");
  gtk_widget_class_bind_template_child (widget_class, AloqaPeoplePage, search_entry);
  gtk_widget_class_bind_template_child (widget_class, AloqaPeoplePage, stack);
  gtk_widget_class_bind_template_child (widget_class, AloqaPeoplePage, spinner);
  gtk_widget_class_bind_template_child (widget_class, AloqaPeoplePage, list);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_started_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_search_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
}

static void
aloqa_people_page_init (AloqaPeoplePage *self)
{
  g_autoptr (GtkListItemFactory) factory = aloqa_row_factory_new (aloqa_contact_row_new);

  gtk_widget_init_template (GTK_WIDGET (self));
  aloqa_accessible_pages_follow (self->stack);
  g_signal_connect_swapped (factory, "bind", G_CALLBACK (bind_cb), self);
  g_signal_connect_swapped (factory, "unbind", G_CALLBACK (unbind_cb), self);
  gtk_list_view_set_factory (self->list, factory);
}

/**
 * aloqa_people_page_set_roster:
 * @roster: (nullable): whom to show; %NULL while nobody is signed in yet
 */
void
aloqa_people_page_set_roster (AloqaPeoplePage *self, AloqaRoster *roster)
{
  g_autoptr (GtkNoSelection) model = NULL;

  if (self->roster != NULL)
    g_signal_handlers_disconnect_by_func (self->roster, state_cb, self);
  gtk_list_view_set_model (self->list, NULL);
  g_set_object (&self->roster, roster);
  if (roster == NULL) {
    gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");
    show_loading (self);
    return;
  }
  /* Some type before there is anybody to look for. */
  aloqa_roster_set_search (roster, gtk_editable_get_text (GTK_EDITABLE (self->search_entry)));
  model = gtk_no_selection_new (
      G_LIST_MODEL (aloqa_slot_list_new (G_LIST_MODEL (roster), GTK_WIDGET (self->list))));
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (model));
  g_signal_connect_swapped (roster, "notify::state", G_CALLBACK (state_cb), self);
  g_signal_connect_swapped (roster, "notify::error", G_CALLBACK (state_cb), self);
  state_cb (self);
}

/* Whatever is typed in @widget, and means nothing else there, is searched for. */
void
aloqa_people_page_set_key_capture (AloqaPeoplePage *self, GtkWidget *widget)
{
  gtk_search_entry_set_key_capture_widget (self->search_entry, widget);
}

void
aloqa_people_page_begin_search (AloqaPeoplePage *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}
