/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/source-switch.h"

#include "media/media.h"

/* A USB camera may take three seconds from a cold start; a running one is never silent so long. */
#define OPEN_LIMIT_US (8 * G_USEC_PER_SEC)
#define STALL_LIMIT_US (3 * G_USEC_PER_SEC)
#define WATCH_INTERVAL_US (G_USEC_PER_SEC / 2)

typedef struct {
  AloqaSource *source;
  guint inlet_id;
  char *name;
} Slot;

struct _AloqaSourceSwitch {
  GObject parent_instance;

  AloqaGate *gate;
  Slot current;
  Slot next; /* opened, its first frame has not come */

  AloqaClock *clock;
  guint watch_id;
  gint64 next_since_us;
  gint64 last_frame_us; /* as the watch has seen it */
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
}

static void
close_all (AloqaSourceSwitch *self)
{
  aloqa_gate_shut (self->gate);
  clear_slot (&self->next);
  clear_slot (&self->current);
  aloqa_clock_clear_timer (self->clock, &self->watch_id);
}

static void
end_with_error (AloqaSourceSwitch *self, const char *name, const GError *error)
{
  g_autofree char *kept_name = g_strdup (name);

  close_all (self);
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
}

static void
promote_next (AloqaSourceSwitch *self)
{
  clear_slot (&self->current);
  self->current = self->next;
  self->next = (Slot){ 0 };
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
end_silent (AloqaSourceSwitch *self, const char *name, gint64 limit_us)
{
  g_autoptr (GError) error =
      g_error_new (ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_GONE, "%s has given nothing for %d s", name,
                   (int) (limit_us / G_USEC_PER_SEC));

  end_with_error (self, name, error);
}

static void watch_cb (gpointer user_data);

static gboolean
can_fall_silent (const Slot *slot)
{
  return slot->source != NULL && !aloqa_source_is_generated (slot->source);
}

static void
update_watch (AloqaSourceSwitch *self)
{
  gboolean is_needed = can_fall_silent (&self->next) || can_fall_silent (&self->current);

  if (is_needed && self->watch_id == 0)
    self->watch_id = aloqa_clock_add_timer (self->clock, WATCH_INTERVAL_US, watch_cb, self);
}

static void
watch_cb (gpointer user_data)
{
  AloqaSourceSwitch *self = user_data;
  gint64 now_us = aloqa_clock_get_now_us (self->clock);
  guint64 n_frames = aloqa_gate_get_n_frames (self->gate);

  self->watch_id = 0;
  if (n_frames != self->n_frames_seen)
    self->last_frame_us = now_us;
  self->n_frames_seen = n_frames;
  if (self->next.source != NULL && aloqa_source_is_asking (self->next.source))
    self->next_since_us = now_us;

  if (can_fall_silent (&self->next) && now_us - self->next_since_us >= OPEN_LIMIT_US &&
      !aloqa_gate_is_current (self->gate, self->next.inlet_id))
    end_silent (self, self->next.name, OPEN_LIMIT_US);
  else if (self->next.source == NULL && can_fall_silent (&self->current) &&
           now_us - self->last_frame_us >= STALL_LIMIT_US)
    end_silent (self, self->current.name, STALL_LIMIT_US);
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
  inlet = aloqa_gate_add_inlet (self->gate, &self->next.inlet_id);
  self->next.source = source;
  self->next.name = g_strdup (name);
  self->next_since_us = self->last_frame_us = aloqa_clock_get_now_us (self->clock);
  aloqa_source_open (source, inlet);
  if (aloqa_source_is_generated (source))
    clear_slot (&self->current);
  update_watch (self);
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
