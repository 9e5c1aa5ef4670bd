/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/audio-output.h"

#include "media/audio-player.h"
#include "media/codecs.h"
#include "media/devices.h"
#include "media/echo-reference.h"
#include "media/media.h"
#include "media/source-name.h"

/* How long a speaker that is left plays beside the next one: until that has what it needs ahead. */
#define OVERLAP_MS 80

struct _AloqaAudioOutput {
  GObject parent_instance;

  AloqaFeed *feed;
  char *sink;
  gboolean is_started;
  gboolean cancels_echo;
  GCancellable *cancellable; /* of the search for the device */

  AloqaAudioPlayer *player;
  AloqaAudioPlayer *previous; /* a speaker that plays until the next one does */
  char *previous_sink;
  guint previous_id;
};

enum { OPENED, ERROR, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AloqaAudioOutput, aloqa_audio_output, G_TYPE_OBJECT)

static void
drop_previous (AloqaAudioOutput *self)
{
  g_clear_handle_id (&self->previous_id, g_source_remove);
  g_clear_pointer (&self->previous, aloqa_audio_player_free);
  g_clear_pointer (&self->previous_sink, g_free);
}

static void
drop_previous_cb (gpointer user_data)
{
  AloqaAudioOutput *self = user_data;

  self->previous_id = 0;
  drop_previous (self);
}

static void
cancel_search (AloqaAudioOutput *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
close_sink (AloqaAudioOutput *self)
{
  cancel_search (self);
  drop_previous (self);
  g_clear_pointer (&self->player, aloqa_audio_player_free);
}

/* The speaker in use goes on until the next one plays, so that nothing is missed. */
static void
leave_sink (AloqaAudioOutput *self)
{
  cancel_search (self);
  if (self->player == NULL)
    return;

  drop_previous (self);
  self->previous = g_steal_pointer (&self->player);
  self->previous_sink = g_strdup (self->sink);
}

/* The next one cannot be had: the speaker that was left is none the worse for it. */
static void
return_to_previous (AloqaAudioOutput *self)
{
  cancel_search (self);
  g_clear_handle_id (&self->previous_id, g_source_remove);
  g_clear_pointer (&self->player, aloqa_audio_player_free);
  self->player = g_steal_pointer (&self->previous);
  g_free (self->sink);
  self->sink = g_steal_pointer (&self->previous_sink);
  if (self->cancels_echo)
    aloqa_echo_reference_set_writer (ALOQA_ECHO_REFERENCE_VOICE, self->player);
}

static void
fail (AloqaAudioOutput *self, const GError *error)
{
  if (self->previous != NULL)
    return_to_previous (self);
  else
    aloqa_audio_output_set_sink (self, "null", NULL);
  g_signal_emit (self, signals[ERROR], 0, error);
}

static void
handle_started (AloqaAudioPlayer *player, gpointer owner)
{
  AloqaAudioOutput *self = owner;

  if (player != self->player)
    return;

  if (self->cancels_echo && aloqa_source_name_after (self->sink, "speaker") != NULL)
    aloqa_echo_reference_set_writer (ALOQA_ECHO_REFERENCE_VOICE, player);
  if (self->previous == NULL)
    return;
  g_clear_handle_id (&self->previous_id, g_source_remove);
  self->previous_id = g_timeout_add_once (OVERLAP_MS, drop_previous_cb, self);
}

static void
handle_failed (AloqaAudioPlayer *player, const GError *error, gpointer owner)
{
  AloqaAudioOutput *self = owner;

  if (player == self->previous)
    drop_previous (self);
  else
    fail (self, error);
}

static const AloqaAudioPlayerFuncs player_funcs = { handle_started, handle_failed };

/* @player: (nullable): a new one, or %NULL with @error */
static void
take_player (AloqaAudioOutput *self, AloqaAudioPlayer *player, const GError *error)
{
  self->player = player;
  if (player != NULL)
    g_signal_emit (self, signals[OPENED], 0);
  else
    fail (self, error);
}

static void
open_file (AloqaAudioOutput *self, const char *path)
{
  g_autoptr (GError) error = NULL;

  take_player (self, aloqa_audio_player_new_file (self->feed, path, &player_funcs, self, &error),
               error);
}

static void
open_speaker (AloqaAudioOutput *self, AloqaDevice *device)
{
  /* Without a name the server chooses, and moves the stream along with its default. */
  gboolean has_name = *aloqa_source_name_after (self->sink, "speaker") != '\0';
  g_autoptr (GError) error = NULL;

  take_player (self,
               aloqa_audio_player_new_speaker (
                   self->feed, has_name ? aloqa_device_get_id (device) : NULL,
                   aloqa_device_get_name (device), self->cancels_echo, &player_funcs, self, &error),
               error);
}

static void
found_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AloqaAudioOutput) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (AloqaDevice) device =
      aloqa_devices_find_finish (ALOQA_DEVICES (object), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (device != NULL)
    open_speaker (self, device);
  else
    fail (self, error);
}

static void
open_sink (AloqaAudioOutput *self)
{
  const char *name;

  if ((name = aloqa_source_name_after (self->sink, "file")) != NULL) {
    open_file (self, name);
  } else if ((name = aloqa_source_name_after (self->sink, "speaker")) != NULL) {
    g_autoptr (AloqaDevices) devices = aloqa_devices_dup_shared ();

    self->cancellable = g_cancellable_new ();
    aloqa_devices_find_async (devices, ALOQA_DEVICE_SPEAKER, name, self->cancellable, found_cb,
                              g_object_ref (self));
  }
}

static gboolean
check_sink (const char *sink, GError **error)
{
  const char *path = aloqa_source_name_after (sink, "file");

  if (g_str_equal (sink, "null"))
    return TRUE;
  if (aloqa_source_name_after (sink, "speaker") != NULL)
    return aloqa_codecs_check_group ("Sound", error);
  if (path != NULL && *path != '\0')
    return aloqa_codecs_check_group ("Files", error);

  g_set_error (error, ALOQA_MEDIA_ERROR, ALOQA_MEDIA_ERROR_BAD_NAME,
               "“%s” is no audio sink; it is one of null, speaker[:NAME], file:PATH", sink);
  return FALSE;
}

static void
aloqa_audio_output_dispose (GObject *object)
{
  AloqaAudioOutput *self = ALOQA_AUDIO_OUTPUT (object);

  if (self->feed != NULL)
    close_sink (self);
  g_clear_object (&self->feed);
  g_clear_pointer (&self->sink, g_free);

  G_OBJECT_CLASS (aloqa_audio_output_parent_class)->dispose (object);
}

static void
aloqa_audio_output_class_init (AloqaAudioOutputClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aloqa_audio_output_dispose;
  signals[OPENED] = g_signal_new ("opened", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
  signals[ERROR] = g_signal_new ("error", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
aloqa_audio_output_init (AloqaAudioOutput *self)
{
  self->sink = g_strdup ("null");
}

/**
 * aloqa_audio_output_new:
 * @feed: what to play
 *
 * Returns: (transfer full): an output that has not been started, with the sink `null`
 */
AloqaAudioOutput *
aloqa_audio_output_new (AloqaFeed *feed)
{
  AloqaAudioOutput *self = g_object_new (ALOQA_TYPE_AUDIO_OUTPUT, NULL);

  self->feed = g_object_ref (feed);
  return self;
}

/**
 * aloqa_audio_output_set_cancels_echo:
 *
 * To be called before aloqa_audio_output_start() by who plays the other side's voice: microphones
 * take out what they hear of it. Of other sounds nobody cares, and of two that play at once one only
 * can be taken out: the one that began last.
 */
void
aloqa_audio_output_set_cancels_echo (AloqaAudioOutput *self, gboolean cancels_echo)
{
  self->cancels_echo = cancels_echo;
}

/**
 * aloqa_audio_output_set_sink:
 * @sink: see the type
 * @error: ALOQA_MEDIA_ERROR_BAD_NAME, ALOQA_MEDIA_ERROR_MISSING_PART; what goes wrong later is told
 *   by the signal "error"
 *
 * Before aloqa_audio_output_start() nothing is opened. From one speaker to another the sound goes on:
 * both play for a moment.
 *
 * Returns: FALSE with @error and nothing changed where there is no such sink
 */
gboolean
aloqa_audio_output_set_sink (AloqaAudioOutput *self, const char *sink, GError **error)
{
  g_autofree char *copy = g_strdup (sink);

  if (!check_sink (sink, error))
    return FALSE;

  if (aloqa_source_name_after (self->sink, "speaker") != NULL &&
      aloqa_source_name_after (sink, "speaker") != NULL)
    leave_sink (self);
  else
    close_sink (self);
  g_free (self->sink);
  self->sink = g_steal_pointer (&copy);
  if (self->is_started)
    open_sink (self);

  return TRUE;
}

/**
 * aloqa_audio_output_get_sink:
 *
 * Returns: (transfer none): the sink that was set last; after an error the speaker before that if it goes
 *   on, else "null"
 */
const char *
aloqa_audio_output_get_sink (AloqaAudioOutput *self)
{
  return self->sink;
}

/**
 * aloqa_audio_output_start:
 *
 * Opens the sink. Again does nothing.
 */
void
aloqa_audio_output_start (AloqaAudioOutput *self)
{
  if (self->is_started)
    return;

  self->is_started = TRUE;
  open_sink (self);
}

/**
 * aloqa_audio_output_stop:
 *
 * Silent at once, and keeps the sink's name for another start. A file is complete when this
 * returns.
 */
void
aloqa_audio_output_stop (AloqaAudioOutput *self)
{
  self->is_started = FALSE;
  close_sink (self);
}
