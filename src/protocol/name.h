/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The rules for what people are called, and for every text of theirs that is shown. */

char *aloqa_display_name (const char *username, const char *first_name, const char *last_name);
char *aloqa_text_clean (const char *text, gsize max_chars);
gboolean aloqa_username_is_valid (const char *username);
gboolean aloqa_profile_pic_is_valid (const char *profile_pic);
gboolean aloqa_word_is_valid (const char *word, gsize max_chars);

G_END_DECLS
