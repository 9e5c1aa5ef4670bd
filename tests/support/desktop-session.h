/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * A private D-Bus, PipeWire, WirePlumber and Pulse server in folders of their own, with made-up
 * devices, which the test program then finds instead of the desktop's. It all dies with the test.
 */
typedef struct _AloqaTestSession AloqaTestSession;

AloqaTestSession *aloqa_test_session_start (char **reason);
void aloqa_test_session_stop (AloqaTestSession *self);
void aloqa_test_session_stop_daemons (AloqaTestSession *self);
void aloqa_test_session_start_daemons (AloqaTestSession *self);
GSubprocess *aloqa_test_session_spawn (AloqaTestSession *self, const char *const *argv);
void aloqa_test_session_end (AloqaTestSession *self, GSubprocess *process);
char *aloqa_test_session_ask (AloqaTestSession *self, const char *const *argv);

void
aloqa_test_session_add_speaker (AloqaTestSession *self, const char *name, const char *description);
void aloqa_test_session_add_microphone (AloqaTestSession *self, const char *name,
                                        const char *description);
void aloqa_test_session_remove_microphone (AloqaTestSession *self, const char *name);
GSubprocess *
aloqa_test_session_add_camera (AloqaTestSession *self, const char *name, const char *description,
                               const char *mode, const char *format, const char *picture);
void aloqa_test_session_set_default (AloqaTestSession *self, const char *kind, const char *name);
void aloqa_test_session_restart_manager (AloqaTestSession *self);
void aloqa_test_session_remove_node (AloqaTestSession *self, const char *name);
guint aloqa_test_session_count_links (AloqaTestSession *self, const char *name);

void aloqa_test_hide_daemons (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaTestSession, aloqa_test_session_stop)

G_END_DECLS
