/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What keeps a call that finds no path from the last one there is: through a TURN server. */
typedef enum {
  ALOQA_PATH_TROUBLE_NONE,        /* a TURN server works from here, or it is not known */
  ALOQA_PATH_TROUBLE_NO_TURN,     /* none is set */
  ALOQA_PATH_TROUBLE_REFUSED,     /* it takes neither this user nor this password */
  ALOQA_PATH_TROUBLE_UNREACHABLE, /* it does not answer */
  ALOQA_PATH_TROUBLE_BROKEN,      /* it answers, and is of no use */
} AloqaPathTrouble;

/*
 * Asks the TURN servers of a call that takes long to connect, so that it can say why when it does
 * not.
 */
typedef struct _AloqaPathDiagnosis AloqaPathDiagnosis;

/* All TURN servers have been asked, and none works, or there is none. May free the diagnosis. */
typedef void (*AloqaPathHopelessFunc) (gpointer user_data);

AloqaPathDiagnosis *aloqa_path_diagnosis_new (GPtrArray *ice_servers, GTlsDatabase *trust,
                                              AloqaPathHopelessFunc hopeless, gpointer user_data);
void aloqa_path_diagnosis_free (AloqaPathDiagnosis *self);
AloqaPathTrouble aloqa_path_diagnosis_conclude (AloqaPathDiagnosis *self, char **detail);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaPathDiagnosis, aloqa_path_diagnosis_free)

G_END_DECLS
