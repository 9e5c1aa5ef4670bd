/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/tone.h"

#include "media/audio-format.h"
#include "media/audio-output.h"
#include "media/audio-source-generator.h"
#include "media/source-switch.h"

#include <math.h>
#include <string.h>

/* A note's edges are rounded off: a tone that begins or ends at once clicks. */
#define EDGE_S 0.015

typedef struct {
  double start_s;
  double length_s;
  double tone_hz;
  double decay_s; /* to 1/e, as a bell; 0 for a steady tone */
} Note;

typedef struct {
  double period_s;
  double level_dbfs; /* the peak of one note */
  Note notes[4];
} Cadence;

static const Cadence rings[ALOQA_N_RINGS] = {
  [ALOQA_RING_CHIME] = { 3.0,
                         -14,
                         { { 0.0, 0.9, 659.26, 0.25 },
                           { 0.2, 0.9, 987.77, 0.25 },
                           { 0.8, 0.9, 659.26, 0.25 },
                           { 1.0, 0.9, 987.77, 0.25 } } },
  [ALOQA_RING_BELL] = { 3.0, -14, { { 0.0, 1.8, 880.00, 0.5 }, { 0.5, 1.8, 880.00, 0.5 } } },
  [ALOQA_RING_MELODY] = { 3.2,
                          -14,
                          { { 0.0, 0.8, 523.25, 0.3 },
                            { 0.25, 0.8, 659.26, 0.3 },
                            { 0.5, 0.8, 783.99, 0.3 },
                            { 0.75, 1.2, 1046.50, 0.4 } } },
};

/* 1 s in 5 s of 425 Hz, the usual one in Europe and Central Asia (ITU-T E.180). */
static const Cadence ringback = { 5.0, -24, { { 0.0, 1.0, 425, 0 } } };

typedef struct {
  const Cadence *cadence;
  double volume;
  guint64 n_played; /* samples since the cadence began */
} Player;

struct _AloqaTone {
  GObject parent_instance;

  AloqaSourceSwitch *source_switch;
  AloqaAudioOutput *output;
  char *sink;
  AloqaToneKind kind;
  gboolean is_playing;
  AloqaRing ring;
  double ring_volume;   /* 0 to 1, of the amplitude */
  gboolean is_reported; /* that the sink cannot be opened */
};

enum { STARTED, FAILED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AloqaTone, aloqa_tone, G_TYPE_OBJECT)

static double
get_note_value (const Note *note, double time_s)
{
  double t = time_s - note->start_s;
  double rest = note->length_s - t;
  double envelope;

  if (t < 0 || rest <= 0)
    return 0;

  envelope = MIN (MIN (t, rest) / EDGE_S, 1);
  if (note->decay_s > 0)
    envelope *= exp (-t / note->decay_s);
  return envelope * sin (2 * G_PI * note->tone_hz * t);
}

static gboolean
fill (gint16 *samples, gpointer user_data)
{
  Player *player = user_data;
  const Cadence *cadence = player->cadence;
  double amplitude = G_MAXINT16 * player->volume * pow (10, cadence->level_dbfs / 20);

  for (guint i = 0; i < ALOQA_AUDIO_BUFFER_SAMPLES; i++) {
    double time_s = fmod ((double) player->n_played++ / ALOQA_AUDIO_RATE_HZ, cadence->period_s);
    double value = 0;

    for (gsize n = 0; n < G_N_ELEMENTS (cadence->notes); n++)
      value += get_note_value (&cadence->notes[n], time_s);
    samples[i] = (gint16) CLAMP (lrint (amplitude * value), G_MININT16, G_MAXINT16);
  }

  return TRUE;
}

/* Not before: the beginning of a note would be cut off, with a click. */
static void
output_opened_cb (AloqaAudioOutput *output, AloqaTone *self)
{
  Player *player = g_new0 (Player, 1);

  player->cadence = self->kind == ALOQA_TONE_RING ? &rings[self->ring] : &ringback;
  player->volume = self->kind == ALOQA_TONE_RING ? self->ring_volume : 1;
  aloqa_source_switch_set (self->source_switch, aloqa_audio_generator_new (fill, player, g_free),
                           "tone");
  g_signal_emit (self, signals[STARTED], 0);
}

static void
output_error_cb (AloqaAudioOutput *output, const GError *error, AloqaTone *self)
{
  aloqa_source_switch_close (self->source_switch);
  if (!self->is_reported)
    g_message ("No ring tone can be heard: %s", error->message);
  self->is_reported = TRUE;
  g_signal_emit (self, signals[FAILED], 0, error);
}

static void
aloqa_tone_dispose (GObject *object)
{
  AloqaTone *self = ALOQA_TONE (object);

  if (self->output != NULL)
    aloqa_tone_stop (self);
  g_clear_object (&self->output);
  g_clear_object (&self->source_switch);
  g_clear_pointer (&self->sink, g_free);

  G_OBJECT_CLASS (aloqa_tone_parent_class)->dispose (object);
}

static void
aloqa_tone_class_init (AloqaToneClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aloqa_tone_dispose;
  signals[STARTED] = g_signal_new ("started", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  signals[FAILED] = g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
aloqa_tone_init (AloqaTone *self)
{
  g_autoptr (AloqaFeed) feed = aloqa_feed_new ();
  g_autoptr (AloqaClock) clock = aloqa_clock_new ();

  self->ring_volume = 1;
  self->source_switch = aloqa_source_switch_new (feed, clock);
  self->output = aloqa_audio_output_new (feed);
  g_signal_connect_object (self->output, "opened", G_CALLBACK (output_opened_cb), self, 0);
  g_signal_connect_object (self->output, "error", G_CALLBACK (output_error_cb), self, 0);
}

/**
 * aloqa_tone_new:
 * @sink: as of media/audio-output.h; one that it does not know is as `null`
 *
 * Returns: (transfer full): silent tones
 */
AloqaTone *
aloqa_tone_new (const char *sink)
{
  AloqaTone *self = g_object_new (ALOQA_TYPE_TONE, NULL);

  self->sink = g_strdup (sink);
  return self;
}

/**
 * aloqa_tone_set_ring:
 * @volume: from 0 for silent to 1 for full, of the amplitude; the system's volume is never touched
 *
 * What the next ringing sounds like.
 */
void
aloqa_tone_set_ring (AloqaTone *self, AloqaRing ring, double volume)
{
  g_return_if_fail (ring < ALOQA_N_RINGS);

  self->ring = ring;
  self->ring_volume = CLAMP (volume, 0, 1);
}

/**
 * aloqa_tone_start:
 *
 * Plays from the beginning of the cadence, instead of what plays now.
 */
void
aloqa_tone_start (AloqaTone *self, AloqaToneKind kind)
{
  g_autoptr (GError) error = NULL;

  aloqa_tone_stop (self);
  self->kind = kind;
  self->is_playing = TRUE;
  if (!aloqa_audio_output_set_sink (self->output, self->sink, &error))
    output_error_cb (self->output, error, self);
  aloqa_audio_output_start (self->output);
}

/**
 * aloqa_tone_stop:
 *
 * Silent at once. Does nothing where nothing plays.
 */
void
aloqa_tone_stop (AloqaTone *self)
{
  self->is_playing = FALSE;
  aloqa_source_switch_close (self->source_switch);
  aloqa_audio_output_stop (self->output);
}

/**
 * aloqa_tone_set_sink:
 *
 * Where tones play. One that plays now begins again there, where it is not there yet.
 */
void
aloqa_tone_set_sink (AloqaTone *self, const char *sink)
{
  g_autofree char *copy = g_strdup (sink);

  if (g_strcmp0 (sink, self->sink) != 0)
    self->is_reported = FALSE;
  g_free (self->sink);
  self->sink = g_steal_pointer (&copy);
  if (self->is_playing && g_strcmp0 (self->sink, aloqa_audio_output_get_sink (self->output)) != 0)
    aloqa_tone_start (self, self->kind);
}
