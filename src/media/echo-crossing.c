/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/echo-crossing.h"

#include "media/audio-format.h"
#include "media/echo-bridge.h"

/* All in samples. */
#define MS(ms) ((gint64) (ms) *ALOQA_AUDIO_RATE_HZ / 1000)

/*
 * What a player gives is written before it is played, by what the server holds ahead; the whole
 * (media/echo-reference.h) only when it is played, by which time the microphone may have heard it, or
 * a late buffer of it. So while that is the reference what is heard waits as long, and its
 * place is found as with a player. From the one to the other it is faded.
 */
#define HELD MS (40)
#define FADE MS (10)

/* From when on the voice is looked for in the whole: on the way to it, so long ago that all is written
 * by now; and on the way back, as much longer as it may take. */
#define TO_WHOLE_LOOK_BACK_NS (200 * GST_MSECOND)
#define TO_VOICE_LOOK_BACK_NS (800 * GST_MSECOND)

struct _AloqaEchoCrossing {
  AloqaEchoFollower *follower;
  AloqaEchoNow get_now;
  AloqaEchoBridge *bridge; /* from the voice to the whole, or NULL */
  gint16 held[HELD];
  gsize held_at;
  gint fade; /* FADE: what is heard comes out of held */
};

/* What is heard is HELD later with the whole, or is not any more, and so is what it is compared with. */
static void
cross (AloqaEchoCrossing *self, AloqaEchoReferenceKind to, gsize n_samples)
{
  gint64 position;
  gboolean is_found = aloqa_echo_follower_get_position (self->follower, &position);

  position -= to == ALOQA_ECHO_REFERENCE_WHOLE ? HELD : -HELD;
  is_found = is_found && aloqa_echo_bridge_map (self->bridge, to, &position);
  aloqa_echo_follower_cross (self->follower, to, is_found ? &position : NULL, n_samples);
}

static AloqaEchoBridge *
begin_bridge (AloqaEchoCrossing *self, AloqaEchoReferenceKind to)
{
  GstClockTime now = self->get_now ();
  GstClockTime look_back_ns =
      to == ALOQA_ECHO_REFERENCE_WHOLE ? TO_WHOLE_LOOK_BACK_NS : TO_VOICE_LOOK_BACK_NS;

  return aloqa_echo_bridge_new (now - MIN (now, look_back_ns));
}

/*
 * To the whole it takes as long as the voice is looked for in it, while both go on. Back, both were there
 * for long.
 */
static void
follow_kind (AloqaEchoCrossing *self, gsize n_samples)
{
  AloqaEchoReferenceKind to = aloqa_echo_reference_get_kind ();
  gboolean is_same = aloqa_echo_follower_get_kind (self->follower) == to;
  gboolean is_done;

  if (is_same)
    g_clear_pointer (&self->bridge, aloqa_echo_bridge_free);
  if (is_same || n_samples == 0)
    return;

  if (self->bridge == NULL)
    self->bridge = begin_bridge (self, to);
  do
    is_done = aloqa_echo_bridge_compare (self->bridge, n_samples);
  while (!is_done && to == ALOQA_ECHO_REFERENCE_VOICE);
  if (!is_done)
    return;

  cross (self, to, n_samples);
  g_clear_pointer (&self->bridge, aloqa_echo_bridge_free);
}

static void
hold (AloqaEchoCrossing *self, gint16 *heard, gsize n_samples)
{
  gboolean is_held = aloqa_echo_follower_get_kind (self->follower) == ALOQA_ECHO_REFERENCE_WHOLE;

  for (gsize i = 0; i < n_samples; i++) {
    gint now_heard = heard[i], then_heard = self->held[self->held_at];

    self->held[self->held_at] = heard[i];
    self->held_at = (self->held_at + 1) % HELD;
    self->fade = CLAMP (self->fade + (is_held ? 1 : -1), 0, (gint) FADE);
    heard[i] = (gint16) (now_heard + (then_heard - now_heard) * self->fade / (gint) FADE);
  }
}

/* Returns: (transfer full): the crossing of @follower, which must stay */
AloqaEchoCrossing *
aloqa_echo_crossing_new (AloqaEchoFollower *follower, AloqaEchoNow get_now)
{
  AloqaEchoCrossing *self = g_new0 (AloqaEchoCrossing, 1);

  self->follower = follower;
  self->get_now = get_now;
  return self;
}

void
aloqa_echo_crossing_free (AloqaEchoCrossing *self)
{
  g_clear_pointer (&self->bridge, aloqa_echo_bridge_free);
  g_free (self);
}

/**
 * aloqa_echo_crossing_work:
 * @heard: (inout): what was heard just now, and what of it and before is to be worked on
 *
 * To be called before the follower is given @heard.
 */
void
aloqa_echo_crossing_work (AloqaEchoCrossing *self, gint16 *heard, gsize n_samples)
{
  follow_kind (self, n_samples);
  hold (self, heard, n_samples);
}
