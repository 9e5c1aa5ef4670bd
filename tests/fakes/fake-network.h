/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A network monitor that says what it is told to. */
#define ALOQA_TYPE_FAKE_NETWORK (aloqa_fake_network_get_type ())
G_DECLARE_FINAL_TYPE (AloqaFakeNetwork, aloqa_fake_network, ALOQA, FAKE_NETWORK, GObject)

AloqaFakeNetwork *aloqa_fake_network_new (void);
void aloqa_fake_network_change (AloqaFakeNetwork *self, gboolean is_available);

G_END_DECLS
