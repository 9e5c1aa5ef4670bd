/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/history-recorder.h"

struct _AloqaHistoryRecorder {
  GObject parent_instance;

  AloqaHistory *history;
  GPtrArray *records; /* of Record: the calls that are not over, or may ring on */
};

typedef struct {
  AloqaLiveCall *call;
  AloqaHistoryEntry *entry;
  gboolean was_missed;
  gboolean was_taken;
  gboolean may_ring_on; /* the call is over, and the ring goes on as another or is missed */
} Record;

G_DEFINE_FINAL_TYPE (AloqaHistoryRecorder, aloqa_history_recorder, G_TYPE_OBJECT)

/* What the end of a call that never was connected means to the one called, and to the caller. */
static const struct {
  AloqaOutcome incoming, outgoing;
} outcomes[ALOQA_N_ENDED] = {
  [ALOQA_ENDED_HUNG_UP] = { ALOQA_OUTCOME_ANSWERED, ALOQA_OUTCOME_ANSWERED },
  [ALOQA_ENDED_REMOTE_HUNG_UP] = { ALOQA_OUTCOME_ANSWERED, ALOQA_OUTCOME_ANSWERED },
  [ALOQA_ENDED_REJECTED] = { ALOQA_OUTCOME_DECLINED, ALOQA_OUTCOME_DECLINED },
  [ALOQA_ENDED_BUSY] = { ALOQA_OUTCOME_MISSED, ALOQA_OUTCOME_DECLINED },
  [ALOQA_ENDED_CANCELLED] = { ALOQA_OUTCOME_MISSED, ALOQA_OUTCOME_CANCELLED },
  [ALOQA_ENDED_NO_ANSWER] = { ALOQA_OUTCOME_MISSED, ALOQA_OUTCOME_NO_ANSWER },
  [ALOQA_ENDED_MISSED] = { ALOQA_OUTCOME_MISSED, ALOQA_OUTCOME_NO_ANSWER },
  [ALOQA_ENDED_OFFLINE] = { ALOQA_OUTCOME_FAILED, ALOQA_OUTCOME_NO_ANSWER },
  [ALOQA_ENDED_ANSWERED_ELSEWHERE] = { ALOQA_OUTCOME_ANSWERED, ALOQA_OUTCOME_ANSWERED },
  [ALOQA_ENDED_REJECTED_ELSEWHERE] = { ALOQA_OUTCOME_DECLINED, ALOQA_OUTCOME_DECLINED },
};

/**
 * aloqa_history_recorder_judge:
 *
 * Returns: how a call that ended so came out, unless it is known to be missed
 */
AloqaOutcome
aloqa_history_recorder_judge (gboolean is_incoming, const AloqaCallEnd *end)
{
  AloqaOutcome outcome =
      is_incoming ? outcomes[end->reason].incoming : outcomes[end->reason].outgoing;

  if (end->was_connected)
    return ALOQA_OUTCOME_ANSWERED;
  return outcome != ALOQA_OUTCOME_ONGOING ? outcome : ALOQA_OUTCOME_FAILED;
}

static void
free_record (gpointer data)
{
  Record *record = data;

  g_object_unref (record->call);
  g_object_unref (record->entry);
  g_free (record);
}

static Record *
find_record (AloqaHistoryRecorder *self, AloqaLiveCall *call)
{
  for (guint i = 0; i < self->records->len; i++) {
    Record *record = self->records->pdata[i];

    if (record->call == call)
      return record;
  }
  return NULL;
}

/* Whether the person (at either end) has taken the call. */
static gboolean
is_taken (AloqaLiveCall *call)
{
  switch (aloqa_live_call_get_phase (call)) {
  case ALOQA_PHASE_ACCEPTED:
  case ALOQA_PHASE_ANSWERING:
  case ALOQA_PHASE_CONNECTING:
  case ALOQA_PHASE_CONNECTED:
  case ALOQA_PHASE_RECONNECTING:
    return TRUE;
  default:
    return FALSE;
  }
}

static void
call_phase_cb (AloqaHistoryRecorder *self, GParamSpec *pspec, AloqaLiveCall *call)
{
  Record *record = find_record (self, call);

  if (record == NULL || !is_taken (call))
    return;
  record->was_taken = TRUE;
  aloqa_history_note_answered (self->history, record->entry);
}

/* A ring whose server was lost: it begins again once that is back, or "call-missed" follows. */
static gboolean
may_ring_on (const Record *record, const AloqaCallEnd *end)
{
  return end->reason == ALOQA_ENDED_SIGNALLING_LOST && !record->was_missed && !record->was_taken &&
         aloqa_live_call_is_incoming (record->call);
}

static void
call_ended_cb (AloqaHistoryRecorder *self, AloqaLiveCall *call)
{
  const AloqaCallEnd *end = aloqa_live_call_get_end (call);
  Record *record = find_record (self, call);
  AloqaOutcome outcome;

  if (record == NULL)
    return;
  record->may_ring_on = may_ring_on (record, end);
  if (record->may_ring_on)
    return;

  outcome = record->was_missed
                ? ALOQA_OUTCOME_MISSED
                : aloqa_history_recorder_judge (aloqa_live_call_is_incoming (call), end);
  /* Nobody was called: there was a call on already. */
  if (end->reason == ALOQA_ENDED_IN_A_CALL)
    aloqa_history_discard (self->history, record->entry);
  else
    aloqa_history_end (self->history, record->entry, aloqa_live_call_get_kind (call), outcome,
                       aloqa_ended_to_string (end->reason), end->duration_us);
  g_ptr_array_remove_fast (self->records, record);
}

static Record *
find_record_of (AloqaHistoryRecorder *self, AloqaContact *peer)
{
  for (guint i = 0; i < self->records->len; i++) {
    Record *record = self->records->pdata[i];

    if (aloqa_history_entry_get_peer_id (record->entry) == aloqa_contact_get_id (peer))
      return record;
  }
  return NULL;
}

static void
add_record (AloqaHistoryRecorder *self, AloqaLiveCall *call)
{
  Record *record = g_new0 (Record, 1);

  record->call = g_object_ref (call);
  record->entry =
      aloqa_history_begin (self->history, aloqa_live_call_get_contact (call),
                           aloqa_live_call_is_incoming (call), aloqa_live_call_get_kind (call));
  g_ptr_array_add (self->records, record);
}

static void
call_added_cb (AloqaHistoryRecorder *self, AloqaLiveCall *call)
{
  Record *lost = find_record_of (self, aloqa_live_call_get_contact (call));

  if (lost != NULL && lost->may_ring_on && aloqa_live_call_is_incoming (call)) {
    lost->may_ring_on = FALSE;
    g_set_object (&lost->call, call);
  } else {
    add_record (self, call);
  }
  g_signal_connect_object (call, "notify::phase", G_CALLBACK (call_phase_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (call, "ended", G_CALLBACK (call_ended_cb), self, G_CONNECT_SWAPPED);
}

/*
 * A call that rang says so just before its end, and there is one call with one person at most. Where
 * there is none, it never rang: another call was on, or the person wanted no calls. One that may
 * have rung on says so after its end.
 */
static void
call_missed_cb (AloqaHistoryRecorder *self, AloqaContact *contact, int kind)
{
  g_autoptr (AloqaHistoryEntry) entry = NULL;
  Record *record = find_record_of (self, contact);

  if (record != NULL && record->may_ring_on) {
    aloqa_history_end (self->history, record->entry, (AloqaCallKind) kind, ALOQA_OUTCOME_MISSED,
                       aloqa_ended_to_string (ALOQA_ENDED_SIGNALLING_LOST), 0);
    g_ptr_array_remove_fast (self->records, record);
    return;
  }
  if (record != NULL) {
    record->was_missed = TRUE;
    return;
  }

  entry = aloqa_history_begin (self->history, contact, TRUE, (AloqaCallKind) kind);
  aloqa_history_end (self->history, entry, (AloqaCallKind) kind, ALOQA_OUTCOME_MISSED,
                     aloqa_ended_to_string (ALOQA_ENDED_BUSY), 0);
}

static void
aloqa_history_recorder_finalize (GObject *object)
{
  AloqaHistoryRecorder *self = ALOQA_HISTORY_RECORDER (object);

  g_ptr_array_unref (self->records);
  g_clear_object (&self->history);

  G_OBJECT_CLASS (aloqa_history_recorder_parent_class)->finalize (object);
}

static void
aloqa_history_recorder_class_init (AloqaHistoryRecorderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aloqa_history_recorder_finalize;
}

static void
aloqa_history_recorder_init (AloqaHistoryRecorder *self)
{
  self->records = g_ptr_array_new_with_free_func (free_record);
}

/* Returns: (transfer full): writes for as long as it lives */
AloqaHistoryRecorder *
aloqa_history_recorder_new (AloqaHistory *history, AloqaCallController *controller)
{
  AloqaHistoryRecorder *self = g_object_new (ALOQA_TYPE_HISTORY_RECORDER, NULL);

  self->history = g_object_ref (history);
  g_signal_connect_object (controller, "call-added", G_CALLBACK (call_added_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (controller, "call-missed", G_CALLBACK (call_missed_cb), self,
                           G_CONNECT_SWAPPED);
  return self;
}
