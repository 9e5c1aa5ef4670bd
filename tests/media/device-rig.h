/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/audio-capture.h"
#include "media/audio-output.h"
#include "media/devices.h"
#include "media/feed-log.h"
#include "media/video-capture.h"

#include "support/device-run.h"

G_BEGIN_DECLS

/*
 * What every test with devices stands on: a real PipeWire of its own with the speaker "speaker" and
 * the microphone "mic", cameras as a test needs them, and captures that tell what they do. The
 * session is one for the whole program, the rest is made anew for each test.
 */
typedef struct {
  AloqaDevices *devices;
  AloqaVideoCapture *video;
  AloqaAudioCapture *audio;
  AloqaAudioOutput *output;
  AloqaFeedLog *log; /* of the capture that was started last */
  AloqaAudioMeter *meter;
  GError *error;  /* the last one that was told */
  char *switched; /* the last source that was */
  const char *wanted;
} AloqaDeviceRig;

int aloqa_device_rig_main (int argc, char **argv, void (*add_tests) (void));
void aloqa_device_rig_add_test (const char *path,
                                void (*test) (AloqaDeviceRig *rig, gconstpointer user_data));
AloqaTestSession *aloqa_device_rig_get_session (void);

GSubprocess *aloqa_device_rig_add_camera (AloqaDeviceRig *rig, const char *name, const char *size,
                                          const char *format, const char *picture);
void aloqa_device_rig_remove_camera (AloqaDeviceRig *rig, const char *name, GSubprocess *camera);
AloqaDevice *aloqa_device_rig_find (AloqaDeviceRig *rig, AloqaDeviceKind kind, const char *id);

void aloqa_device_rig_start_video (AloqaDeviceRig *rig, const char *source);
void aloqa_device_rig_start_audio (AloqaDeviceRig *rig, const char *source, double tone_hz);
void aloqa_device_rig_start_output (AloqaDeviceRig *rig, AloqaFeed *feed, const char *sink);
void aloqa_device_rig_wait_for_switch (AloqaDeviceRig *rig, const char *source);
void aloqa_device_rig_wait_for_error (AloqaDeviceRig *rig);
void aloqa_device_rig_wait_for_tone (AloqaDeviceRig *rig);

G_END_DECLS
