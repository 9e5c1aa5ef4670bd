/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/doctor.h"

G_BEGIN_DECLS

/* What the checks have to go by; each sees what those before it found out. */
typedef struct {
  AloqaAccount *account; /* or NULL: there is none */
  GTlsDatabase *trust;   /* or NULL: the system's authorities */
  AloqaClock *clock;
  AloqaMediaSettings *settings;
  char *username;         /* or NULL */
  char *password;         /* or NULL */
  char *token;            /* or NULL */
  GPtrArray *ice_servers; /* or NULL: nobody has named any */

  gboolean is_server_there;
  AloqaIceServer *ice_server; /* the one whose turn it is, or NULL; owned by ice_servers */
} AloqaDoctorCase;

typedef struct {
  AloqaDoctorState state;
  char *text;
  char *remedy; /* or NULL */
} AloqaDoctorFinding;

/* One check: takes the reference of @task, and ends with aloqa_doctor_conclude(). */
typedef void (*AloqaDoctorStart) (AloqaDoctorCase *the_case, GTask *task);

void aloqa_doctor_start_server (AloqaDoctorCase *the_case, GTask *task);
void aloqa_doctor_start_sign_in (AloqaDoctorCase *the_case, GTask *task);
void aloqa_doctor_start_websocket (AloqaDoctorCase *the_case, GTask *task);
void aloqa_doctor_start_ice_list (AloqaDoctorCase *the_case, GTask *task);
void aloqa_doctor_start_ice (AloqaDoctorCase *the_case, GTask *task);
void aloqa_doctor_start_camera (AloqaDoctorCase *the_case, GTask *task);
void aloqa_doctor_start_microphone (AloqaDoctorCase *the_case, GTask *task);
void aloqa_doctor_start_speaker (AloqaDoctorCase *the_case, GTask *task);
void aloqa_doctor_start_portal (AloqaDoctorCase *the_case, GTask *task);
void aloqa_doctor_start_codecs (AloqaDoctorCase *the_case, GTask *task);

void aloqa_doctor_conclude (GTask *task, AloqaDoctorState state, const char *remedy,
                            const char *format, ...) G_GNUC_PRINTF (4, 5);
gboolean aloqa_doctor_begin_media (GTask *task);
void aloqa_doctor_conclude_signed_out (GTask *task);
void aloqa_doctor_finding_free (gpointer finding);

AloqaDoctorCheck *aloqa_doctor_check_new (const char *id, const char *title);
void aloqa_doctor_check_conclude (AloqaDoctorCheck *self, const AloqaDoctorFinding *finding);

G_END_DECLS
