/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/event-queue.h"

struct _AloqaEventQueue {
  GQueue events; /* of Entry */
};

/* An event that owns what the plain one borrows. */
typedef struct {
  AloqaCallEvent event;
  char *call_id, *sdp, *detail;
} Entry;

static Entry *
copy_event (const AloqaCallEvent *event)
{
  Entry *copy = g_new0 (Entry, 1);

  copy->event = *event;
  copy->event.call_id = copy->call_id = g_strdup (event->call_id);
  copy->event.sdp = copy->sdp = g_strdup (event->sdp);
  copy->event.detail = copy->detail = g_strdup (event->detail);
  if (event->message != NULL)
    aloqa_message_ref (event->message);
  if (event->candidate != NULL)
    aloqa_candidate_ref (event->candidate);
  return copy;
}

static void
free_event (gpointer user_data)
{
  Entry *entry = user_data;

  g_clear_pointer (&entry->event.message, aloqa_message_unref);
  g_clear_pointer (&entry->event.candidate, aloqa_candidate_unref);
  g_free (entry->call_id);
  g_free (entry->sdp);
  g_free (entry->detail);
  g_free (entry);
}

AloqaEventQueue *
aloqa_event_queue_new (void)
{
  return g_new0 (AloqaEventQueue, 1);
}

void
aloqa_event_queue_free (AloqaEventQueue *self)
{
  g_queue_clear_full (&self->events, free_event);
  g_free (self);
}

void
aloqa_event_queue_push (AloqaEventQueue *self, const AloqaCallEvent *event)
{
  g_queue_push_tail (&self->events, copy_event (event));
}

/**
 * aloqa_event_queue_pop:
 * @handle: given the oldest event, which is gone after it returns
 *
 * Returns: FALSE where there was none
 */
gboolean
aloqa_event_queue_pop (AloqaEventQueue *self, AloqaCallEventFunc handle, gpointer user_data)
{
  Entry *entry = g_queue_pop_head (&self->events);

  if (entry == NULL)
    return FALSE;

  handle (&entry->event, user_data);
  free_event (entry);
  return TRUE;
}
