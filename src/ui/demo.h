/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define ALOQA_TYPE_DEMO (aloqa_demo_get_type ())
G_DECLARE_FINAL_TYPE (AloqaDemo, aloqa_demo, ALOQA, DEMO, GObject)

/* Whom to sign in as, on the demo's server. The password is no secret: the server is on this machine
 * only, and forgets everything. */
#define ALOQA_DEMO_USER "ali"
#define ALOQA_DEMO_PASSWORD "demo"

/*
 * A server with demo accounts and a contact that shows a clock and sends sound back, as two child
 * processes. They run, and hold this object, until it is told to stop; they end with this program,
 * too, whatever it dies of.
 */
AloqaDemo *aloqa_demo_new (void);
void aloqa_demo_start_async (AloqaDemo *self, GAsyncReadyCallback callback, gpointer user_data);
char *aloqa_demo_start_finish (AloqaDemo *self, GAsyncResult *result, GError **error);
void aloqa_demo_stop (AloqaDemo *self);

G_END_DECLS
