/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/echo-follower.h"

#include "media/audio-format.h"
#include "media/echo-delay.h"

#include <string.h>

/* All in samples. */
#define MS(ms) ((gint64) (ms) *ALOQA_AUDIO_RATE_HZ / 1000)

/* Where to begin: what was played so long ago is heard now on most machines, a little less the
 * place below. Nothing is faster, so that it is written by then. */
#define FIRST_LEAD MS (50)

/* The canceller's filter is 48 ms long, and the echo with its reverberation should fall into it:
 * this far behind what the canceller is given. */
#define ECHO_PLACE MS (12)
#define ECHO_TOLERANCE MS (8)

/* What is heard is compared a little later, when all is written that was played until then, and
 * with what was played after it, too: a stream that has lost samples has lost its place. */
#define COMPARED_LATER MS (100)
#define COMPARED_AHEAD MS (110)

/*
 * Buffers are late now and then, on both sides, which says nothing about the sound; so the two are
 * read sample by sample, and the times only tell of what lasts: of the clocks' drift, which is
 * followed in small steps to where the errors are half above and half below, and of samples that
 * were lost, where all of half a second says so. A loss within what is compared moves nothing: that
 * may still be lateness, and the comparison will tell.
 */
#define DRIFT_STEP 0.25
#define DRIFT_LIMIT 24
#define LOSS_MIN MS (15)
#define LOSS_BUFFERS 50
#define MOVE_MIN MS (120)

struct _AloqaEchoFollower {
  AloqaEchoNow get_now;
  gboolean is_agile;

  AloqaEchoReferenceKind kind;
  gint64 leads[ALOQA_ECHO_REFERENCE_N_KINDS]; /* where each was when it was left */

  AloqaEchoDelay *delay;
  gboolean is_following;
  gint64 position; /* in the reference, of what the canceller is given with the next sample */
  gint16 line[COMPARED_LATER];
  gsize line_at;

  double drift;       /* where the error is, from where it was when all began or was found anew */
  gint64 no_error;    /* that place */
  gint64 least_error; /* of those in a row that say that samples were lost */
  guint n_large_errors;
};

static void
begin_anew (AloqaEchoFollower *self, gint64 target)
{
  self->is_following = TRUE;
  self->position = target;
  self->drift = 0;
  self->no_error = 0;
  self->n_large_errors = 0;
}

/* When the first of the last @n_samples was heard, if they are not late. */
static GstClockTime
get_then (AloqaEchoFollower *self, gsize n_samples)
{
  GstClockTime now = self->get_now ();
  GstClockTime duration = gst_util_uint64_scale (n_samples, GST_SECOND, ALOQA_AUDIO_RATE_HZ);

  return now > duration ? now - duration : 0;
}

static void
follow_drift (AloqaEchoFollower *self, gint64 error)
{
  gint step;

  if (ABS (error) >= LOSS_MIN)
    return;

  self->drift += error > self->drift ? DRIFT_STEP : -DRIFT_STEP;
  if (ABS (self->drift) < DRIFT_LIMIT)
    return;

  step = self->drift > 0 ? 1 : -1;
  self->position += step;
  self->drift -= step;
}

/* Returns: whether all of the last errors say the same */
static gboolean
is_lost (AloqaEchoFollower *self, gint64 error)
{
  if (ABS (error) < LOSS_MIN || (error > 0) != (self->least_error > 0))
    self->n_large_errors = 0;
  if (self->n_large_errors == 0 || ABS (error) < ABS (self->least_error))
    self->least_error = error;

  return ABS (error) >= LOSS_MIN && ++self->n_large_errors > LOSS_BUFFERS;
}

static void
accept_loss (AloqaEchoFollower *self)
{
  gint64 error = self->no_error + self->least_error;

  if (ABS (error) >= MOVE_MIN) {
    begin_anew (self, self->position + error);
    return;
  }

  self->no_error = error;
  self->drift = 0;
  self->n_large_errors = 0;
}

static void
follow (AloqaEchoFollower *self, gsize n_samples)
{
  gint64 target, error;

  if (!aloqa_echo_reference_find (self->kind, get_then (self, n_samples), &target))
    return;

  target -= self->leads[self->kind];
  error = target - self->position - self->no_error;
  if (!self->is_following)
    begin_anew (self, target);
  else if (is_lost (self, error))
    accept_loss (self);
  else if (!self->is_agile)
    follow_drift (self, error);
}

/* Puts what is heard now into the delay line, and compares what comes out of it. */
static void
compare (AloqaEchoFollower *self, const gint16 *heard, gsize n_samples)
{
  g_autofree gint16 *played = g_new (gint16, n_samples);
  g_autofree gint16 *earlier = g_new (gint16, n_samples);

  for (gsize i = 0; i < n_samples; i++) {
    earlier[i] = self->line[self->line_at];
    self->line[self->line_at] = heard[i];
    self->line_at = (self->line_at + 1) % COMPARED_LATER;
  }
  aloqa_echo_reference_read (self->kind, self->position - COMPARED_LATER + COMPARED_AHEAD, played,
                             n_samples);
  aloqa_echo_delay_add (self->delay, played, earlier, n_samples);
}

/* Moves to where the echo is found. */
static void
find_place (AloqaEchoFollower *self)
{
  gsize delay = 0;
  gint64 move;

  if (!aloqa_echo_delay_get (self->delay, &delay))
    return;

  move = (gint64) delay - COMPARED_AHEAD - ECHO_PLACE;
  if (self->is_agile ? move >= -ECHO_TOLERANCE : ABS (move) <= ECHO_TOLERANCE)
    return;

  g_debug ("The echo is %d ms from its place", (int) (move * 1000 / ALOQA_AUDIO_RATE_HZ));
  self->position -= move;
  self->no_error += move;
  aloqa_echo_delay_reset (self->delay);
}

/**
 * aloqa_echo_follower_new:
 * @is_agile: the canceller that is given what is found looks for the echo itself, up to half a second
 *   after it, and follows the clocks; and whenever the two are moved under it, it lets all through for
 *   two or three seconds. So they are, only where the echo would come first
 *
 * Returns: (transfer full): one that begins with the voice
 */
AloqaEchoFollower *
aloqa_echo_follower_new (AloqaEchoNow get_now, gboolean is_agile)
{
  AloqaEchoFollower *self = g_new0 (AloqaEchoFollower, 1);

  self->get_now = get_now;
  self->is_agile = is_agile;
  self->delay = aloqa_echo_delay_new ();
  for (guint i = 0; i < G_N_ELEMENTS (self->leads); i++)
    self->leads[i] = FIRST_LEAD;
  return self;
}

void
aloqa_echo_follower_free (AloqaEchoFollower *self)
{
  aloqa_echo_delay_free (self->delay);
  g_free (self);
}

/**
 * aloqa_echo_follower_fill:
 * @played: (out): what the speakers played that is heard in @heard; zeros while there is none
 * @heard: as many, heard until now and right after the last ones
 */
void
aloqa_echo_follower_fill (AloqaEchoFollower *self, gint16 *played, const gint16 *heard,
                          gsize n_samples)
{
  follow (self, n_samples);
  if (!self->is_following) {
    memset (played, 0, n_samples * sizeof *played);
    return;
  }

  compare (self, heard, n_samples);
  find_place (self);
  aloqa_echo_reference_read (self->kind, self->position, played, n_samples);
  self->position += n_samples;
}

/* Returns: which reference is read */
AloqaEchoReferenceKind
aloqa_echo_follower_get_kind (AloqaEchoFollower *self)
{
  return self->kind;
}

/**
 * aloqa_echo_follower_get_position:
 * @position: (out): in that reference, of what is read next
 *
 * Returns: FALSE while nothing is
 */
gboolean
aloqa_echo_follower_get_position (AloqaEchoFollower *self, gint64 *position)
{
  *position = self->position;
  return self->is_following;
}

/**
 * aloqa_echo_follower_cross:
 * @to: the reference that is read from now on
 * @position: (nullable): the same place there, or NULL to find the echo anew
 * @n_samples: that were heard just now
 *
 * The times' error is the same in both references, since it is of the same buffer.
 */
void
aloqa_echo_follower_cross (AloqaEchoFollower *self, AloqaEchoReferenceKind to,
                           const gint64 *position, gsize n_samples)
{
  GstClockTime then = get_then (self, n_samples);
  gint64 here = 0, there = 0, error;
  double drift = self->drift;
  gboolean is_found = position != NULL && aloqa_echo_reference_find (self->kind, then, &here) &&
                      aloqa_echo_reference_find (to, then, &there);

  g_debug ("The echo reference is %s, %s",
           to == ALOQA_ECHO_REFERENCE_WHOLE ? "all that is played" : "the voice",
           is_found ? "right from where it was" : "with the echo somewhere");
  error = here - self->leads[self->kind] - self->position - self->no_error;
  if (self->is_following)
    self->leads[self->kind] += self->no_error;
  self->kind = to;
  self->is_following = FALSE;
  aloqa_echo_delay_reset (self->delay);
  if (!is_found)
    return;

  begin_anew (self, *position);
  self->drift = drift;
  self->leads[to] = there - *position - error;
}
