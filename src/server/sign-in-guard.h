/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/clock.h"

G_BEGIN_DECLS

/* Slows down those who guess passwords, by address, by user name, and by both. */
typedef struct _AloqaSignInGuard AloqaSignInGuard;

AloqaSignInGuard *aloqa_sign_in_guard_new (AloqaClock *clock);
void aloqa_sign_in_guard_free (AloqaSignInGuard *self);
gboolean aloqa_sign_in_guard_admit (AloqaSignInGuard *self, const char *address,
                                    const char *username, gint64 *wait_ms);
void aloqa_sign_in_guard_note_failure (AloqaSignInGuard *self, const char *address,
                                       const char *username);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaSignInGuard, aloqa_sign_in_guard_free)

G_END_DECLS
