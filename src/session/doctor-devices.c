/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/doctor-private.h"

#include <glib/gi18n.h>

#include "media/audio-output.h"
#include "media/camera-remote.h"
#include "media/devices.h"
#include "media/media.h"
#include "media/source-name.h"
#include "media/video-capture.h"
#include "session/error-text.h"

#include <unistd.h>

/* From cold, slow cameras take two seconds and more. */
#define OPEN_LIMIT_US (4 * G_USEC_PER_SEC)

/* For how long a microphone is listened to, and a tone is played. */
#define LISTEN_US G_USEC_PER_SEC

/* One device, opened for a moment; the data of the check's task. */
typedef struct _Trial Trial;

struct _Trial {
  AloqaDoctorCase *the_case;
  void (*open) (GTask *task, Trial *trial);
  AloqaDeviceKind kind;
  const char *source; /* or sink, as the settings have it */
  const char *name;   /* in it; "" for the default device */
  AloqaDevice *device;
  AloqaVideoCapture *video;
  AloqaAudioCapture *audio;
  AloqaAudioOutput *output;
  GSource *cancel_source;
  guint timer;
};

/* What is said of a device that is not there, the default one or one with a name. */
static const struct {
  const char *none, *none_of_name;
} absences[ALOQA_DEVICE_N_KINDS] = {
  [ALOQA_DEVICE_CAMERA] = { N_ ("There is no camera."), N_ ("There is no camera “%s”.") },
  [ALOQA_DEVICE_MICROPHONE] = { N_ ("There is no microphone."),
                                N_ ("There is no microphone “%s”.") },
  [ALOQA_DEVICE_SPEAKER] = { N_ ("There is no speaker."), N_ ("There is no speaker “%s”.") },
};

/* What to do about an AloqaMediaError. */
static const char *
get_remedy (const GError *error)
{
  static const char *const remedies[] = {
    [ALOQA_MEDIA_ERROR_BAD_NAME] = N_ ("Choose another one."),
    [ALOQA_MEDIA_ERROR_NOT_FOUND] = N_ ("Plug one in, choose another one, or do without. If one is "
                                        "plugged in: is PipeWire running?"),
    [ALOQA_MEDIA_ERROR_BUSY] = N_ ("Close the other program that uses it."),
    [ALOQA_MEDIA_ERROR_DENIED] =
        N_ ("Allow this program to use it in the system's privacy settings."),
    [ALOQA_MEDIA_ERROR_GONE] = N_ ("Plug it in again, or choose another one."),
    [ALOQA_MEDIA_ERROR_MISSING_PART] = N_ ("Install that package, and start again."),
    [ALOQA_MEDIA_ERROR_FAILED] = N_ ("Unplug it and plug it in again, or choose another one."),
  };

  if (error->domain == ALOQA_MEDIA_ERROR && error->code < (int) G_N_ELEMENTS (remedies))
    return remedies[error->code];
  return NULL;
}

/* Closes the device at once: its light goes off before anything is said about it. */
static void
close_device (GTask *task, Trial *trial)
{
  aloqa_clock_clear_timer (trial->the_case->clock, &trial->timer);
  if (trial->cancel_source != NULL)
    g_source_destroy (trial->cancel_source);
  g_clear_pointer (&trial->cancel_source, g_source_unref);

  if (trial->output != NULL) {
    g_signal_handlers_disconnect_by_data (trial->output, task);
    aloqa_audio_output_stop (trial->output);
  }
  if (trial->video != NULL) {
    g_signal_handlers_disconnect_by_data (trial->video, task);
    aloqa_video_capture_stop (trial->video);
  }
  if (trial->audio != NULL) {
    g_signal_handlers_disconnect_by_data (trial->audio, task);
    aloqa_audio_capture_stop (trial->audio);
  }
}

static void
free_trial (gpointer data)
{
  Trial *trial = data;

  g_clear_object (&trial->output);
  g_clear_object (&trial->video);
  g_clear_object (&trial->audio);
  g_clear_object (&trial->device);
  g_free (trial);
}

static void
fail (GTask *task, const GError *error)
{
  Trial *trial = g_task_get_task_data (task);
  g_autofree char *finding =
      aloqa_error_text_explain_device (error, aloqa_device_kind_get_role (trial->kind));

  close_device (task, trial);
  aloqa_doctor_conclude (task, ALOQA_DOCTOR_FAILED, get_remedy (error), "%s", finding);
}

/* For the signals of what is open. */
static void
error_cb (GObject *source, const GError *error, GTask *task)
{
  fail (task, error);
}

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  GTask *task = user_data;

  close_device (task, g_task_get_task_data (task));
  aloqa_doctor_conclude (task, ALOQA_DOCTOR_SKIPPED, NULL, N_ ("Cancelled."));
  return G_SOURCE_REMOVE;
}

static void
limit_cb (gpointer user_data)
{
  GTask *task = user_data;
  Trial *trial = g_task_get_task_data (task);

  trial->timer = 0;
  close_device (task, trial);
  aloqa_doctor_conclude (
      task, ALOQA_DOCTOR_FAILED,
      N_ ("Close other programs that may use it, or unplug it and plug it in again."),
      N_ ("“%s” was opened, but nothing comes from it."), aloqa_device_get_name (trial->device));
}

static void
wait_for (GTask *task, Trial *trial, gint64 delay_us, GSourceOnceFunc callback)
{
  aloqa_clock_clear_timer (trial->the_case->clock, &trial->timer);
  trial->timer = aloqa_clock_add_timer (trial->the_case->clock, delay_us, callback, task);
}

static void
conclude_absent (GTask *task, Trial *trial, const GError *error)
{
  g_autofree char *text =
      *trial->name != '\0' ? g_strdup_printf (_ (absences[trial->kind].none_of_name), trial->name)
                           : g_strdup (_ (absences[trial->kind].none));

  aloqa_doctor_conclude (task, ALOQA_DOCTOR_FAILED, get_remedy (error), "%s", text);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Trial *trial = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr (GError) error = NULL;

  trial->device = aloqa_devices_find_finish (ALOQA_DEVICES (source), result, &error);
  if (trial->device == NULL) {
    conclude_absent (task, trial, error);
    return;
  }

  if (cancellable != NULL) {
    trial->cancel_source = g_cancellable_source_new (cancellable);
    g_source_set_callback (trial->cancel_source, G_SOURCE_FUNC (cancelled_cb), task, NULL);
    g_source_attach (trial->cancel_source, NULL);
  }
  trial->open (task, trial);
}

static void
find (GTask *task, Trial *trial)
{
  g_autoptr (AloqaDevices) devices = aloqa_devices_dup_shared ();

  if (trial->kind == ALOQA_DEVICE_CAMERA)
    aloqa_devices_connect_cameras (devices);
  aloqa_devices_find_async (devices, trial->kind, trial->name, g_task_get_cancellable (task),
                            found_cb, task);
}

static void
granted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  g_autoptr (GError) error = NULL;
  int fd;

  if (!aloqa_camera_remote_open_finish (result, &fd, &error)) {
    fail (task, error);
    return;
  }

  if (fd >= 0)
    close (fd);
  find (task, g_task_get_task_data (task));
}

static void
start (AloqaDoctorCase *the_case, GTask *task, AloqaDeviceKind kind, const char *source,
       const char *name, void (*open) (GTask *task, Trial *trial))
{
  Trial *trial;

  if (!aloqa_doctor_begin_media (task))
    return;
  trial = g_new0 (Trial, 1);
  trial->the_case = the_case;
  trial->open = open;
  trial->kind = kind;
  trial->source = source;
  trial->name = name;
  g_task_set_task_data (task, trial, free_trial);
  /* Behind a portal there are no cameras before the person has answered; they may take their time. */
  if (kind == ALOQA_DEVICE_CAMERA)
    aloqa_camera_remote_open_async (g_task_get_cancellable (task), granted_cb, task);
  else
    find (task, trial);
}

/* Camera. */

static void
picture_cb (AloqaVideoCapture *video, const char *source, GTask *task)
{
  Trial *trial = g_task_get_task_data (task);

  close_device (task, trial);
  aloqa_doctor_conclude (task, ALOQA_DOCTOR_OK, NULL, N_ ("“%s” gives a picture."),
                         aloqa_device_get_name (trial->device));
}

static void
open_camera (GTask *task, Trial *trial)
{
  const AloqaMediaSettings *settings = trial->the_case->settings;
  g_autoptr (GError) error = NULL;

  trial->video = aloqa_video_capture_new (settings->width_px, settings->height_px, settings->fps);
  if (!aloqa_video_capture_set_source (trial->video, trial->source, &error)) {
    fail (task, error);
    return;
  }
  g_signal_connect (trial->video, "switched", G_CALLBACK (picture_cb), task);
  g_signal_connect (trial->video, "error", G_CALLBACK (error_cb), task);
  wait_for (task, trial, OPEN_LIMIT_US, limit_cb);
  aloqa_video_capture_start (trial->video);
}

void
aloqa_doctor_start_camera (AloqaDoctorCase *the_case, GTask *task)
{
  const char *source = the_case->settings->video_source;
  const char *name = aloqa_source_name_after (source, "camera");

  if (name != NULL)
    start (the_case, task, ALOQA_DEVICE_CAMERA, source, name, open_camera);
  else
    aloqa_doctor_conclude (task, ALOQA_DOCTOR_NOT_APPLICABLE, NULL,
                           N_ ("No camera is in use: the picture is “%s”."), source);
}

/* Microphone. */

static void
listened_cb (gpointer user_data)
{
  GTask *task = user_data;
  Trial *trial = g_task_get_task_data (task);
  const char *name = aloqa_device_get_name (trial->device);
  AloqaAudioReport report;

  trial->timer = 0;
  aloqa_audio_meter_take_report (aloqa_audio_capture_get_meter (trial->audio), &report);
  close_device (task, trial);
  if (report.level_db > ALOQA_AUDIO_METER_FLOOR_DB)
    aloqa_doctor_conclude (task, ALOQA_DOCTOR_OK, NULL,
                           N_ ("“%s” gives sound, at %.0f dB of the loudest possible."), name,
                           report.level_db);
  else
    aloqa_doctor_conclude (
        task, ALOQA_DOCTOR_FAILED,
        N_ ("Switch it on: it may have a mute button, and the sound settings have "
            "another."),
        N_ ("“%s” gives nothing but silence."), name);
}

static void
sound_cb (AloqaAudioCapture *audio, const char *source, GTask *task)
{
  Trial *trial = g_task_get_task_data (task);
  AloqaAudioReport discarded;

  aloqa_audio_meter_take_report (aloqa_audio_capture_get_meter (audio), &discarded);
  wait_for (task, trial, LISTEN_US, listened_cb);
}

static void
open_microphone (GTask *task, Trial *trial)
{
  g_autoptr (GError) error = NULL;

  trial->audio = aloqa_audio_capture_new ();
  /* What noise suppression makes of a quiet room would look like a dead microphone. */
  aloqa_audio_capture_set_processing (trial->audio, ALOQA_AUDIO_PROCESSING_NONE);
  if (!aloqa_audio_capture_set_source (trial->audio, trial->source, &error)) {
    fail (task, error);
    return;
  }
  g_signal_connect (trial->audio, "switched", G_CALLBACK (sound_cb), task);
  g_signal_connect (trial->audio, "error", G_CALLBACK (error_cb), task);
  wait_for (task, trial, OPEN_LIMIT_US, limit_cb);
  aloqa_audio_capture_start (trial->audio);
}

void
aloqa_doctor_start_microphone (AloqaDoctorCase *the_case, GTask *task)
{
  const char *source = the_case->settings->audio_source;
  const char *name = aloqa_source_name_after (source, "mic");

  if (name != NULL)
    start (the_case, task, ALOQA_DEVICE_MICROPHONE, source, name, open_microphone);
  else
    aloqa_doctor_conclude (task, ALOQA_DOCTOR_NOT_APPLICABLE, NULL,
                           N_ ("No microphone is in use: the sound is “%s”."), source);
}

/* Speaker. */

static void
played_cb (gpointer user_data)
{
  GTask *task = user_data;
  Trial *trial = g_task_get_task_data (task);

  trial->timer = 0;
  close_device (task, trial);
  aloqa_doctor_conclude (
      task, ALOQA_DOCTOR_OK, NULL,
      N_ ("A short tone was played on “%s”. If you did not hear it, turn it up."),
      aloqa_device_get_name (trial->device));
}

static void
open_speaker (GTask *task, Trial *trial)
{
  g_autoptr (GError) error = NULL;

  trial->audio = aloqa_audio_capture_new ();
  trial->output = aloqa_audio_output_new (aloqa_audio_capture_get_feed (trial->audio));
  if (!aloqa_audio_capture_set_source (trial->audio, "test", &error) ||
      !aloqa_audio_output_set_sink (trial->output, trial->source, &error)) {
    fail (task, error);
    return;
  }
  g_signal_connect (trial->output, "error", G_CALLBACK (error_cb), task);
  wait_for (task, trial, LISTEN_US, played_cb);
  aloqa_audio_output_start (trial->output);
  aloqa_audio_capture_start (trial->audio);
}

void
aloqa_doctor_start_speaker (AloqaDoctorCase *the_case, GTask *task)
{
  const char *sink = the_case->settings->audio_sink;
  const char *name = aloqa_source_name_after (sink, "speaker");

  if (name != NULL)
    start (the_case, task, ALOQA_DEVICE_SPEAKER, sink, name, open_speaker);
  else
    aloqa_doctor_conclude (task, ALOQA_DOCTOR_NOT_APPLICABLE, NULL,
                           N_ ("No speaker is in use: the sound goes to “%s”."), sink);
}
