/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/audio-capture.h"

#include "media/audio-format.h"
#include "media/audio-mix.h"
#include "media/audio-source-file.h"
#include "media/audio-source-generator.h"
#include "media/audio-source-microphone.h"
#include "media/codecs.h"
#include "media/computer-sound.h"
#include "media/media.h"
#include "media/source-name.h"
#include "media/source-switch.h"

#include <string.h>

/* Quiet enough not to startle, loud enough to be measured through a codec. */
#define TEST_TONE_HZ 440
#define TEST_TONE_DBFS (-18)

/*
 * The sources play into `open_feed`. What listens there measures it, and passes it on to `feed`, or
 * zeros in its rhythm: who is muted still sees that the microphone works. What the computer plays is
 * added last: only what the microphone hears of it is an echo.
 */
struct _AloqaAudioCapture {
  GObject parent_instance;

  AloqaFeed *feed;
  AloqaFeed *open_feed;
  guint listener_id;
  AloqaAudioMeter *meter;
  AloqaFeed *input_feed; /* what a microphone gives that is processed */
  AloqaAudioMeter *input_meter;
  AloqaSourceSwitch *source_switch;
  AloqaAudioMix mix; /* on the sources' thread */

  GMutex sound_lock;         /* guards what follows, until the empty line */
  AloqaComputerSound *sound; /* or NULL */

  gint is_muted; /* atomic */

  char *source;
  AloqaFeed *echo_feed;
  guint echo_delay_ms;
  AloqaAudioProcessing processing;
  gboolean is_started;
};

enum { SWITCHED, ERROR, SOUND_ERROR, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AloqaAudioCapture, aloqa_audio_capture, G_TYPE_OBJECT)

/* Returns: whether the computer's sound, if that is wanted, was put into @played */
static gboolean
fill_sound (AloqaAudioCapture *self, gint16 *played)
{
  gboolean is_on;

  g_mutex_lock (&self->sound_lock);
  is_on = self->sound != NULL;
  if (is_on)
    aloqa_computer_sound_fill (self->sound, played);
  g_mutex_unlock (&self->sound_lock);
  return is_on;
}

static void
pass_on_cb (GstSample *sample, gpointer user_data)
{
  AloqaAudioCapture *self = user_data;
  gboolean is_muted = g_atomic_int_get (&self->is_muted), has_sound;
  gint16 played[ALOQA_AUDIO_BUFFER_SAMPLES];
  g_autoptr (GstSample) changed_sample = NULL;
  g_autoptr (GstBuffer) changed = NULL;
  GstMapInfo map;

  has_sound = fill_sound (self, played);
  if (!is_muted && !has_sound) {
    aloqa_feed_push (self->feed, sample);
    return;
  }

  changed = gst_buffer_copy_deep (gst_sample_get_buffer (sample));
  gst_buffer_map (changed, &map, GST_MAP_WRITE);
  if (is_muted)
    memset (map.data, 0, map.size);
  if (has_sound)
    aloqa_audio_mix_add (&self->mix, (gint16 *) map.data, played);
  gst_buffer_unmap (changed, &map);
  changed_sample = gst_sample_new (changed, gst_sample_get_caps (sample), NULL, NULL);
  aloqa_feed_push (self->feed, changed_sample);
}

static AloqaSource *
make_echo (AloqaAudioCapture *self, GError **error)
{
  if (self->echo_feed != NULL)
    return aloqa_audio_generator_new_echo (self->echo_feed, self->echo_delay_ms);

  g_set_error (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_BAD_NAME,
               "There is nothing to echo yet");
  return NULL;
}

/* Sets @result to an unopened source, or to %NULL for `none`. */
static gboolean
make_source (AloqaAudioCapture *self, const char *source, AloqaSource **result, GError **error)
{
  const char *name;

  *result = NULL;
  if (g_str_equal (source, "test"))
    *result = aloqa_audio_generator_new_sine (TEST_TONE_HZ, TEST_TONE_DBFS);
  else if (g_str_equal (source, "silence"))
    *result = aloqa_audio_generator_new_silence ();
  else if (g_str_equal (source, "none"))
    return TRUE;
  else if (g_str_equal (source, "echo"))
    *result = make_echo (self, error);
  else if ((name = aloqa_source_name_after (source, "file")) != NULL && *name != '\0')
    *result = aloqa_codecs_check_group ("Files", error) ? aloqa_audio_file_new (name) : NULL;
  else if ((name = aloqa_source_name_after (source, "mic")) != NULL)
    *result = aloqa_codecs_check_group ("Sound", error)
                  ? aloqa_microphone_new (name, self->processing, self->input_feed)
                  : NULL;
  else
    g_set_error (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_BAD_NAME,
                 "“%s” is no audio source; it is one of test, mic[:NAME], file:PATH, silence, none",
                 source);

  return *result != NULL;
}

static void
switched_cb (AloqaSourceSwitch *source_switch, const char *name, AloqaAudioCapture *self)
{
  g_signal_emit (self, signals[SWITCHED], 0, name);
}

/* One microphone goes on where another one cannot be had; not where the person left it for something
 * else. */
static void
failed_cb (AloqaSourceSwitch *source_switch, const char *name, const GError *error,
           AloqaAudioCapture *self)
{
  const char *kept = aloqa_source_switch_get_name (source_switch);

  if (kept != NULL && aloqa_source_name_after (kept, "mic") != NULL &&
      aloqa_source_name_after (name, "mic") != NULL) {
    g_free (self->source);
    self->source = g_strdup (kept);
  } else {
    aloqa_audio_capture_set_source (self, "silence", NULL);
  }
  g_signal_emit (self, signals[ERROR], 0, error);
}

static void
sound_failed (gpointer object, gpointer error)
{
  AloqaAudioCapture *self = object;

  if (self->sound != NULL)
    g_signal_emit (self, signals[SOUND_ERROR], 0, error);
}

static void
aloqa_audio_capture_dispose (GObject *object)
{
  AloqaAudioCapture *self = ALOQA_AUDIO_CAPTURE (object);

  if (self->source_switch != NULL)
    aloqa_source_switch_close (self->source_switch);
  g_clear_object (&self->source_switch);
  g_clear_object (&self->input_meter);
  g_clear_object (&self->input_feed);
  g_clear_object (&self->meter);
  if (self->open_feed != NULL)
    aloqa_feed_remove_listener (self->open_feed, &self->listener_id);
  g_clear_object (&self->open_feed);
  g_clear_object (&self->feed);
  g_clear_object (&self->echo_feed);
  g_clear_pointer (&self->sound, aloqa_computer_sound_free);
  g_clear_pointer (&self->source, g_free);

  G_OBJECT_CLASS (aloqa_audio_capture_parent_class)->dispose (object);
}

static void
aloqa_audio_capture_finalize (GObject *object)
{
  g_mutex_clear (&ALOQA_AUDIO_CAPTURE (object)->sound_lock);

  G_OBJECT_CLASS (aloqa_audio_capture_parent_class)->finalize (object);
}

static void
aloqa_audio_capture_class_init (AloqaAudioCaptureClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aloqa_audio_capture_dispose;
  G_OBJECT_CLASS (klass)->finalize = aloqa_audio_capture_finalize;
  signals[SWITCHED] = g_signal_new ("switched", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[ERROR] = g_signal_new ("error", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
  signals[SOUND_ERROR] = g_signal_new ("sound-error", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                       0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
aloqa_audio_capture_init (AloqaAudioCapture *self)
{
  g_autoptr (AloqaClock) clock = aloqa_clock_new ();

  self->feed = aloqa_feed_new ();
  self->open_feed = aloqa_feed_new ();
  self->listener_id = aloqa_feed_add_listener (self->open_feed, pass_on_cb, self);
  self->meter = aloqa_audio_meter_new (self->open_feed);
  self->input_feed = aloqa_feed_new ();
  self->input_meter = aloqa_audio_meter_new (self->input_feed);
  g_mutex_init (&self->sound_lock);
  self->source = g_strdup ("none");
  self->source_switch = aloqa_source_switch_new (self->open_feed, clock);
  g_signal_connect_object (self->source_switch, "switched", G_CALLBACK (switched_cb), self, 0);
  g_signal_connect_object (self->source_switch, "failed", G_CALLBACK (failed_cb), self, 0);
}

/**
 * aloqa_audio_capture_new:
 *
 * Returns: (transfer full): a capture that has not been started, with the source `none`
 */
AloqaAudioCapture *
aloqa_audio_capture_new (void)
{
  return g_object_new (ALOQA_TYPE_AUDIO_CAPTURE, NULL);
}

/**
 * aloqa_audio_capture_get_feed:
 *
 * Returns: (transfer none): where the sound goes
 */
AloqaFeed *
aloqa_audio_capture_get_feed (AloqaAudioCapture *self)
{
  return self->feed;
}

/**
 * aloqa_audio_capture_get_meter:
 *
 * Returns: (transfer none): how loud the source is after the processing, muted or not
 */
AloqaAudioMeter *
aloqa_audio_capture_get_meter (AloqaAudioCapture *self)
{
  return self->meter;
}

/**
 * aloqa_audio_capture_take_level:
 * @level: (out): how loud the source has been since this was asked before, muted or not
 *
 * Takes the report of the meter. What is not processed is as loud in both values.
 */
void
aloqa_audio_capture_take_level (AloqaAudioCapture *self, AloqaCaptureLevel *level)
{
  AloqaAudioReport voice, input;

  aloqa_audio_meter_take_report (self->meter, &voice);
  aloqa_audio_meter_take_report (self->input_meter, &input);
  level->voice_db = voice.level_db;
  level->input_db = input.n_buffers > 0 ? input.level_db : voice.level_db;
}

/**
 * aloqa_audio_capture_set_source:
 * @source: see the type
 * @error: ALOQA_MEDIA_ERROR_BAD_NAME, ALOQA_MEDIA_ERROR_MISSING_PART; what goes wrong later is told
 *   by the signal "error"
 *
 * Before aloqa_audio_capture_start() nothing is opened. Later the new source takes over as soon as
 * its first sound is there, and the one before goes on until then; `test`, `silence`, `echo` and
 * `none` take over at once: no further sound of a microphone is pushed when this returns.
 *
 * Returns: FALSE with @error and nothing changed where there is no such source
 */
gboolean
aloqa_audio_capture_set_source (AloqaAudioCapture *self, const char *source, GError **error)
{
  AloqaSource *made;
  g_autofree char *copy = g_strdup (source);

  if (!make_source (self, source, &made, error))
    return FALSE;

  g_free (self->source);
  self->source = g_steal_pointer (&copy);
  if (self->is_started)
    aloqa_source_switch_set (self->source_switch, made, self->source);
  else
    g_clear_object (&made);

  return TRUE;
}

/**
 * aloqa_audio_capture_set_echo_source:
 * @feed: whose sound comes again
 * @delay_ms: how much later, up to 5000
 *
 * Sets the source `echo`.
 */
void
aloqa_audio_capture_set_echo_source (AloqaAudioCapture *self, AloqaFeed *feed, guint delay_ms)
{
  g_set_object (&self->echo_feed, feed);
  self->echo_delay_ms = delay_ms;
  aloqa_audio_capture_set_source (self, "echo", NULL);
}

/* Returns: what aloqa_audio_capture_set_source() would, with the same @error; nothing is changed */
gboolean
aloqa_audio_capture_knows_source (AloqaAudioCapture *self, const char *source, GError **error)
{
  g_autoptr (AloqaSource) made = NULL;

  return make_source (self, source, &made, error);
}

/**
 * aloqa_audio_capture_get_source:
 *
 * Returns: (transfer none): the source that was set last; after an error the one before that if it goes on,
 *   else "silence"
 */
const char *
aloqa_audio_capture_get_source (AloqaAudioCapture *self)
{
  return self->source;
}

/**
 * aloqa_audio_capture_set_muted:
 *
 * Zeros instead of the sound, in the same rhythm; from the next buffer on, at most 20 ms later.
 */
void
aloqa_audio_capture_set_muted (AloqaAudioCapture *self, gboolean is_muted)
{
  g_atomic_int_set (&self->is_muted, is_muted);
}

gboolean
aloqa_audio_capture_is_muted (AloqaAudioCapture *self)
{
  return g_atomic_int_get (&self->is_muted);
}

/**
 * aloqa_audio_capture_set_processing:
 *
 * What is done to the sound of a microphone; one that is open is opened anew.
 */
void
aloqa_audio_capture_set_processing (AloqaAudioCapture *self, AloqaAudioProcessing processing)
{
  if (self->processing == processing)
    return;

  self->processing = processing;
  if (self->is_started && aloqa_source_name_after (self->source, "mic") != NULL)
    aloqa_audio_capture_set_source (self, self->source, NULL);
}

/**
 * aloqa_audio_capture_set_computer_sound:
 *
 * Whether what the other programs of this computer play is sent along, muted or not. Where that cannot
 * be had it is told by the signal "sound-error", and had as soon as it can be.
 */
void
aloqa_audio_capture_set_computer_sound (AloqaAudioCapture *self, gboolean is_on)
{
  AloqaComputerSound *previous = self->sound;
  AloqaComputerSound *next;

  if (is_on == (previous != NULL))
    return;

  next = is_on ? aloqa_computer_sound_new (aloqa_hop_new (self), sound_failed) : NULL;
  g_mutex_lock (&self->sound_lock);
  self->sound = next;
  g_mutex_unlock (&self->sound_lock);
  g_clear_pointer (&previous, aloqa_computer_sound_free);
}

/**
 * aloqa_audio_capture_start:
 *
 * Opens the source. Again does nothing.
 */
void
aloqa_audio_capture_start (AloqaAudioCapture *self)
{
  if (self->is_started)
    return;

  self->is_started = TRUE;
  aloqa_audio_capture_set_source (self, self->source, NULL);
}

/**
 * aloqa_audio_capture_stop:
 *
 * Closes the source, and keeps its name for another start. Nothing is pushed when this returns.
 */
void
aloqa_audio_capture_stop (AloqaAudioCapture *self)
{
  self->is_started = FALSE;
  aloqa_source_switch_close (self->source_switch);
}
