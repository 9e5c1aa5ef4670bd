/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "media/device.h"
#include "session/session.h"

G_BEGIN_DECLS

/* What the person chose (GSettings), as the plain values that session/ takes. */
AloqaMediaSettings *aloqa_settings_build_media (GSettings *settings);
char *aloqa_settings_name_ring_sink (GSettings *settings);
void aloqa_settings_keep_device (GSettings *settings, AloqaDeviceKind kind, const char *source);
gboolean aloqa_settings_is_plain_http_allowed (GSettings *settings, const char *server);
void aloqa_settings_allow_plain_http (GSettings *settings, const char *server);
AloqaDialProtocol aloqa_settings_get_protocol (GSettings *settings);

G_END_DECLS
