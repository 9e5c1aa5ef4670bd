/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signaling/outbox.h"

/*
 * Two calls that begin while the network is gone: each is a request, an offer or answer, an end, and
 * a candidate for each of twenty interfaces and three servers.
 */
#define MAX_MESSAGES 256

/*
 * How long each is worth sending, in seconds; the call machine's own deadlines are behind them. A
 * ring that comes later than this would only startle somebody.
 */
#define REQUEST_AGE_S 30
/* The far end waits this long for what follows an accept or an offer. */
#define ANSWER_AGE_S 60
/* A web page rings until it is told to stop, and shows a dead call until the end comes. */
#define END_AGE_S 120
#define RINGING_AGE_S 15

/*
 * A connection may be lost to a message: the existing server closes it for one that it cannot read.
 * Sent again on each new one, such a message would keep everybody else's from going through.
 */
#define MAX_SENDS 4

typedef enum {
  STATE_WAITING, /* for a socket */
  STATE_SENT,    /* on the present socket */
  STATE_PROBED,  /* likewise, and a probe was sent after it */
} State;

typedef struct {
  AloqaMessage *message;
  gint64 expiry_us;
  State state;
  guint n_sends; /* on any socket; over 0: the other side may have it */
} Entry;

struct _AloqaOutbox {
  GQueue entries; /* of Entry, in the order in which they were pushed */
};

static void
free_entry (gpointer data)
{
  Entry *entry = data;

  aloqa_message_unref (entry->message);
  g_free (entry);
}

static void
remove_link (AloqaOutbox *self, GList *link)
{
  free_entry (link->data);
  g_queue_delete_link (&self->entries, link);
}

static gint64
get_max_age_us (AloqaMessageType type)
{
  switch (type) {
  case ALOQA_MESSAGE_CALL_REQUEST:
    return REQUEST_AGE_S * G_USEC_PER_SEC;
  case ALOQA_MESSAGE_CALL_END:
  case ALOQA_MESSAGE_CALL_REJECT:
    return END_AGE_S * G_USEC_PER_SEC;
  case ALOQA_MESSAGE_RINGING:
    return RINGING_AGE_S * G_USEC_PER_SEC;
  default:
    return ANSWER_AGE_S * G_USEC_PER_SEC;
  }
}

static gboolean
is_end (const AloqaMessage *message)
{
  return message->type == ALOQA_MESSAGE_CALL_END || message->type == ALOQA_MESSAGE_CALL_REJECT ||
         message->type == ALOQA_MESSAGE_BUSY;
}

static gboolean
is_same_call (const AloqaMessage *a, const AloqaMessage *b)
{
  return a->peer == b->peer && g_strcmp0 (a->call_id, b->call_id) == 0;
}

/* What is too old is worse than nothing, whether it was sent before or not. */
static void
remove_stale (AloqaOutbox *self, gint64 now_us)
{
  for (GList *link = self->entries.head, *next; link != NULL; link = next) {
    Entry *entry = link->data;

    next = link->next;
    if (entry->expiry_us <= now_us) {
      g_debug ("a %s was not sent in time", aloqa_message_type_to_string (entry->message->type));
      remove_link (self, link);
    }
  }
}

/*
 * The end of a call makes what is still waiting to be sent for it pointless.
 *
 * Returns: whether the end itself is pointless too: its call was never heard of, or the same end
 *   waits already
 */
static gboolean
remove_ended (AloqaOutbox *self, const AloqaMessage *end)
{
  gboolean had_unsent_request = FALSE, has_end = FALSE, was_sent = FALSE;

  for (GList *link = self->entries.head, *next; link != NULL; link = next) {
    Entry *entry = link->data;

    next = link->next;
    if (!is_same_call (entry->message, end))
      continue;
    was_sent |= entry->n_sends > 0;
    if (entry->state != STATE_WAITING)
      continue;
    if (is_end (entry->message)) {
      has_end = TRUE;
      continue;
    }
    if (entry->message->type == ALOQA_MESSAGE_CALL_REQUEST) {
      /* A call before this one, with the same person, had its end. */
      has_end = FALSE;
      had_unsent_request |= entry->n_sends == 0;
    }
    remove_link (self, link);
  }

  return has_end || (had_unsent_request && !was_sent);
}

/* Candidates go first: the call may do without one of them. */
static void
make_room (AloqaOutbox *self)
{
  GList *victim = self->entries.head;

  if (self->entries.length < MAX_MESSAGES)
    return;
  for (GList *link = self->entries.head; link != NULL; link = link->next) {
    Entry *entry = link->data;

    if (entry->message->type == ALOQA_MESSAGE_CANDIDATE) {
      victim = link;
      break;
    }
  }
  g_debug ("too many messages wait to be sent; the oldest is dropped");
  remove_link (self, victim);
}

AloqaOutbox *
aloqa_outbox_new (void)
{
  AloqaOutbox *self = g_new0 (AloqaOutbox, 1);

  g_queue_init (&self->entries);
  return self;
}

void
aloqa_outbox_free (AloqaOutbox *self)
{
  aloqa_outbox_clear (self);
  g_free (self);
}

/**
 * aloqa_outbox_push:
 * @message: a message of a call; kept, and not changed from here on
 * @now_us: the clock's time
 *
 * Puts @message behind the others. The end of a call whose beginning never left takes that
 * beginning out and vanishes with it: nobody is rung for nothing.
 */
void
aloqa_outbox_push (AloqaOutbox *self, AloqaMessage *message, gint64 now_us)
{
  Entry *entry;

  remove_stale (self, now_us);
  if (is_end (message) && remove_ended (self, message))
    return;
  make_room (self);

  entry = g_new0 (Entry, 1);
  entry->message = aloqa_message_ref (message);
  entry->expiry_us = now_us + get_max_age_us (message->type);
  g_queue_push_tail (&self->entries, entry);
}

/**
 * aloqa_outbox_take_next:
 *
 * Call it again and again while the socket can send.
 *
 * Returns: (transfer none) (nullable): the next message, which is to be sent now; %NULL where there
 *   is none
 */
const AloqaMessage *
aloqa_outbox_take_next (AloqaOutbox *self, gint64 now_us)
{
  remove_stale (self, now_us);
  for (GList *link = self->entries.head; link != NULL; link = link->next) {
    Entry *entry = link->data;

    if (entry->state == STATE_WAITING) {
      entry->state = STATE_SENT;
      entry->n_sends++;
      return entry->message;
    }
  }
  return NULL;
}

/**
 * aloqa_outbox_note_probe:
 *
 * A probe was sent just now, and the one before it has been answered.
 */
void
aloqa_outbox_note_probe (AloqaOutbox *self)
{
  for (GList *link = self->entries.head; link != NULL; link = link->next) {
    Entry *entry = link->data;

    if (entry->state == STATE_SENT)
      entry->state = STATE_PROBED;
  }
}

/**
 * aloqa_outbox_note_echo:
 *
 * The probe came back: what was sent before it has arrived.
 */
void
aloqa_outbox_note_echo (AloqaOutbox *self)
{
  for (GList *link = self->entries.head, *next; link != NULL; link = next) {
    Entry *entry = link->data;

    next = link->next;
    if (entry->state == STATE_PROBED)
      remove_link (self, link);
  }
}

/**
 * aloqa_outbox_note_loss:
 *
 * The socket is gone: what has no proof waits for the next one, in its old place, unless it has been
 * sent in vain too often.
 */
void
aloqa_outbox_note_loss (AloqaOutbox *self)
{
  for (GList *link = self->entries.head, *next; link != NULL; link = next) {
    Entry *entry = link->data;

    next = link->next;
    entry->state = STATE_WAITING;
    if (entry->n_sends >= MAX_SENDS) {
      g_debug ("a %s was sent too often", aloqa_message_type_to_string (entry->message->type));
      remove_link (self, link);
    }
  }
}

void
aloqa_outbox_clear (AloqaOutbox *self)
{
  g_queue_clear_full (&self->entries, free_entry);
}

gboolean
aloqa_outbox_is_empty (const AloqaOutbox *self)
{
  return self->entries.length == 0;
}

/**
 * aloqa_outbox_has_unproven:
 *
 * Returns: whether something was sent after the last probe: another one is due
 */
gboolean
aloqa_outbox_has_unproven (const AloqaOutbox *self)
{
  for (GList *link = self->entries.head; link != NULL; link = link->next) {
    const Entry *entry = link->data;

    if (entry->state == STATE_SENT)
      return TRUE;
  }
  return FALSE;
}
