/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/options.h"
#include "session/media-settings.h"

G_BEGIN_DECLS

/* What the options say, as the session takes it. */
AloqaMediaSettings *aloqa_options_build_settings (const AloqaOptions *options);
gboolean
aloqa_options_load_ice_servers (const AloqaOptions *options, GPtrArray **servers, GError **error);

G_END_DECLS
