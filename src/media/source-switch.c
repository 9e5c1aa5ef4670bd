/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/source-switch.h"

#include "media/media.h"

/* A USB camera may take three seconds from a cold start; a running one is never silent so long. */
#define OPEN_LIMIT_S 8
#define STALL_LIMIT_S 3
#define LOOKS_PER_S 2

typedef struct {
  AloqaSource *source;
  guint inlet_id;
  char *name; /* NULL for a filler */
  gboolean has_failed;
} Slot;

struct _AloqaSourceSwitch {
  GObject parent_instance;

  AloqaGate *gate;
  Slot current;
  Slot next;                    /* opened, its first frame has not come */
  AloqaSourceMaker make_filler; /* or NULL */
  gpointer filler_data;

  AloqaClock *clock;
  guint watch_id;
  guint n_silent_looks; /* one after the other; of the next, where there is one */
  guint64 n_frames_seen;
};

enum { SWITCHED, FAILED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AloqaSourceSwitch, aloqa_source_switch, G_TYPE_OBJECT)

static void
clear_slot (Slot *slot)
{
  if (slot->source != NULL)
    aloqa_source_close (slot->source);
  g_clear_object (&slot->source);
  g_clear_pointer (&slot->name, g_free);
  slot->inlet_id = 0;
  slot->has_failed = FALSE;
}

static void
close_all (AloqaSourceSwitch *self)
{
  aloqa_gate_shut (self->gate);
  clear_slot (&self->next);
  clear_slot (&self->current);
  aloqa_clock_clear_timer (self->clock, &self->watch_id);
}

static void watch_cb (gpointer user_data);

static void
update_watch (AloqaSourceSwitch *self)
{
  const Slot *slot = self->next.source != NULL ? &self->next : &self->current;
  gboolean is_needed = slot->source != NULL && !aloqa_source_is_generated (slot->source);

  if (is_needed && self->watch_id == 0)
    self->watch_id =
        aloqa_clock_add_timer (self->clock, G_USEC_PER_SEC / LOOKS_PER_S, watch_cb, self);
}

/* Whether what plays can go on where the next one cannot be had. The same source once more was wished
 * for to be otherwise than it is. */
static gboolean
can_go_on (AloqaSourceSwitch *self)
{
  return self->next.source != NULL && self->current.name != NULL && !self->current.has_failed &&
         g_strcmp0 (self->current.name, self->next.name) != 0 &&
         aloqa_gate_is_current (self->gate, self->current.inlet_id);
}

static void
end_with_error (AloqaSourceSwitch *self, const char *name, const GError *error)
{
  g_autofree char *kept_name = g_strdup (name);

  if (can_go_on (self)) {
    clear_slot (&self->next);
    self->n_silent_looks = 0;
    update_watch (self);
  } else {
    close_all (self);
  }
  g_signal_emit (self, signals[FAILED], 0, kept_name, error);
}

static void
handle_failed (gpointer owner, guint inlet_id, const GError *error)
{
  AloqaSourceSwitch *self = owner;

  if (inlet_id == self->next.inlet_id)
    end_with_error (self, self->next.name, error);
  /* What is being replaced has no news: nobody would know that it is not the next one's. */
  else if (inlet_id == self->current.inlet_id && self->next.source == NULL)
    end_with_error (self, self->current.name, error);
  else if (inlet_id == self->current.inlet_id)
    self->current.has_failed = TRUE;
}

static void
promote_next (AloqaSourceSwitch *self)
{
  clear_slot (&self->current);
  self->current = self->next;
  self->next = (Slot){ 0 };
  self->n_silent_looks = 0;
}

static void
handle_switched (gpointer owner, guint inlet_id)
{
  AloqaSourceSwitch *self = owner;

  if (inlet_id != self->next.inlet_id)
    return;

  promote_next (self);
  g_signal_emit (self, signals[SWITCHED], 0, self->current.name);
}

static const AloqaGateFuncs gate_funcs = { handle_switched, handle_failed };

static void
end_silent (AloqaSourceSwitch *self, const char *name, guint limit_s)
{
  g_autoptr (GError) error = g_error_new (ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_GONE,
                                          "%s has given nothing for %u s", name, limit_s);

  end_with_error (self, name, error);
}

/* Looks are counted, not time: where the whole machine stood still, the source did no wrong. */
static void
watch_cb (gpointer user_data)
{
  AloqaSourceSwitch *self = user_data;
  gboolean is_opening = self->next.source != NULL;
  const Slot *slot = is_opening ? &self->next : &self->current;
  guint64 n_frames = aloqa_gate_get_n_frames (self->gate);
  guint limit_s = is_opening ? OPEN_LIMIT_S : STALL_LIMIT_S;
  gboolean has_new = n_frames != self->n_frames_seen;

  self->watch_id = 0;
  self->n_frames_seen = n_frames;
  if (aloqa_source_is_generated (slot->source) || aloqa_source_may_be_silent (slot->source) ||
      (is_opening ? aloqa_gate_is_current (self->gate, slot->inlet_id) : has_new))
    self->n_silent_looks = 0;
  else
    self->n_silent_looks++;

  if (self->n_silent_looks >= limit_s * LOOKS_PER_S)
    end_silent (self, slot->name, limit_s);
  else
    update_watch (self);
}

static void
aloqa_source_switch_dispose (GObject *object)
{
  AloqaSourceSwitch *self = ALOQA_SOURCE_SWITCH (object);

  if (self->gate != NULL)
    close_all (self);
  g_clear_pointer (&self->gate, aloqa_gate_unref);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (aloqa_source_switch_parent_class)->dispose (object);
}

static void
aloqa_source_switch_class_init (AloqaSourceSwitchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aloqa_source_switch_dispose;
  signals[SWITCHED] = g_signal_new ("switched", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[FAILED] = g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_ERROR);
}

static void
aloqa_source_switch_init (AloqaSourceSwitch *self)
{
}

/**
 * aloqa_source_switch_new:
 * @feed: where the frames go
 * @clock: what silence is measured by
 *
 * Returns: (transfer full): a switch with no source
 */
AloqaSourceSwitch *
aloqa_source_switch_new (AloqaFeed *feed, AloqaClock *clock)
{
  AloqaSourceSwitch *self = g_object_new (ALOQA_TYPE_SOURCE_SWITCH, NULL);

  self->gate = aloqa_gate_new (feed, &gate_funcs, self);
  self->clock = g_object_ref (clock);
  return self;
}

/**
 * aloqa_source_switch_set_filler:
 * @make_filler: makes what plays while a source that was shut out early has no successor yet
 */
void
aloqa_source_switch_set_filler (AloqaSourceSwitch *self, AloqaSourceMaker make_filler,
                                gpointer user_data)
{
  self->make_filler = make_filler;
  self->filler_data = user_data;
}

/* The current source ends now, before the next one is opened. */
static void
fill_gap (AloqaSourceSwitch *self)
{
  g_autoptr (AloqaInlet) inlet = NULL;

  aloqa_gate_shut (self->gate);
  clear_slot (&self->current);
  if (self->make_filler == NULL)
    return;

  inlet = aloqa_gate_add_open_inlet (self->gate);
  self->current.source = self->make_filler (self->filler_data);
  aloqa_source_open (self->current.source, inlet);
}

/**
 * aloqa_source_switch_set:
 * @source: (transfer full) (nullable): what shall play, not opened; %NULL for nothing
 * @name: what the signals shall call it
 */
void
aloqa_source_switch_set (AloqaSourceSwitch *self, AloqaSource *source, const char *name)
{
  g_autoptr (AloqaInlet) inlet = NULL;

  /* Its first frame has passed, and only the news has not arrived; now it never will. */
  if (self->next.source != NULL && aloqa_gate_is_current (self->gate, self->next.inlet_id))
    promote_next (self);
  clear_slot (&self->next);

  if (source == NULL) {
    close_all (self);
    g_signal_emit (self, signals[SWITCHED], 0, name);
    return;
  }

  if (aloqa_source_is_generated (source))
    aloqa_gate_shut (self->gate);
  else if (self->current.source != NULL && aloqa_source_ends_before (self->current.source, source))
    fill_gap (self);
  inlet = aloqa_gate_add_inlet (self->gate, &self->next.inlet_id);
  self->next.source = source;
  self->next.name = g_strdup (name);
  self->n_silent_looks = 0;
  aloqa_source_open (source, inlet);
  if (aloqa_source_is_generated (source))
    clear_slot (&self->current);
  update_watch (self);
}

/* Returns: (transfer none) (nullable): the name of what plays, not of what is being opened */
const char *
aloqa_source_switch_get_name (AloqaSourceSwitch *self)
{
  return self->current.name;
}

/**
 * aloqa_source_switch_close:
 *
 * Closes what plays. Nothing reaches the feed any more when this returns.
 */
void
aloqa_source_switch_close (AloqaSourceSwitch *self)
{
  close_all (self);
}
