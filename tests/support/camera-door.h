/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * A portal's part, before the PipeWire of aloqa_test_run_with_devices(): cameras are had through it
 * alone, and it answers as the test likes.
 */
typedef enum {
  ALOQA_TEST_DOOR_OPENS,
  ALOQA_TEST_DOOR_FAILS,
  ALOQA_TEST_DOOR_REFUSES,
  ALOQA_TEST_DOOR_WAITS, /* until aloqa_test_camera_door_let() */
} AloqaTestDoorAnswer;

void aloqa_test_camera_door_use (AloqaTestDoorAnswer answer);
void aloqa_test_camera_door_answer_first (guint n, AloqaTestDoorAnswer answer);
gboolean aloqa_test_camera_door_is_waited_at (gpointer unused);
void aloqa_test_camera_door_let (void);
guint aloqa_test_camera_door_get_n_asked (void);
void aloqa_test_camera_door_remove (void);

G_END_DECLS
