/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ui/sign-in.h"

G_BEGIN_DECLS

#define ALOQA_TYPE_SIGN_IN_PAGE (aloqa_sign_in_page_get_type ())
G_DECLARE_FINAL_TYPE (AloqaSignInPage, aloqa_sign_in_page, ALOQA, SIGN_IN_PAGE, AdwBin)

/*
 * Asks for server, name and password. Property "sign-in" (AloqaSignIn): what it fills in for; it
 * follows its state.
 */
void aloqa_sign_in_page_set_sign_in (AloqaSignInPage *self, AloqaSignIn *sign_in);
void aloqa_sign_in_page_suggest (AloqaSignInPage *self, const char *server, const char *user,
                                 gboolean stays_signed_in);

G_END_DECLS
