/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/echo-canceller.h"

#include "media/audio-format.h"
#include "media/echo-bridge.h"
#include "media/echo-delay.h"
#include "media/echo-reference.h"

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
 * What a player gives is written before it is played, by what the server holds ahead; the whole
 * (media/echo-reference.h) only when it is played, by which time the microphone may have heard it, or
 * a late buffer of it. So while that is the reference what is heard waits as long, and all below is as
 * with a player. From the one to the other it is faded.
 */
#define HELD MS (40)
#define FADE MS (10)

/* From when on the voice is looked for in the whole: on the way to it, so long ago that all is written
 * by now; and on the way back, as much longer as it may take. */
#define TO (200 * GST_MSECOND)
#define BACK (800 * GST_MSECOND)

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

typedef struct {
  AloqaEchoCancellerNow get_now;
  GstElement *probe;
  GstPad *feeder; /* into the probe */
  GstPad *drain;  /* out of it */
  guint64 n_samples;
  gboolean is_agile;

  AloqaEchoReferenceKind kind;
  AloqaEchoBridge *bridge;                    /* from the voice to the whole, or NULL */
  gint64 leads[ALOQA_ECHO_REFERENCE_N_KINDS]; /* where each was when it was left */
  gint16 held[HELD];
  gsize held_at;
  gint fade; /* FADE: what is heard comes out of held */

  AloqaEchoDelay *delay;
  gboolean is_following;
  gint64 position; /* in the reference, of what the canceller is given with the next sample */
  gint16 line[COMPARED_LATER];
  gsize line_at;

  double drift;       /* where the error is, from where it was when all began or was found anew */
  gint64 no_error;    /* that place */
  gint64 least_error; /* of those in a row that say that samples were lost */
  guint n_large_errors;
} Canceller;

/*
 * The canceller of webrtc-audio-processing 1.0 and later looks for the echo itself, up to half a
 * second after what it is given, and follows the clocks; and whenever the two are moved under it, it
 * lets all through for two or three seconds. So they are, only where the echo would come first. Its
 * plug-in is told by a switch of the old one, which stays off whatever it is set to.
 */
static gboolean
is_agile (GstElement *processor)
{
  gboolean is_old = FALSE;

  if (g_object_class_find_property (G_OBJECT_GET_CLASS (processor), "extended-filter") != NULL)
    g_object_get (processor, "extended-filter", &is_old, NULL);
  return !is_old;
}

static void
begin_anew (Canceller *self, gint64 target)
{
  self->is_following = TRUE;
  self->position = target;
  self->drift = 0;
  self->no_error = 0;
  self->n_large_errors = 0;
}

/* When the first of the last @n_samples was heard, if they are not late. */
static GstClockTime
get_then (Canceller *self, gsize n_samples)
{
  GstClockTime now = self->get_now ();
  GstClockTime duration = gst_util_uint64_scale (n_samples, GST_SECOND, ALOQA_AUDIO_RATE_HZ);

  return now > duration ? now - duration : 0;
}

/*
 * What is heard is HELD later with the whole, or is not any more, and so is what it is compared with.
 * The error is the same in both, since it is of the same buffer.
 */
static void
cross_bridge (Canceller *self, AloqaEchoReferenceKind to, gsize n_samples)
{
  GstClockTime then = get_then (self, n_samples);
  gint64 begin = self->position - (to == ALOQA_ECHO_REFERENCE_WHOLE ? HELD : -HELD);
  gint64 here = 0, there = 0, error;
  double drift = self->drift;
  gboolean is_found = self->is_following && aloqa_echo_bridge_map (self->bridge, to, &begin) &&
                      aloqa_echo_reference_find (self->kind, then, &here) &&
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

  begin_anew (self, begin);
  self->drift = drift;
  self->leads[to] = there - begin - error;
}

/*
 * To the whole it takes as long as the voice is looked for in it, while both go on. Back, both were there
 * for long.
 */
static void
follow_kind (Canceller *self, gsize n_samples)
{
  AloqaEchoReferenceKind kind = aloqa_echo_reference_get_kind ();
  GstClockTime now = self->get_now ();
  gboolean is_done;

  if (self->kind == kind)
    g_clear_pointer (&self->bridge, aloqa_echo_bridge_free);
  if (self->kind == kind || n_samples == 0)
    return;

  if (self->bridge == NULL)
    self->bridge =
        aloqa_echo_bridge_new (now - MIN (now, kind == ALOQA_ECHO_REFERENCE_WHOLE ? TO : BACK));
  do
    is_done = aloqa_echo_bridge_compare (self->bridge, n_samples);
  while (!is_done && kind == ALOQA_ECHO_REFERENCE_VOICE);
  if (!is_done)
    return;

  cross_bridge (self, kind, n_samples);
  g_clear_pointer (&self->bridge, aloqa_echo_bridge_free);
}

static void
hold (Canceller *self, gint16 *heard, gsize n_samples)
{
  for (gsize i = 0; i < n_samples; i++) {
    gint now_heard = heard[i], then_heard = self->held[self->held_at];

    self->held[self->held_at] = heard[i];
    self->held_at = (self->held_at + 1) % HELD;
    self->fade =
        CLAMP (self->fade + (self->kind == ALOQA_ECHO_REFERENCE_WHOLE ? 1 : -1), 0, (gint) FADE);
    heard[i] = (gint16) (now_heard + (then_heard - now_heard) * self->fade / (gint) FADE);
  }
}

static guint last_number; /* of the probes, which are found by name; atomic */

static void
follow_drift (Canceller *self, gint64 error)
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
is_lost (Canceller *self, gint64 error)
{
  if (ABS (error) < LOSS_MIN || (error > 0) != (self->least_error > 0))
    self->n_large_errors = 0;
  if (self->n_large_errors == 0 || ABS (error) < ABS (self->least_error))
    self->least_error = error;

  return ABS (error) >= LOSS_MIN && ++self->n_large_errors > LOSS_BUFFERS;
}

static void
accept_loss (Canceller *self)
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
follow (Canceller *self, gsize n_samples)
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
compare (Canceller *self, const gint16 *heard, gsize n_samples)
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
find_place (Canceller *self)
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

/* Returns: (transfer full): what the speakers played that is heard in @heard, if there is an echo */
static GstBuffer *
make_reference (Canceller *self, const gint16 *heard, gsize n_samples)
{
  gint16 *samples = g_new0 (gint16, n_samples);

  follow (self, n_samples);
  if (self->is_following) {
    compare (self, heard, n_samples);
    find_place (self);
    aloqa_echo_reference_read (self->kind, self->position, samples, n_samples);
    self->position += n_samples;
  }

  return gst_buffer_new_wrapped (samples, n_samples * sizeof (gint16));
}

/*
 * The probe gets as much as the processor, just before, stamped the same: so the two never get out
 * of step. After a break the processor would forget what it has not worked on, and so must not see
 * it.
 */
static GstPadProbeReturn
heard_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Canceller *self = user_data;
  GstBuffer *heard = gst_buffer_make_writable (GST_PAD_PROBE_INFO_BUFFER (info));
  GstBuffer *played;
  GstMapInfo map;

  GST_PAD_PROBE_INFO_DATA (info) = heard;
  if (!gst_buffer_map (heard, &map, GST_MAP_READWRITE))
    return GST_PAD_PROBE_DROP;

  follow_kind (self, map.size / sizeof (gint16));
  hold (self, (gint16 *) map.data, map.size / sizeof (gint16));
  played = make_reference (self, (const gint16 *) map.data, map.size / sizeof (gint16));
  GST_BUFFER_FLAG_UNSET (heard, GST_BUFFER_FLAG_DISCONT);
  GST_BUFFER_PTS (heard) = GST_BUFFER_PTS (played) =
      gst_util_uint64_scale (self->n_samples, GST_SECOND, ALOQA_AUDIO_RATE_HZ);
  self->n_samples += map.size / sizeof (gint16);
  gst_buffer_unmap (heard, &map);
  gst_pad_push (self->feeder, played);

  return GST_PAD_PROBE_OK;
}

static GstFlowReturn
drain_cb (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  gst_buffer_unref (buffer);
  return GST_FLOW_OK;
}

static gboolean
drain_event_cb (GstPad *pad, GstObject *parent, GstEvent *event)
{
  gst_event_unref (event);
  return TRUE;
}

static GstPad *
link_pad (Canceller *self, const char *probe_pad)
{
  g_autoptr (GstPad) other = gst_element_get_static_pad (self->probe, probe_pad);
  gboolean is_feeder = GST_PAD_IS_SINK (other);
  GstPad *pad = gst_object_ref_sink (gst_pad_new (NULL, is_feeder ? GST_PAD_SRC : GST_PAD_SINK));

  if (!is_feeder) {
    gst_pad_set_chain_function (pad, drain_cb);
    gst_pad_set_event_function (pad, drain_event_cb);
  }
  gst_pad_set_active (pad, TRUE);
  if (is_feeder)
    gst_pad_link (pad, other);
  else
    gst_pad_link (other, pad);

  return pad;
}

/* The probe's latency is 0: what it is given was played as long ago as it should be. */
static void
start_probe (Canceller *self)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (ALOQA_AUDIO_CAPS);
  GstSegment segment;

  self->drain = link_pad (self, "src");
  self->feeder = link_pad (self, "sink");
  gst_element_set_state (self->probe, GST_STATE_PLAYING);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (self->feeder, gst_event_new_stream_start ("played"));
  gst_pad_push_event (self->feeder, gst_event_new_caps (caps));
  gst_pad_push_event (self->feeder, gst_event_new_segment (&segment));
  gst_pad_push_event (self->drain, gst_event_new_latency (0));
}

static void
free_canceller (gpointer user_data)
{
  Canceller *self = user_data;

  gst_element_set_state (self->probe, GST_STATE_NULL);
  gst_pad_set_active (self->feeder, FALSE);
  gst_pad_set_active (self->drain, FALSE);
  gst_object_unref (self->feeder);
  gst_object_unref (self->drain);
  gst_object_unref (self->probe);
  aloqa_echo_delay_free (self->delay);
  g_clear_pointer (&self->bridge, aloqa_echo_bridge_free);
  aloqa_echo_reference_release ();
  g_free (self);
}

/**
 * aloqa_echo_canceller_attach:
 * @processor: a `webrtcdsp` that has not been started, to be given sound of media/audio-format.h
 * @get_now: the time of media/timeline.h
 *
 * Lets @processor take out what is played from now on, as long as it lives.
 */
void
aloqa_echo_canceller_attach (GstElement *processor, AloqaEchoCancellerNow get_now)
{
  Canceller *self = g_new0 (Canceller, 1);
  g_autofree char *name = g_strdup_printf ("aloqa-played-%d", g_atomic_int_add (&last_number, 1));
  g_autoptr (GstPad) sink_pad = gst_element_get_static_pad (processor, "sink");

  aloqa_echo_reference_acquire ();
  self->get_now = get_now;
  self->is_agile = is_agile (processor);
  self->delay = aloqa_echo_delay_new ();
  for (guint i = 0; i < G_N_ELEMENTS (self->leads); i++)
    self->leads[i] = FIRST_LEAD;
  self->probe = gst_object_ref_sink (gst_element_factory_make ("webrtcechoprobe", name));
  start_probe (self);
  g_object_set (processor, "echo-cancel", TRUE, "probe", name, NULL);
  gst_pad_add_probe (sink_pad, GST_PAD_PROBE_TYPE_BUFFER, heard_cb, self, NULL);
  g_object_set_data_full (G_OBJECT (processor), "aloqa-echo-canceller", self, free_canceller);
}
