/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "desktop/network.h"

G_BEGIN_DECLS

/*
 * When to try again to sign in with what was kept, after failures that pass by themselves: later each
 * time, with chance, and at once when the network is another one or the computer wakes.
 */
typedef struct _AloqaSignInRetry AloqaSignInRetry;

typedef void (*AloqaSignInRetryFunc) (gpointer user_data);

gboolean aloqa_sign_in_retry_may_help (const GError *error);
AloqaSignInRetry *aloqa_sign_in_retry_new (AloqaSignInRetryFunc try_again, gpointer user_data);
AloqaSignInRetry *
aloqa_sign_in_retry_new_for (AloqaClock *clock, AloqaNetworkWatch *watch, GNetworkMonitor *monitor,
                             AloqaSignInRetryFunc try_again, gpointer user_data);
void aloqa_sign_in_retry_free (AloqaSignInRetry *self);
void aloqa_sign_in_retry_note_failure (AloqaSignInRetry *self, const GError *error);
void aloqa_sign_in_retry_now (AloqaSignInRetry *self);
gboolean aloqa_sign_in_retry_lacks_network (const AloqaSignInRetry *self);
gboolean aloqa_sign_in_retry_needs_person (const AloqaSignInRetry *self);
gint64 aloqa_sign_in_retry_get_since_us (const AloqaSignInRetry *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AloqaSignInRetry, aloqa_sign_in_retry_free)

G_END_DECLS
