/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/options.h"
#include "session/media-settings.h"
#include "session/server-choice.h"

G_BEGIN_DECLS

/* What the options say, as the session takes it. */
AloqaMediaSettings *aloqa_options_build_settings (const AloqaOptions *options);
AloqaServerChoice *aloqa_options_choose_server (const AloqaOptions *options, GError **error);

G_END_DECLS
