/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/sign-in-guard.h"

#include "server/limits.h"
#include "server/rate-table.h"

struct _AloqaSignInGuard {
  AloqaRateTable *attempts_by_address;
  AloqaRateTable *failures_by_address;
  AloqaRateTable *failures_by_user;
  AloqaRateTable *failures_by_both;
};

AloqaSignInGuard *
aloqa_sign_in_guard_new (AloqaClock *clock)
{
  AloqaSignInGuard *self = g_new0 (AloqaSignInGuard, 1);

  self->attempts_by_address =
      aloqa_rate_table_new (clock, ALOQA_SIGN_INS_PER_ADDRESS_HZ, ALOQA_SIGN_INS_PER_ADDRESS_BURST);
  self->failures_by_address =
      aloqa_rate_table_new (clock, ALOQA_FAILURES_PER_ADDRESS_HZ, ALOQA_FAILURES_PER_ADDRESS_BURST);
  self->failures_by_user =
      aloqa_rate_table_new (clock, ALOQA_FAILURES_PER_USER_HZ, ALOQA_FAILURES_PER_USER_BURST);
  self->failures_by_both = aloqa_rate_table_new (clock, ALOQA_FAILURES_PER_USER_AND_ADDRESS_HZ,
                                                 ALOQA_FAILURES_PER_USER_AND_ADDRESS_BURST);
  return self;
}

void
aloqa_sign_in_guard_free (AloqaSignInGuard *self)
{
  if (self == NULL)
    return;

  aloqa_rate_table_free (self->attempts_by_address);
  aloqa_rate_table_free (self->failures_by_address);
  aloqa_rate_table_free (self->failures_by_user);
  aloqa_rate_table_free (self->failures_by_both);
  g_free (self);
}

static char *
join (const char *address, const char *username)
{
  return g_strconcat (address, " ", username, NULL);
}

/**
 * aloqa_sign_in_guard_admit:
 * @wait_ms: (out): where the answer is no, when to try again
 *
 * To be asked before each sign-in; the answer does not depend on whether there is such a user.
 */
gboolean
aloqa_sign_in_guard_admit (AloqaSignInGuard *self, const char *address, const char *username,
                           gint64 *wait_ms)
{
  g_autofree char *both = join (address, username);
  gint64 wait = aloqa_rate_table_get_wait_ms (self->failures_by_address, address);

  wait = MAX (wait, aloqa_rate_table_get_wait_ms (self->failures_by_user, username));
  wait = MAX (wait, aloqa_rate_table_get_wait_ms (self->failures_by_both, both));
  if (wait == 0 && !aloqa_rate_table_take (self->attempts_by_address, address))
    wait = aloqa_rate_table_get_wait_ms (self->attempts_by_address, address);

  *wait_ms = wait;
  return wait == 0;
}

void
aloqa_sign_in_guard_note_failure (AloqaSignInGuard *self, const char *address, const char *username)
{
  g_autofree char *both = join (address, username);

  aloqa_rate_table_take (self->failures_by_address, address);
  aloqa_rate_table_take (self->failures_by_user, username);
  aloqa_rate_table_take (self->failures_by_both, both);
}
