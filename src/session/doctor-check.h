/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define ALOQA_TYPE_DOCTOR_CHECK (aloqa_doctor_check_get_type ())
G_DECLARE_FINAL_TYPE (AloqaDoctorCheck, aloqa_doctor_check, ALOQA, DOCTOR_CHECK, GObject)

typedef enum {
  ALOQA_DOCTOR_RUNNING,
  ALOQA_DOCTOR_OK,
  ALOQA_DOCTOR_FAILED,
  ALOQA_DOCTOR_NOT_APPLICABLE, /* there is nothing to check here, and nothing wrong with that */
  ALOQA_DOCTOR_SKIPPED,        /* could not be checked, since an earlier check failed */
} AloqaDoctorState;

/*
 * One thing that the doctor looks at. Properties, for people where they are sentences: "id",
 * "title", and with notify "state" (an AloqaDoctorState, as int), "finding" and "remedy"; the last
 * two are NULL until it is over, and "remedy" also where nothing needs to be done.
 */
const char *aloqa_doctor_check_get_id (AloqaDoctorCheck *self);
const char *aloqa_doctor_check_get_title (AloqaDoctorCheck *self);
AloqaDoctorState aloqa_doctor_check_get_state (AloqaDoctorCheck *self);
const char *aloqa_doctor_check_get_finding (AloqaDoctorCheck *self);
const char *aloqa_doctor_check_get_remedy (AloqaDoctorCheck *self);

G_END_DECLS
