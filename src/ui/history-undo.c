/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/history-undo.h"

#include <glib/gi18n.h>

#include "ui/toast.h"

/* Long enough to see the mistake, and to reach the button with keys. */
#define OFFER_S 10
/* A toast that takes another one's place comes up for 500 ms. One that goes before that is freed by
 * libadwaita 1.2 while it is still moved. */
#define COME_UP_MS 600

struct _AloqaHistoryUndo {
  GObject parent_instance;

  GtkWidget *widget; /* beneath the overlay where it is said; NULL in the end */
  AloqaHistory *history;
  GPtrArray *deleted; /* of AloqaHistoryEntry: what is offered to be put back */
  char *taken_out;    /* likewise, or NULL */
  AdwToast *toast;    /* that offers it, or NULL */
  guint come_up_id;   /* until it may go */
  gboolean is_clearing;
};

G_DEFINE_FINAL_TYPE (AloqaHistoryUndo, aloqa_history_undo, G_TYPE_OBJECT)

static void
forget (AloqaHistoryUndo *self)
{
  g_ptr_array_set_size (self->deleted, 0);
  g_clear_pointer (&self->taken_out, g_free);
}

static void
dismissed_cb (AloqaHistoryUndo *self)
{
  g_signal_handlers_disconnect_by_func (self->toast, dismissed_cb, self);
  g_clear_object (&self->toast);
  g_clear_handle_id (&self->come_up_id, g_source_remove);
  forget (self);
}

/* What still comes up is left to come_up_cb(), which does it if nothing is offered by then. While it
 * fades away its button can still be pressed, and does what is offered by then. */
static void
withdraw (AloqaHistoryUndo *self)
{
  g_autoptr (AdwToast) toast = NULL;

  if (self->toast == NULL || self->come_up_id != 0)
    return;
  toast = g_steal_pointer (&self->toast);
  g_signal_handlers_disconnect_by_func (toast, dismissed_cb, self);
  adw_toast_dismiss (toast);
}

static gboolean
come_up_cb (gpointer user_data)
{
  AloqaHistoryUndo *self = user_data;

  self->come_up_id = 0;
  if (self->deleted->len == 0 && self->taken_out == NULL)
    withdraw (self);
  return G_SOURCE_REMOVE;
}

static gboolean
dismiss_cb (gpointer toast)
{
  adw_toast_dismiss (toast);
  return G_SOURCE_REMOVE;
}

/* There is nobody by then who would withdraw it. */
static void
leave_coming_up (AloqaHistoryUndo *self)
{
  g_autoptr (AdwToast) toast = g_steal_pointer (&self->toast);

  g_clear_handle_id (&self->come_up_id, g_source_remove);
  g_signal_handlers_disconnect_by_func (toast, dismissed_cb, self);
  g_timeout_add_full (G_PRIORITY_DEFAULT, COME_UP_MS, dismiss_cb, g_steal_pointer (&toast),
                      g_object_unref);
}

static void
button_clicked_cb (AloqaHistoryUndo *self, AdwToast *toast)
{
  for (guint i = 0; i < self->deleted->len; i++)
    aloqa_history_undelete (self->history, self->deleted->pdata[i]);
  if (self->taken_out != NULL)
    aloqa_history_put_back (self->history, self->taken_out);
  forget (self);
  if (toast != self->toast)
    withdraw (self);
}

static void
show_toast (AloqaHistoryUndo *self, GtkWidget *overlay, const char *text)
{
  self->toast = g_object_ref (aloqa_toast_new (overlay, text));
  adw_toast_set_button_label (self->toast, _ ("Undo"));
  adw_toast_set_timeout (self->toast, OFFER_S);
  /* What was said before, and is still there, does not use up the time. */
  adw_toast_set_priority (self->toast, ADW_TOAST_PRIORITY_HIGH);
  g_signal_connect_object (self->toast, "button-clicked", G_CALLBACK (button_clicked_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_swapped (self->toast, "dismissed", G_CALLBACK (dismissed_cb), self);
  self->come_up_id = g_timeout_add (COME_UP_MS, come_up_cb, self);
  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (overlay), self->toast);
}

/* What has just come up says so itself, as while the key is held down; else a new one has the whole
 * time. */
static void
offer (AloqaHistoryUndo *self, const char *text)
{
  GtkWidget *overlay = gtk_widget_get_ancestor (self->widget, ADW_TYPE_TOAST_OVERLAY);

  if (overlay != NULL && self->come_up_id != 0) {
    aloqa_toast_set_text (self->toast, text);
    return;
  }
  withdraw (self);
  if (overlay != NULL)
    show_toast (self, overlay, text);
  else
    forget (self);
}

static void
response_cb (AloqaHistory *history, const char *response)
{
  if (g_str_equal (response, "clear"))
    aloqa_history_clear (history);
}

/* Where it cannot be undone. */
static void
ask_to_clear (AloqaHistoryUndo *self)
{
  GtkRoot *root = gtk_widget_get_root (self->widget);
  GtkWidget *dialog =
      adw_message_dialog_new (GTK_WINDOW (root), _ ("Clear All Calls?"),
                              _ ("The list is then empty, and cannot be had back."));

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "clear",
                                    _ ("C_lear All"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "clear",
                                              ADW_RESPONSE_DESTRUCTIVE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (response_cb), self->history,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
taken_out_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AloqaHistoryUndo) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *taken_out =
      aloqa_history_take_out_finish (ALOQA_HISTORY (source), result, &error);

  self->is_clearing = FALSE;
  if (self->widget == NULL)
    return;
  forget (self);
  if (taken_out == NULL) {
    withdraw (self);
    g_message ("The calls cannot be deleted so that they could be put back: %s", error->message);
    ask_to_clear (self);
    return;
  }
  self->taken_out = g_steal_pointer (&taken_out);
  offer (self, _ ("All calls deleted"));
}

static void
aloqa_history_undo_dispose (GObject *object)
{
  AloqaHistoryUndo *self = ALOQA_HISTORY_UNDO (object);

  aloqa_history_undo_end (self);
  g_clear_object (&self->history);

  G_OBJECT_CLASS (aloqa_history_undo_parent_class)->dispose (object);
}

static void
aloqa_history_undo_finalize (GObject *object)
{
  g_ptr_array_unref (ALOQA_HISTORY_UNDO (object)->deleted);

  G_OBJECT_CLASS (aloqa_history_undo_parent_class)->finalize (object);
}

static void
aloqa_history_undo_class_init (AloqaHistoryUndoClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aloqa_history_undo_dispose;
  G_OBJECT_CLASS (klass)->finalize = aloqa_history_undo_finalize;
}

static void
aloqa_history_undo_init (AloqaHistoryUndo *self)
{
  self->deleted = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * aloqa_history_undo_new:
 * @widget: in whose window it is offered; must live until aloqa_history_undo_end()
 */
AloqaHistoryUndo *
aloqa_history_undo_new (GtkWidget *widget, AloqaHistory *history)
{
  AloqaHistoryUndo *self = g_object_new (ALOQA_TYPE_HISTORY_UNDO, NULL);

  self->widget = widget;
  self->history = g_object_ref (history);
  return self;
}

/**
 * aloqa_history_undo_delete:
 *
 * Deletes one call. One button puts back all that were deleted in a row, within its time.
 */
void
aloqa_history_undo_delete (AloqaHistoryUndo *self, AloqaHistoryEntry *entry)
{
  g_autofree char *text = NULL;

  g_clear_pointer (&self->taken_out, g_free);
  g_ptr_array_add (self->deleted, g_object_ref (entry));
  aloqa_history_delete (self->history, entry);
  text = self->deleted->len == 1 ? g_strdup (_ ("Call deleted"))
                                 /* Translators: %u is more than one */
                                 : g_strdup_printf (_ ("Calls deleted: %u"), self->deleted->len);
  offer (self, text);
}

/**
 * aloqa_history_undo_clear:
 *
 * Deletes all calls of the account. Where the file would not give them back, the person is asked
 * before.
 */
void
aloqa_history_undo_clear (AloqaHistoryUndo *self)
{
  if (self->is_clearing)
    return;

  if (aloqa_history_get_error (self->history) != NULL) {
    withdraw (self);
    forget (self);
    ask_to_clear (self);
    return;
  }
  self->is_clearing = TRUE;
  aloqa_history_take_out_async (self->history, taken_out_cb, g_object_ref (self));
}

/* Whoever may put them back is somebody else by now, or gone: what is deleted stays so. */
void
aloqa_history_undo_end (AloqaHistoryUndo *self)
{
  forget (self);
  if (self->come_up_id != 0)
    leave_coming_up (self);
  withdraw (self);
  self->widget = NULL;
}
