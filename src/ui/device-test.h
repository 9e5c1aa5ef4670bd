/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define ALOQA_TYPE_CAMERA_TEST (aloqa_camera_test_get_type ())
G_DECLARE_FINAL_TYPE (AloqaCameraTest, aloqa_camera_test, ALOQA, CAMERA_TEST, AdwBin)

#define ALOQA_TYPE_MICROPHONE_TEST (aloqa_microphone_test_get_type ())
G_DECLARE_FINAL_TYPE (AloqaMicrophoneTest, aloqa_microphone_test, ALOQA, MICROPHONE_TEST, AdwBin)

/*
 * Try the chosen camera and microphone: opened only while the person looks at them, and let go when
 * the window closes. They follow what is chosen meanwhile.
 */
void aloqa_camera_test_follow (AloqaCameraTest *self, GSettings *settings);
void aloqa_microphone_test_follow (AloqaMicrophoneTest *self, GSettings *settings);

G_END_DECLS
