/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/deadlines.h"

typedef struct {
  AloqaDeadlines *owner;
  guint call;
  AloqaDeadline deadline;
  guint timer;
} Entry;

struct _AloqaDeadlines {
  AloqaClock *clock;
  AloqaDeadlineFunc func;
  gpointer user_data;
  GPtrArray *entries; /* few at any time: a call has one or two */
};

static void
free_entry (gpointer user_data)
{
  Entry *entry = user_data;

  aloqa_clock_clear_timer (entry->owner->clock, &entry->timer);
  g_free (entry);
}

static void
entry_due_cb (gpointer user_data)
{
  Entry *entry = user_data;
  AloqaDeadlines *self = entry->owner;
  guint call = entry->call;
  AloqaDeadline deadline = entry->deadline;

  entry->timer = 0;
  g_ptr_array_remove_fast (self->entries, entry);
  self->func (call, deadline, self->user_data);
}

/**
 * aloqa_deadlines_new:
 * @func: called when a deadline is over, once for each that was started and not stopped
 */
AloqaDeadlines *
aloqa_deadlines_new (AloqaClock *clock, AloqaDeadlineFunc func, gpointer user_data)
{
  AloqaDeadlines *self = g_new0 (AloqaDeadlines, 1);

  self->clock = g_object_ref (clock);
  self->func = func;
  self->user_data = user_data;
  self->entries = g_ptr_array_new_with_free_func (free_entry);
  return self;
}

void
aloqa_deadlines_free (AloqaDeadlines *self)
{
  g_ptr_array_unref (self->entries);
  g_object_unref (self->clock);
  g_free (self);
}

/* Starts a deadline, or starts it again where it runs. */
void
aloqa_deadlines_start (AloqaDeadlines *self, guint call, AloqaDeadline deadline, guint duration_ms)
{
  Entry *entry = g_new0 (Entry, 1);

  aloqa_deadlines_stop (self, call, deadline);
  entry->owner = self;
  entry->call = call;
  entry->deadline = deadline;
  entry->timer =
      aloqa_clock_add_timer (self->clock, (gint64) duration_ms * 1000, entry_due_cb, entry);
  g_ptr_array_add (self->entries, entry);
}

void
aloqa_deadlines_stop (AloqaDeadlines *self, guint call, AloqaDeadline deadline)
{
  for (guint i = 0; i < self->entries->len; i++) {
    Entry *entry = self->entries->pdata[i];

    if (entry->call == call && entry->deadline == deadline) {
      g_ptr_array_remove_index_fast (self->entries, i);
      return;
    }
  }
}
