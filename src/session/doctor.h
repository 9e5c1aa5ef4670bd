/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/doctor-check.h"
#include "session/media-settings.h"
#include "signaling/account.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_DOCTOR (aloqa_doctor_get_type ())
G_DECLARE_FINAL_TYPE (AloqaDoctor, aloqa_doctor, ALOQA, DOCTOR, GObject)

/*
 * Looks at everything that a call needs, one thing after the other: "server", "sign-in",
 * "websocket", "ice" (once for each STUN and TURN server), "camera", "microphone", "speaker",
 * "portal", "codecs". What is looked at is what the settings name: a camera that is not used is not
 * opened, and one that is used and not there fails.
 *
 * It opens the camera and the microphone for a moment, and plays a short tone on the speaker: to be
 * run because a person asked for it, and not while a call is running.
 *
 * Signal "checked" (AloqaDoctorCheck *): this one is over; in order.
 *
 * Main thread only.
 */
AloqaDoctor *aloqa_doctor_new (AloqaAccount *account, GTlsDatabase *trust, AloqaClock *clock,
                               const AloqaMediaSettings *settings);
void aloqa_doctor_set_password (AloqaDoctor *self, const char *username, const char *password);
void aloqa_doctor_set_token (AloqaDoctor *self, const char *token);
void aloqa_doctor_set_ice_servers (AloqaDoctor *self, GPtrArray *servers);
GListModel *aloqa_doctor_get_checks (AloqaDoctor *self);

void aloqa_doctor_run_async (AloqaDoctor *self, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data);
gboolean aloqa_doctor_run_finish (AloqaDoctor *self, GAsyncResult *result, gboolean *is_healthy,
                                  GError **error);

G_END_DECLS
