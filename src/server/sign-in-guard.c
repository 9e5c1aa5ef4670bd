/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/sign-in-guard.h"

#include "server/delay-table.h"
#include "server/rate-table.h"

struct _AloqaSignInGuard {
  const AloqaSettings *settings; /* not owned */
  AloqaRateTable *attempts_by_address;
  AloqaRateTable *failures_by_address;
  AloqaRateTable *failures_by_user;
  AloqaDelayTable *delays_by_both;
};

/**
 * aloqa_sign_in_guard_new:
 * @settings: outlives it
 */
AloqaSignInGuard *
aloqa_sign_in_guard_new (const AloqaSettings *settings, AloqaClock *clock)
{
  AloqaSignInGuard *self = g_new0 (AloqaSignInGuard, 1);

  self->settings = settings;
  self->attempts_by_address = aloqa_rate_table_new (clock, 1, 1);
  self->failures_by_address = aloqa_rate_table_new (clock, 1, 1);
  self->failures_by_user = aloqa_rate_table_new (clock, 1, 1);
  self->delays_by_both = aloqa_delay_table_new (clock);
  aloqa_sign_in_guard_reload (self);
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
  aloqa_delay_table_free (self->delays_by_both);
  g_free (self);
}

/* The settings have changed. */
void
aloqa_sign_in_guard_reload (AloqaSignInGuard *self)
{
  const double *limits = self->settings->limits;

  aloqa_rate_table_set_rate (self->attempts_by_address, limits[ALOQA_LIMIT_SIGN_INS_PER_ADDRESS_HZ],
                             limits[ALOQA_LIMIT_SIGN_INS_PER_ADDRESS_BURST]);
  aloqa_rate_table_set_rate (self->failures_by_address, limits[ALOQA_LIMIT_FAILURES_PER_ADDRESS_HZ],
                             limits[ALOQA_LIMIT_FAILURES_PER_ADDRESS_BURST]);
  aloqa_rate_table_set_rate (self->failures_by_user, limits[ALOQA_LIMIT_FAILURES_PER_USER_HZ],
                             limits[ALOQA_LIMIT_FAILURES_PER_USER_BURST]);
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
  wait = MAX (wait, aloqa_delay_table_get_wait_ms (self->delays_by_both, both));
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
  aloqa_delay_table_note_failure (self->delays_by_both, both,
                                  (guint) self->settings->limits[ALOQA_LIMIT_FREE_FAILURES],
                                  (gint64) self->settings->limits[ALOQA_LIMIT_DELAY_MS]);
}

void
aloqa_sign_in_guard_note_success (AloqaSignInGuard *self, const char *address, const char *username)
{
  g_autofree char *both = join (address, username);

  aloqa_delay_table_clear (self->delays_by_both, both);
}
