/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/inlet-log.h"
#include "media/screen.h"
#include "support/desktop-session.h"

G_BEGIN_DECLS

/*
 * A shared screen's node (support/virtual-screen.c), and one who looks at it. The PipeWire below is one
 * for the whole program, the rest is made anew for each test.
 */
typedef struct {
  GSubprocess *node;
  GDataInputStream *said; /* by the node */
  AloqaInletLog sent;
  AloqaScreen *screen; /* NULL until it is looked at */
  GError *end;         /* or NULL */
} AloqaScreenRig;

int aloqa_screen_rig_main (int argc, char **argv, void (*add_tests) (void));
AloqaTestSession *aloqa_screen_rig_get_session (void);
void aloqa_screen_rig_set_up (AloqaScreenRig *rig, gconstpointer words);
void aloqa_screen_rig_tear_down (AloqaScreenRig *rig, gconstpointer words);

guint32 aloqa_screen_rig_read_node_id (AloqaScreenRig *rig);
char *aloqa_screen_rig_read_word (AloqaScreenRig *rig, const char *word);
void aloqa_screen_rig_tell (AloqaScreenRig *rig, const char *lines);
void aloqa_screen_rig_open (AloqaScreenRig *rig);
void aloqa_screen_rig_look (AloqaScreenRig *rig);
GstSample *aloqa_screen_rig_dup_newest (AloqaScreenRig *rig);
void aloqa_screen_rig_assert_each_is_seen (AloqaScreenRig *rig);

G_END_DECLS
