/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *aloqa_error_text_for_server (const GError *error, const char *server);
char *aloqa_error_text_for_kept_sign_in (const GError *error, const char *server);
void
aloqa_error_text_explain (const GError *error, const char *server, char **finding, char **advice);
const char *aloqa_error_text_for_device (const GError *error, const char *role);
char *aloqa_error_text_explain_device (const GError *error, const char *role);
const char *aloqa_error_text_for_desktop (const GError *error);
char *aloqa_error_text_for_erasing (const GError *error);
const char *aloqa_error_text_for_ice_server (const GError *error);

G_END_DECLS
